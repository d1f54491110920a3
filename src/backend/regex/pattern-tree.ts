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
  if (!behind.some((part) => part.kind === 'one') && costsLess(behind, cased, MOST_EFFORT / states)) return true
  return isDeterminable(patternTree(behind, cased), states)
}

/**
 * Whether a pattern without `?` surely costs less than `limit`. There are no more states than characters for each `*`,
 * and each of them has at most the places of the `*`s and, of each text, those where as much of it may have been read at
 * once.
 */
function costsLess(pattern: Pattern, cased: boolean, limit: number): boolean {
  const length = pattern.reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length : 1), 0)
  const states = length * pattern.length
  if (states * length < limit) return true
  const places = pattern.reduce((sum, part) => sum + (part.kind === 'text' ? deepestOverlap(part.text, cased) : 1), 0)
  return states * places < limit
}

/** How many beginnings of a text may end at the same place of it: of `abab` two, `abab` and `ab`. */
function deepestOverlap(text: string, cased: boolean): number {
  const letters = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0
    return cased ? code : (foldClass(code)[0] ?? code)
  })
  // The longest beginning that also ends at each place (Knuth, Morris and Pratt), and how many end there.
  const border = [0]
  const depth = [1]
  let deepest = letters.length === 0 ? 0 : 1
  for (let at = 1; at < letters.length; at++) {
    let length = border[at - 1] ?? 0
    while (length > 0 && letters[length] !== letters[at]) length = border[length - 1] ?? 0
    if (letters[length] === letters[at]) length++
    border.push(length)
    depth.push(1 + (length === 0 ? 0 : (depth[length - 1] ?? 0)))
    deepest = Math.max(deepest, depth[at] ?? 0)
  }
  return deepest
}
