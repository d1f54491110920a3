import { literal, type Pattern } from '../../ir/pattern.ts'
import { foldClass } from '../regex/case-fold.ts'
import { escapePcre } from '../regex/pcre.ts'

/**
 * A text pattern as a PCRE expression for the whole value. Between wildcards each stretch is taken where it first
 * occurs and never given back (atomic groups), which is enough for such patterns and keeps the search linear.
 * A letter beyond ASCII is spelt out in all its cases, since what Splunk's `(?i)` does with it is not documented.
 */
export function textRegex(pattern: Pattern, cased: boolean): string {
  const flags = cased ? '(?s)' : '(?is)'
  const whole = literal(pattern)
  if (whole !== undefined) return `${flags}^${stretch([{ kind: 'text', text: whole }], cased)}\\z`
  const stretches: Pattern[] = [[]]
  for (const part of pattern) {
    if (part.kind === 'any') stretches.push([])
    else stretches.push([...(stretches.pop() ?? []), part])
  }
  const texts = stretches.map((each) => stretch(each, cased))
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

function stretch(of: Pattern, cased: boolean): string {
  return of.map((part) => (part.kind === 'text' ? spelt(part.text, cased) : '.')).join('')
}

function spelt(text: string, cased: boolean): string {
  let result = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const forms = cased || code < 0x80 ? [] : foldClass(code)
    result +=
      forms.length > 1 ? `(?:${forms.map((form) => String.fromCodePoint(form)).join('|')})` : escapePcre(character)
  }
  return result
}
