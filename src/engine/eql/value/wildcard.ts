/** Whether a whole text has a form with `*` (any run of characters) and `?` (one character, a code point). */
export type Wildcard = (text: string) => boolean

export function isWildcard(pattern: string): boolean {
  return /[*?]/.test(pattern)
}

/**
 * Nothing escapes a wildcard in EQL. Takes at most the product of both lengths; the usual forms take less.
 */
export function wildcard(pattern: string): Wildcard {
  const simple = /^(\**)([^*?]*)(\**)$/.exec(pattern)
  if (simple) {
    const [, before = '', literal = '', after = ''] = simple
    if (literal === '') return before + after === '' ? (text) => text === '' : () => true
    if (before === '' && after === '') return (text) => text === literal
    if (before === '') return (text) => text.startsWith(literal)
    if (after === '') return (text) => text.endsWith(literal)
    return (text) => text.includes(literal)
  }
  const parts = Array.from(pattern.replace(/\*{2,}/g, '*'))
  return (text) => matches(parts, text)
}

/** Where it fails, it goes back to the last `*` only and lets that take one character more. */
function matches(parts: readonly string[], text: string): boolean {
  let at = 0
  let part = 0
  let star = -1
  let from = 0
  while (at < text.length) {
    const wanted = parts[part]
    const size = (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
    if (wanted === '*') {
      star = part++
      from = at
    } else if (wanted === '?' || (wanted !== undefined && text.startsWith(wanted, at) && wanted.length === size)) {
      at += size
      part++
    } else if (star !== -1) {
      part = star + 1
      from += (text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1
      at = from
    } else return false
  }
  while (parts[part] === '*') part++
  return part === parts.length
}
