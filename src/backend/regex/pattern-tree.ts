import { charSet, everyChar } from '../../ir/char-set.ts'
import type { Pattern } from '../../ir/pattern.ts'
import { foldClass } from '../../ir/regex/case-fold.ts'
import { isDeterminable, MOST_EFFORT } from './determinize.ts'
import { anything, concat, type RegexNode } from '../../ir/regex/tree.ts'

/** What is said of one that Elasticsearch does not take. */
export const INTRICATE = 'a pattern that can match in so many ways'

/** A pattern as an expression that must match the whole value: each letter in all its cases unless `cased`. */
export function patternTree(pattern: Pattern, cased: boolean): RegexNode {
  return concat(
    pattern.flatMap((part): RegexNode[] => {
      if (part.kind === 'any') return [anything]
      if (part.kind === 'one') return [{ kind: 'set', set: everyChar }]
      return Array.from(part.text, cased ? letter : letterInAllCases)
    }),
  )
}

function letter(character: string): RegexNode {
  const code = character.codePointAt(0) ?? 0
  return { kind: 'set', set: [[code, code]] }
}

const inAllCases = new Map<string, RegexNode>()

function letterInAllCases(character: string): RegexNode {
  const known = inAllCases.get(character)
  if (known !== undefined) return known
  const forms = foldClass(character.codePointAt(0) ?? 0)
  const made: RegexNode = { kind: 'set', set: charSet(...forms.map((form) => [form, form] as const)) }
  inAllCases.set(character, made)
  return made
}

/**
 * Whether Elasticsearch takes a pattern as an expression or with wildcards, which it makes the same automaton of. What
 * stands behind a `*` costs as many places in each state as match at once, and each `?` there may double the states.
 * @param states see {@link isDeterminable}
 */
export function isPatternDeterminable(pattern: Pattern, cased: boolean, states = 1): boolean {
  const first = pattern.findIndex((part) => part.kind === 'any')
  if (first === -1) return true
  const behind = pattern.slice(first)
  const length = behind.reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length : 1), 0)
  const hasOne = behind.some((part) => part.kind === 'one')
  // No more states than characters for each "*", none of more places than there are characters.
  if (!hasOne && length * length * behind.length * states < MOST_EFFORT) return true
  return isDeterminable(patternTree(behind, cased), states)
}
