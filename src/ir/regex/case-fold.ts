import { charSet, members, sizeOf, type CharRange, type CharSet } from '../char-set.ts'
import type { Pattern } from '../pattern.ts'

/**
 * The characters that equal a character when case does not count: Unicode simple folding (semantics §1), which is what
 * JavaScript's `iu` expressions compare by. The character itself is among them; ascending.
 */
export function foldClass(code: number): readonly number[] {
  const known = classes.get(code)
  if (known) return known
  const found = code < 0x80 ? asciiClass(code) : search(code)
  classes.set(code, found)
  return found
}

/** Whether a pattern has letters with another case. */
export function hasCase(pattern: Pattern): boolean {
  return pattern.some((part) => {
    if (part.kind !== 'text') return false
    return (
      /[a-z]/i.test(part.text) || Array.from(part.text).some((each) => foldClass(each.codePointAt(0) ?? 0).length > 1)
    )
  })
}

const classes = new Map<number, readonly number[]>()

/** The two letters outside ASCII that fold to an ASCII letter: long s and the Kelvin sign. */
function asciiClass(code: number): readonly number[] {
  const lower = code | 0x20
  if (lower < 0x61 || lower > 0x7a) return [code]
  const pair = [lower - 0x20, lower]
  if (lower === 0x73) return [...pair, 0x17f]
  return lower === 0x6b ? [...pair, 0x212a] : pair
}

/** Where letters with case lie: the scripts of Europe and the Caucasus, Cherokee, Deseret to Adlam, wide forms. */
export const CASED_BLOCKS: readonly CharRange[] = [
  [0, 0x2dff],
  [0xa640, 0xabff],
  [0xfb00, 0xffff],
  [0x10400, 0x10fff],
  [0x11800, 0x118ff],
  [0x16e00, 0x16eff],
  [0x1e900, 0x1e9ff],
]
const CASED = /\p{Changes_When_Casemapped}|\p{Changes_When_Casefolded}/u

/** All letters with case, some 2,900, one behind another; found once, so that a large class stays cheap. */
let cased: string | undefined

function casedLetters(): string {
  if (cased !== undefined) return cased
  let all = ''
  for (const [first, last] of CASED_BLOCKS)
    for (let code = first; code <= last; code++) all += String.fromCodePoint(code)
  cased = all.match(new RegExp(CASED, 'gu'))?.join('') ?? ''
  return cased
}

function search(code: number): readonly number[] {
  const character = String.fromCodePoint(code)
  if (!CASED.test(character)) return [code]
  const same = casedLetters().match(new RegExp(`\\u{${code.toString(16)}}`, 'giu')) ?? [character]
  return same.map((each) => each.codePointAt(0) ?? 0)
}

/** More members than any class of a rule's regular expression needs. */
const MOST_FOLDED = 0x800

/** The set closed under case; undefined when it is too large to say member by member. */
export function foldSet(set: CharSet): CharSet | undefined {
  if (sizeOf(set) > MOST_FOLDED) return undefined
  const ranges: CharRange[] = []
  for (const code of members(set)) for (const same of foldClass(code)) ranges.push([same, same])
  return charSet(...ranges)
}
