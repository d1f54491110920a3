import type { Pattern } from '../../ir/pattern.ts'
import { foldClass } from '../../ir/regex/case-fold.ts'
import { charSet, complement, type CharSet } from '../../ir/char-set.ts'
import { escapeLucene, luceneSet, type Spelling } from '../regex/lucene.ts'
import { quote } from './literal.ts'

/**
 * Several values of one field in one text, so that a pattern can be asked of any of them; every other function of
 * ES|QL gives null for a field with several values.
 *
 * The values are joined by U+0000, which no path, name or argument of a kernel can hold. To be able to write it, `%`
 * becomes `%25` and the joint `%00`.
 */
export function joinedValues(field: string): string {
  return `REPLACE(REPLACE(MV_CONCAT(${field}, FROM_BASE64("AA==")), "%", "%25"), ${quote('\\x00')}, "%00")`
}

const ANY_JOINED = '([^%]|%25)'

/** A whole-value regular expression of Lucene for a pattern. */
export function patternRegex(pattern: Pattern, cased: boolean): string {
  return pattern.map((part) => partRegex(part, cased, '.', escapeLucene)).join('')
}

/** The same for any of several values, as `joinedValues` writes them. */
export function anyOfJoinedRegex(pattern: Pattern, cased: boolean): string {
  const escape = (character: string): string => (character === '%' ? '%25' : escapeLucene(character))
  const one = pattern.map((part) => partRegex(part, cased, ANY_JOINED, escape)).join('')
  return anyOfJoined(one)
}

/** How characters are written in such a text. */
export const JOINED: Spelling = { set: joinedSet, states: 3 }

function joinedSet(set: CharSet): string | undefined {
  const percent = charSet([0x25, 0x25])
  const rest = complement(charSet(...complement(set), ...percent))
  const others = luceneSet(rest)
  const holdsPercent = set.some(([low, high]) => low <= 0x25 && high >= 0x25)
  if (!holdsPercent) return others
  return others === undefined ? '(%25)' : `(${others}|%25)`
}

/** Any of several values, in each of which the expression is found. */
export function anyOfJoined(expression: string): string {
  return `(.*%00)?${expression}(%00.*)?`
}

/** Whether letters of the pattern have another case. */
export function hasCase(pattern: Pattern): boolean {
  return pattern.some(
    (part) =>
      part.kind === 'text' && Array.from(part.text).some((character) => foldClass(codeOf(character)).length > 1),
  )
}

function partRegex(
  part: Pattern[number],
  cased: boolean,
  anyCharacter: string,
  escape: (character: string) => string,
): string {
  switch (part.kind) {
    case 'any':
      return `${anyCharacter}*`
    case 'one':
      return anyCharacter
    case 'text':
      return Array.from(part.text, (character) => (cased ? escape(character) : folded(character, escape))).join('')
  }
}

/** Case is spelt out: functions and options that ignore case know only ASCII, or turn one character into two. */
function folded(character: string, escape: (character: string) => string): string {
  const same = foldClass(codeOf(character))
  return same.length === 1 ? escape(character) : `[${same.map((code) => String.fromCodePoint(code)).join('')}]`
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0
}
