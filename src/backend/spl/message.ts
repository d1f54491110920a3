import { literal, type Pattern } from '../../ir/pattern.ts'
import { spelt } from './text-regex.ts'

/** What stands before a value: whole texts, names and values alike, so that no quote is taken for another one. */
const BEFORE = '(?:[^"]*"[^"\\\\]*(?:\\\\.[^"\\\\]*)*")*?'
/** Any characters inside a text of JSON. */
const ANY = '[^"\\\\]*(?:\\\\.[^"\\\\]*)*'
/** One character inside a text of JSON. */
const ONE = '(?:[^"\\\\]|\\\\u[0-9a-f]{4}|\\\\[^u])'
/** What follows a value and no name. */
const AFTER = '\\s*[,}\\]]'

/**
 * A pattern for any value of an event, at any depth, as an expression over its raw text, which is JSON as detpack writes
 * it: escapes only where JSON demands them. Names do not count: a colon follows them.
 */
export function messageRegex(pattern: Pattern, cased: boolean): string {
  const text = pattern
    .map((part) => {
      if (part.kind === 'any') return ANY
      return part.kind === 'one' ? ONE : spelt(JSON.stringify(part.text).slice(1, -1), cased, false)
    })
    .join('')
  const number = bareRegex(pattern, cased)
  const values = [`[^"]*"${text}"${AFTER}`, ...(number === undefined ? [] : [`[^"]*[:,\\[]\\s*${number}${AFTER}`])]
  return `${cased ? '(?s)' : '(?is)'}\\A${BEFORE}(?:${values.join('|')})`
}

/** The one letter beyond ASCII that equals, without case, one of those in true and false. */
const LONG_S = '\u017f'

/** The pattern for a number, true or false; undefined where no such value has that form. */
function bareRegex(pattern: Pattern, cased: boolean): string | undefined {
  const plain = (text: string): string => (cased ? text : text.replaceAll(LONG_S, 's'))
  if (!pattern.every((part) => part.kind !== 'text' || isOfNumber(plain(part.text)))) return undefined
  const whole = literal(pattern)
  if (whole !== undefined && !/^(?:-?[0-9].*|true|false)$/i.test(plain(whole))) return undefined
  const forms = pattern.map((part) => {
    if (part.kind === 'any') return '[0-9a-z.+-]*'
    return part.kind === 'one' ? '[0-9a-z.+-]' : spelt(part.text, cased, true)
  })
  return forms.join('')
}

/** Whether a text may stand in a number, or in the words true and false. */
function isOfNumber(text: string): boolean {
  return /^[0-9e.+-]*$/i.test(text) || ['true', 'false'].some((word) => word.includes(text.toLowerCase()))
}
