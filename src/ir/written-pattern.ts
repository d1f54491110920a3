import { any, one, pattern, text, type Pattern, type PatternPart } from './pattern.ts'

/**
 * A text as Sigma reads it (rules specification, "Escaping"): `*` and `?` are wildcards, a backslash before a
 * wildcard or before another backslash makes that plain, any other backslash is itself.
 */
export function parseTextValue(written: string): Pattern {
  if (!/[\\*?]/.test(written)) return pattern(text(written))
  const parts: PatternPart[] = []
  let plain = ''
  for (let i = 0; i < written.length; i++) {
    const c = written.charAt(i)
    const next = written.charAt(i + 1)
    if (c === '\\' && (next === '*' || next === '?' || next === '\\')) {
      plain += next
      i++
    } else if (c === '*' || c === '?') {
      parts.push(text(plain), c === '*' ? any : one)
      plain = ''
    } else {
      plain += c
    }
  }
  return pattern(...parts, text(plain))
}
