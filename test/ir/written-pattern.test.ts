import { describe, expect, it } from 'vitest'
import { printPattern } from '../../src/ir/print.ts'
import { parseTextValue } from '../../src/ir/written-pattern.ts'

describe('text values', () => {
  it.each([
    ['a*b?', '"a"*"b"?'],
    ['a\\b', '"a\\\\b"'],
    ['a\\\\b', '"a\\\\b"'],
    ['\\*', '"*"'],
    ['\\?', '"?"'],
    ['\\\\*', '"\\\\"*'],
    ['\\\\\\*', '"\\\\*"'],
    ['\\\\\\a', '"\\\\\\\\a"'],
    ['\\\\\\\\', '"\\\\\\\\"'],
    ['end\\', '"end\\\\"'],
    ['**?*', '?*'],
    ['', '""'],
  ])('reads %s as the specification says', (written, wanted) => {
    expect(printPattern(parseTextValue(written))).toBe(wanted)
  })
})
