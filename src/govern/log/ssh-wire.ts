/** Reads the binary form of SSH (RFC 4251 §5); whatever is not there reads as undefined. */
export class SshReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** A string: its length in four bytes, then so many bytes. */
  string(): Buffer | undefined {
    const length = this.number()
    if (length === undefined || this.#at + length > this.#bytes.length) return undefined
    const found = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return found
  }

  number(): number | undefined {
    if (this.#at + 4 > this.#bytes.length) return undefined
    const found = this.#bytes.readUInt32BE(this.#at)
    this.#at += 4
    return found
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }
}

/** Texts and bytes as strings of SSH, one after the other. */
export function sshStrings(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}
