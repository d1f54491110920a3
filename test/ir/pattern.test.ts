import { describe, expect, it } from 'vitest'
import { any, literal, one, pattern, text } from '../../src/ir/pattern.ts'

describe('patterns', () => {
  it('have one normal form', () => {
    expect(pattern(text('a'), text(''), text('b'))).toEqual([text('ab')])
    expect(pattern(any, text(''), any)).toEqual([any])
    expect(pattern(any, one, any, one)).toEqual([one, one, any])
    expect(pattern()).toEqual([])
  })

  it('are a text where they have no wildcard', () => {
    expect(literal(pattern(text('a')))).toBe('a')
    expect(literal(pattern())).toBe('')
    expect(literal(pattern(any))).toBeUndefined()
    expect(literal(pattern(text('a'), any))).toBeUndefined()
  })
})
