import { describe, expect, it } from 'vitest'
import { printPredicate } from '../../src/ir/print.ts'
import { codes, HEAD, pointed, read } from './reading.ts'

function inRule(condition: string): string {
  return `${HEAD}detection:\n  a: {f: 1}\n  b: {f: 2}\n  c_1: {f: 3}\n  c_2: {f: 4}\n  _d: {f: 5}\n  condition: ${condition}`
}

describe('conditions', () => {
  it.each([
    ['a or b and not c_1', 'f = 1 or (f = 2 and not f = 3)'],
    ['not a and b', 'not f = 1 and f = 2'],
    ['not (a or b)', 'not (f = 1 or f = 2)'],
    ['(a or b) and c_1', '(f = 1 or f = 2) and f = 3'],
    ['NOT NOT a', 'f = 1'],
    ['1 of c_*', 'f = 3 or f = 4'],
    ['any of c_*', 'f = 3 or f = 4'],
    ['all of c_*', 'f = 3 and f = 4'],
    ['all of *_2', 'f = 4'],
    ['1 of them', 'f = 1 or f = 2 or f = 3 or f = 4'],
    ['all of them', 'f = 1 and f = 2 and f = 3 and f = 4'],
    ['[a, b and _d]', 'f = 1 or (f = 2 and f = 5)'],
  ])('%s', (condition, wanted) => {
    const [rule] = read(inRule(condition)).rules
    expect(rule?.kind === 'event' && printPredicate(rule.where)).toBe(wanted)
  })

  it.each([
    ['a and', 'sigma/condition-syntax', 'a and'],
    ['a b', 'sigma/condition-syntax', 'b'],
    ['(a', 'sigma/condition-syntax', '(a'],
    ['a)', 'sigma/condition-syntax', ')'],
    ['2 of c_*', 'sigma/condition-syntax', '2'],
    ['1 of', 'sigma/condition-syntax', '1 of'],
    ['a and bb', 'sigma/unknown-selection', 'bb'],
    ['1 of x*', 'sigma/unknown-selection', '1 of x*'],
    ['a | count() > 5', 'sigma/old-aggregation', '|'],
    ['a | near b', 'sigma/old-aggregation', '|'],
    [`${'('.repeat(200)}a${')'.repeat(200)}`, 'sigma/too-deep', '('],
    [`a${' and a'.repeat(6000)}`, 'sigma/too-large', undefined],
  ])('refuses %.30s', (condition, code, at) => {
    const { diagnostics } = read(inRule(condition))
    const [first] = diagnostics.filter((one) => one.severity === 'error')
    expect(first?.code).toBe(code)
    if (at !== undefined) expect(pointed(first)).toBe(at)
  })

  it('suggests the selection that was meant', () => {
    const text = `${HEAD}detection:\n  selection: {f: 1}\n  condition: selektion`
    expect(read(text).diagnostics[0]?.hint).toBe('did you mean "selection"?')
  })

  it('warns of a selection that no condition names, unless it begins with _', () => {
    const { diagnostics, rules } = read(inRule('a and b and c_1'))
    expect(codes(diagnostics)).toEqual(['sigma/unused-selection'])
    expect(pointed(diagnostics[0])).toBe('c_2')
    expect(rules).toHaveLength(1)
  })

  it('refuses the old timeframe', () => {
    const text = `${HEAD}detection:\n  a: {f: 1}\n  timeframe: 5m\n  condition: a`
    expect(codes(read(text).diagnostics)).toEqual(['sigma/old-aggregation'])
  })
})
