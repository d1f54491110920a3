import { describe, expect, it } from 'vitest'
import { all, always, anyOf, field, message, never, not } from '../../src/ir/predicate.ts'

const a = field('a', { is: 'null' })
const b = message({ is: 'number', value: 1 })

describe('predicates', () => {
  it('are flattened', () => {
    expect(all(a, all(b, a))).toEqual({ op: 'all', of: [a, b, a] })
    expect(anyOf(a, anyOf(b))).toEqual({ op: 'any', of: [a, b] })
    expect(all(anyOf(a, b), a)).toEqual({ op: 'all', of: [anyOf(a, b), a] })
  })

  it('are themselves alone, and nothing is always or never', () => {
    expect(all(a)).toBe(a)
    expect(all()).toEqual(always)
    expect(anyOf()).toEqual(never)
    expect(all(always, a)).toBe(a)
    expect(anyOf(never, a)).toBe(a)
  })

  it('turn round twice to themselves', () => {
    expect(not(not(a))).toBe(a)
  })
})
