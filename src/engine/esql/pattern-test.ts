import type { Span } from '../../diagnostic/source.ts'
import { folded, single, type Bound, type Failures } from './bound.ts'
import { luceneRegex } from './lucene-regex.ts'
import { Refusal, typeRefusal } from './refusal.ts'

/** Whether a text has the form of any of the patterns. */
export function bindPattern(
  language: 'like' | 'rlike',
  of: Bound,
  patterns: readonly string[],
  span: Span,
  failures: Failures,
): Bound {
  if (of.type !== 'keyword' && of.type !== 'null')
    throw typeRefusal(
      `${language.toUpperCase()} takes a text, and this is ${of.type}`,
      of.span,
      'TO_STRING makes a text of it',
    )
  // Where any text has the form, the server asks only whether there is one, or several.
  if (patterns.some((pattern) => ANY_TEXT[language].test(pattern)))
    return folded({ type: 'boolean', span, evaluate: (row) => of.evaluate(row) !== null }, [of])
  const tests = patterns.map((pattern) => {
    const test = language === 'like' ? wildcardTest(pattern, span) : luceneRegex(pattern)
    if (typeof test === 'function') return test
    throw new Refusal('esql/regex', `cannot run this pattern: ${test.unsupported}`, span)
  })
  const evaluate = single([of], span, failures, (text) => tests.some((test) => test(text as string)))
  return folded({ type: 'boolean', span, evaluate }, [of])
}

const ANY_TEXT = { like: /^\*+$/, rlike: /^(?:\.\*|@|\(\.\*\))+$/ } as const

/** Any run of characters, or one; else the character itself. */
type Part = typeof ANY | typeof ONE | string
const ANY = Symbol('any')
const ONE = Symbol('one')

function wildcardTest(pattern: string, span: Span): (text: string) => boolean {
  const parts: Part[] = []
  const characters = Array.from(pattern)
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    if (character === '*') parts.push(ANY)
    else if (character === '?') parts.push(ONE)
    else if (character !== '\\') parts.push(character)
    else {
      const escaped = characters[++at]
      if (escaped !== '*' && escaped !== '?' && escaped !== '\\')
        throw new Refusal(
          'esql/regex',
          'in LIKE a backslash stands only before * ? or itself',
          span,
          'write \\\\ for a backslash; in "…" each one is written twice',
        )
      parts.push(escaped)
    }
  }
  return (text) => matches(parts, Array.from(text))
}

/** Each `*` takes as little as it can and is only ever extended, so the time is at most length by length. */
function matches(parts: readonly Part[], text: readonly string[]): boolean {
  let part = 0
  let at = 0
  let lastAny = -1
  let resume = 0
  while (at < text.length) {
    const wanted = parts[part]
    if (wanted === ANY) {
      lastAny = part++
      resume = at
    } else if (wanted !== undefined && (wanted === ONE || wanted === text[at])) {
      part++
      at++
    } else if (lastAny !== -1) {
      part = lastAny + 1
      at = ++resume
    } else return false
  }
  while (parts[part] === ANY) part++
  return part === parts.length
}
