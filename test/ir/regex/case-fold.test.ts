import { expect, test } from 'vitest'
import { CASED_BLOCKS, foldClass, foldSet } from '../../../src/ir/regex/case-fold.ts'
import { charSet } from '../../../src/ir/char-set.ts'

const same = (character: string) => foldClass(character.codePointAt(0) ?? 0).map((code) => String.fromCodePoint(code))

test('letters are equal by simple folding, also beyond ASCII', () => {
  expect(same('a')).toEqual(['A', 'a'])
  expect(same('k')).toEqual(['K', 'k', '\u212a'])
  expect(same('ſ')).toEqual(['S', 's', 'ſ'])
  expect(same('é')).toEqual(['É', 'é'])
  expect(same('ß')).toEqual(['ß', 'ẞ'])
  expect(same('σ')).toEqual(['Σ', 'ς', 'σ'])
  expect(same('𐐨')).toEqual(['𐐀', '𐐨'])
})

test('what has no case equals itself only', () => {
  for (const character of ['1', '/', '日', '\u{1f600}']) expect(same(character)).toEqual([character])
})

test('every letter with case lies in one of the blocks that are looked through', () => {
  const outside: number[] = []
  for (let code = 0; code <= 0x10ffff; code++) {
    const isCased = /\p{Changes_When_Casemapped}|\p{Changes_When_Casefolded}/u.test(String.fromCodePoint(code))
    if (isCased && !CASED_BLOCKS.some(([first, last]) => first <= code && code <= last)) outside.push(code)
  }
  expect(outside).toEqual([])
})

test('a set is closed under case, unless it is large', () => {
  expect(foldSet(charSet([0x61, 0x63]))).toEqual([
    [0x41, 0x43],
    [0x61, 0x63],
  ])
  expect(foldSet(charSet([0, 0x10000]))).toBeUndefined()
})
