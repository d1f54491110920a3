const BACKSLASH = 0x5c

/** Offset of the quote that ends the string that begins at `start`; undefined when there is none. */
export function endOfQuoted(text: string, start: number): number | undefined {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === BACKSLASH) i++
    else if (code === 0x22) return i
  }
  return undefined
}

const SIMPLE: ReadonlyMap<string, number> = new Map([
  ['n', 10],
  ['t', 9],
  ['r', 13],
  ['v', 11],
  ['f', 12],
  ['a', 7],
  ['b', 8],
  ['e', 27],
])

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Undoes the escapes of strace: `\n`, `\"`, octal `\1` to `\377`, `\xff`. Bytes that are not UTF-8 become U+FFFD. */
export function unquote(quoted: string): string {
  if (!quoted.includes('\\')) return quoted
  const bytes: number[] = []
  for (let i = 0; i < quoted.length; i++) {
    const code = quoted.charCodeAt(i)
    if (code !== BACKSLASH) {
      if (code < 0x80) bytes.push(code)
      else {
        const point = quoted.codePointAt(i) ?? code
        bytes.push(...encoder.encode(String.fromCodePoint(point)))
        if (point > 0xffff) i++
      }
      continue
    }
    const next = quoted[++i] ?? '\\'
    const octal = /^[0-7]{1,3}/.exec(quoted.slice(i, i + 3))?.[0]
    const hex = next === 'x' ? /^[0-9a-f]{1,2}/i.exec(quoted.slice(i + 1, i + 3))?.[0] : undefined
    if (octal !== undefined) {
      bytes.push(Number.parseInt(octal, 8) & 0xff)
      i += octal.length - 1
    } else if (hex !== undefined) {
      bytes.push(Number.parseInt(hex, 16))
      i += hex.length
    } else bytes.push(...(SIMPLE.has(next) ? [SIMPLE.get(next) ?? 0] : encoder.encode(next)))
  }
  return decoder.decode(Uint8Array.from(bytes))
}
