import { literal } from '../../ir/pattern.ts'
import type { ValueTest } from '../../ir/predicate.ts'
import { regexLiterals } from './regex-literal.ts'
import { longestLiteral } from './text-form.ts'

/** A test of which a scan for literals may find where it can be true. */
export type TextTest = Extract<ValueTest, { readonly is: 'text' | 'regex' }>

/** Shorter ones are found nearly everywhere. */
const SHORTEST_OF_REGEX = 2

/**
 * The literals by which a scan of the field finds the test: one of them is there when it is true. `whole` when the value
 * must be nothing else. Undefined when there are none.
 */
export function indexedLiterals(
  test: TextTest,
): { readonly texts: readonly string[]; readonly whole: boolean } | undefined {
  if (test.is === 'regex') {
    const texts = regexLiterals(test.source)
    return texts.length > 0 && texts.every((text) => text.length >= SHORTEST_OF_REGEX)
      ? { texts, whole: false }
      : undefined
  }
  const whole = literal(test.pattern)
  if (whole !== undefined && whole !== '') return { texts: [whole], whole: true }
  const text = longestLiteral(test.pattern)
  return text === '' ? undefined : { texts: [text], whole: false }
}
