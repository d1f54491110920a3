import { text, pattern, type Pattern, type PatternPart } from '../ir/pattern.ts'

export type Utf16 = 'utf16' | 'utf16le' | 'utf16be'

/** UTF-16 bytes; `utf16` is little-endian behind a byte order mark (modifiers appendix, "Encoding"). */
export function encodeUtf16(plain: string, form: Utf16): Uint8Array {
  const marked = form === 'utf16' ? `\ufeff${plain}` : plain
  const bytes = new Uint8Array(marked.length * 2)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < marked.length; i++) view.setUint16(i * 2, marked.charCodeAt(i), form !== 'utf16be')
  return bytes
}

export function encodeUtf8(plain: string): Uint8Array {
  return new TextEncoder().encode(plain)
}

/** Bytes as text, or undefined where they are no UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

export function encodeBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/**
 * The three forms a value takes inside a longer base64 text, for a start at byte 0, 1 or 2 of a group of three. The
 * first and last characters are left out where they also depend on what stands beside the value.
 */
export function encodeBase64Offsets(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const padded = new Uint8Array(offset + bytes.length)
    padded.set(bytes, offset)
    const encoded = encodeBase64(padded)
    const first = [0, 2, 3][offset] ?? 0
    const mixed = [0, 3, 2][padded.length % 3] ?? 0
    return encoded.slice(first, encoded.length - mixed)
  })
}

const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015']
const FLAG_DASH = /(?<![\p{L}\p{N}_])[-/\u2013\u2014\u2015](?=[\p{L}\p{N}_])/gu

/**
 * All forms of a pattern whose option dashes are exchanged for each of the five Windows accepts. A dash counts when a
 * word begins right after it and none ends right before it, so that `file-name` and `a/b` stay as they are. Undefined
 * when there are more than `most`.
 */
export function exchangeDashes(of: Pattern, most: number): readonly Pattern[] | undefined {
  let forms: PatternPart[][] = [[]]
  for (const part of of) {
    const variants = part.kind === 'text' ? dashedTexts(part.text, most) : [part]
    if (variants === undefined || forms.length * variants.length > most) return undefined
    forms = forms.flatMap((form) => variants.map((variant) => [...form, variant]))
  }
  return forms.map((form) => pattern(...form))
}

function dashedTexts(plain: string, most: number): readonly PatternPart[] | undefined {
  const pieces: string[] = []
  let from = 0
  for (const match of plain.matchAll(FLAG_DASH)) {
    pieces.push(plain.slice(from, match.index))
    from = match.index + 1
    if (DASHES.length ** pieces.length > most) return undefined
  }
  let forms = ['']
  for (const piece of pieces) forms = forms.flatMap((form) => DASHES.map((dash) => form + piece + dash))
  return forms.map((form) => text(form + plain.slice(from)))
}
