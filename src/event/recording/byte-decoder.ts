const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const BYTE_ORDER_MARK = 0xfeff

/**
 * Decodes UTF-8 that comes in chunks, which may end anywhere. What is no UTF-8 becomes U+FFFD; a byte order mark at the
 * very beginning is left out. A decoder that is told of a stream does the same at a tenth of the speed.
 */
export class ByteDecoder {
  #begun = false
  /** The beginning of a character whose end has not come. */
  #rest = new Uint8Array(0)

  push(chunk: Uint8Array): string {
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk)
    const whole = lengthOfWhole(bytes)
    this.#rest = bytes.slice(whole)
    return this.#text(whole === bytes.length ? bytes : bytes.subarray(0, whole))
  }

  end(): string {
    const text = this.#text(this.#rest)
    this.#rest = new Uint8Array(0)
    return text
  }

  #text(bytes: Uint8Array): string {
    if (bytes.length === 0) return ''
    const text = decoder.decode(bytes)
    if (this.#begun) return text
    this.#begun = true
    return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text
  }
}

/** How many bytes there are before a character that is not complete: one begins anew wherever a first byte stands. */
function lengthOfWhole(bytes: Uint8Array): number {
  const { length } = bytes
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back] ?? 0
    if (byte >= 0xc0) return lengthOfCharacter(byte) > back ? length - back : length
    if (byte < 0x80) break
  }
  return length
}

/** By its first byte. */
function lengthOfCharacter(byte: number): number {
  return byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length)
  bytes.set(first)
  bytes.set(second, first.length)
  return bytes
}
