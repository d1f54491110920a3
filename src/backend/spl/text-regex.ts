import { literal, type Pattern } from '../../ir/pattern.ts'
import { foldClass } from '../../ir/regex/case-fold.ts'
import { escapePcre } from '../regex/pcre.ts'

/**
 * A text pattern as a PCRE expression for the whole value. Between wildcards each stretch is taken where it first
 * occurs and never given back (atomic groups), which is enough for such patterns and keeps the search linear.
 * A letter that folds to or from one beyond ASCII is spelt out in all its cases, since what Splunk's `(?i)` does with
 * those is not documented; among these are s and k, which equal the long s and the Kelvin sign.
 *
 * @param plain the values are known to be ASCII, so that `(?i)` alone is right for ASCII letters
 */
export function textRegex(pattern: Pattern, cased: boolean, plain = false): string {
  const stretch = (of: Pattern): string =>
    of.map((part) => (part.kind === 'text' ? spelt(part.text, cased, plain) : '.')).join('')
  const flags = cased ? '(?s)' : '(?is)'
  const whole = literal(pattern)
  if (whole !== undefined) return `${flags}^${stretch([{ kind: 'text', text: whole }])}\\z`
  const stretches: Pattern[] = [[]]
  for (const part of pattern) {
    if (part.kind === 'any') stretches.push([])
    else stretches.push([...(stretches.pop() ?? []), part])
  }
  const texts = stretches.map(stretch)
  const first = texts[0] ?? ''
  const last = texts.at(-1) ?? ''
  const inner = texts.slice(1, -1)
  if (texts.length === 1) return `${flags}^${first}\\z`
  if (inner.length === 0) {
    if (first === '') return `${flags}${last}\\z`
    return `${flags}^${first}${last === '' ? '' : `.*${last}\\z`}`
  }
  const [only] = inner
  if (first === '' && last === '' && inner.length === 1 && only !== undefined) return `${flags}${only}`
  return `${flags}^${first}${inner.map((each) => `(?>.*?${each})`).join('')}${last === '' ? '' : `.*${last}\\z`}`
}

/** A literal text; a letter that folds beyond ASCII in all its cases. */
export function spelt(text: string, cased: boolean, plain: boolean): string {
  let result = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    // Of the two cases of an ASCII letter `(?i)` needs one.
    const forms = cased || (plain && code < 0x80) ? [] : foldClass(code).filter((form) => form >= 0x60)
    result +=
      forms.some((form) => form >= 0x80) && forms.length > 1
        ? `(?:${forms.map((form) => String.fromCodePoint(form)).join('|')})`
        : escapePcre(character)
  }
  return result
}
