import { describe, expect, it } from 'vitest'
import { printPredicate } from '../../src/ir/print.ts'
import { codes, read, rule } from './reading.ts'

function filtered(rules: string, condition = 'not s', product = 'linux'): { where: string; codes: string[] } {
  const filter = `title: f\nlogsource: {product: ${product}}\nfilter: {rules: ${rules}, s: {u: 1}, condition: ${condition}}`
  const read_ = read(`${rule('a')}---\n${filter}`)
  const [first] = read_.rules
  return { where: first?.kind === 'event' ? printPredicate(first.where) : '', codes: codes(read_.diagnostics) }
}

describe('filters', () => {
  it.each(['any', '[a]'])('join their condition to rules: %s', (rules) => {
    expect(filtered(rules)).toEqual({ where: 'event.action ~ "a" and not u = 1', codes: [] })
  })

  it('warn when they keep what they match', () => {
    expect(filtered('[a]', 's')).toEqual({ where: 'event.action ~ "a" and u = 1', codes: ['sigma/positive-filter'] })
  })

  it('change nothing for another log source', () => {
    expect(filtered('[a]', 'not s', 'windows')).toEqual({
      where: 'event.action ~ "a"',
      codes: ['sigma/filter-logsource'],
    })
    expect(filtered('any', 'not s', 'windows')).toEqual({ where: 'event.action ~ "a"', codes: [] })
  })

  it('say which rule is not there', () => {
    expect(filtered('[b]').codes).toEqual(['sigma/unknown-rule'])
  })

  it('are refused on correlations and without rules', () => {
    const chain = 'title: c\nname: c\ncorrelation: {type: temporal, rules: [a], timespan: 1s}\n---\n'
    const filter = 'title: f\nlogsource: {product: linux}\nfilter: {rules: [c], s: {u: 1}, condition: not s}'
    expect(codes(read(`${rule('a')}---\n${chain}${filter}`).diagnostics)).toEqual(['sigma/filter-target'])
    expect(filtered('[]').codes).toEqual(['sigma/empty'])
  })
})
