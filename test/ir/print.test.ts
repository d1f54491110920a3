import { describe, expect, it } from 'vitest'
import { any, one, pattern, text } from '../../src/ir/pattern.ts'
import { all, always, anyOf, field, message, never, not } from '../../src/ir/predicate.ts'
import { printPattern, printPredicate } from '../../src/ir/print.ts'

const a = field('a', { is: 'number', value: 1 })
const b = message({ is: 'text', pattern: pattern(any, text('x"'), one), cased: false })

describe('printing', () => {
  it('brackets what binds less', () => {
    expect(printPredicate(all(a, anyOf(a, b)))).toBe('a = 1 and (a = 1 or <message> ~ *"x\\""?)')
    expect(printPredicate(anyOf(a, all(a, not(all(a, a)))))).toBe('a = 1 or (a = 1 and not (a = 1 and a = 1))')
  })

  it('names what is always or never true', () => {
    expect([always, never, not(never)].map(printPredicate)).toEqual(['always', 'never', 'not (never)'])
  })

  it('tells cased and uncased texts apart', () => {
    const cased = field('a', { is: 'text', pattern: pattern(text('x')), cased: true })
    expect(printPredicate(cased)).toBe('a = "x"')
  })

  it('shows the empty text', () => {
    expect(printPattern([])).toBe('""')
  })
})
