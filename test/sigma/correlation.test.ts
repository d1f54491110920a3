import { describe, expect, it } from 'vitest'
import { printRule } from '../../src/ir/print.ts'
import { codes, correlation, pointed, read, rule } from './reading.ts'

function chain(body: string, attribute = ''): string[] {
  const { rules, diagnostics } = read(correlation(body, attribute))
  const found = rules.find((one) => one.name === 'chain')
  return found
    ? printRule(found)
        .split('\n')
        .slice(1)
        .map((line) => line.trim())
    : codes(diagnostics)
}

const ORDERED = 'type: temporal_ordered\nrules: [a, b, c]\ntimespan: 1m'

describe('correlations', () => {
  it.each([
    [
      'type: event_count\nrules: a\ngroup-by: [x]\ntimespan: 90m\ncondition: {gt: 1, lte: 9}',
      ['events of a gt 1 and lte 9', 'within 90m', 'by x'],
    ],
    [
      'type: value_count\nrules: [a, b]\ntimespan: 1d\ncondition: {field: [u, v], neq: 3}',
      ['distinct of u, v in a, b neq 3', 'within 1d'],
    ],
    [
      'type: value_sum\nrules: [a]\ntimespan: 1s\ncondition: {field: n, gte: 1.5}',
      ['sum of n in a gte 1.5', 'within 1s'],
    ],
    [
      'type: value_avg\nrules: [a]\ntimespan: 1s\ncondition: {field: n, lt: 2}',
      ['average of n in a lt 2', 'within 1s'],
    ],
    [
      'type: value_median\nrules: [a]\ntimespan: 1s\ncondition: {field: n, eq: 2}',
      ['median of n in a eq 2', 'within 1s'],
    ],
    [
      'type: value_percentile\nrules: [a]\ntimespan: 1s\ncondition: {field: n, percentile: 95, gt: 2}',
      ['percentile 95 of n in a gt 2', 'within 1s'],
    ],
    ['type: temporal\nrules: [a, b]\ntimespan: 1h', ['any order (a and b)', 'within 1h']],
    ['type: temporal\nrules: [a, b, c]\ntimespan: 1h\ncondition: {gte: 2}', ['any order rules gte 2', 'within 1h']],
    [
      'type: temporal\nrules: [a, b, c]\ntimespan: 1h\ncondition: a and (b or not c)',
      ['any order (a and (b or not c))', 'within 1h'],
    ],
    ['type: temporal\ntimespan: 1h\ncondition: a or b', ['any order (a or b)', 'within 1h']],
    [ORDERED, ['step a = a', 'step b = b', 'step c = c', 'within 1m']],
    [`${ORDERED}\ncondition: {gte: 3}`, ['step a = a', 'step b = b', 'step c = c', 'within 1m']],
    [`${ORDERED}\ncondition: a and (b and c)`, ['step a = a', 'step b = b', 'step c = c', 'within 1m']],
    ['type: temporal_ordered\nrules: [a, a]\ntimespan: 1m', ['step a = a', 'step a_2 = a', 'within 1m']],
    [
      'type: temporal\nrules: [a, b]\ntimespan: 1h\ngroup-by: [ip]\naliases: {ip: {a: src, b: dst}}',
      ['any order (a and b)', 'within 1h', 'by ip (a.src, b.dst)'],
    ],
  ])('%s', (body, wanted) => {
    expect(chain(body)).toEqual(wanted)
  })

  it.each([
    ['type: event_cuont\nrules: [a]\ntimespan: 1s', 'sigma/correlation-type', 'event_cuont'],
    ['type: event_count\nrules: [a]\ntimespan: 1M\ncondition: {gt: 1}', 'sigma/timespan', '1M'],
    ['type: event_count\nrules: [a]\ntimespan: 5ms\ncondition: {gt: 1}', 'sigma/timespan', '5ms'],
    ['type: event_count\nrules: [a]\ntimespan: 1s', 'sigma/missing-key', 'type'],
    ['type: event_count\nrules: [a]\ntimespan: 1s\ncondition: {gt: 1.5}', 'sigma/wrong-type', '1.5'],
    ['type: event_count\nrules: [a]\ntimespan: 1s\ncondition: {}', 'sigma/missing-key', '{}'],
    ['type: event_count\nrules: [a]\ntimespan: 1s\ncondition: a and b', 'sigma/extended-condition', 'a and b'],
    ['type: event_count\nrules: [a]\ntimespan: 1s\ncondition: {gt: 1, field: x}', 'sigma/unknown-key', 'field'],
    ['type: value_sum\nrules: [a]\ntimespan: 1s\ncondition: {field: [x, y], gt: 1}', 'sigma/several-fields', 'y'],
    ['type: value_sum\nrules: [a]\ntimespan: 1s\ncondition: {field: [], gt: 1}', 'sigma/empty', '[]'],
    ['type: value_percentile\nrules: [a]\ntimespan: 1s\ncondition: {field: x, gt: 1}', 'sigma/missing-key', 'field'],
    [
      'type: value_percentile\nrules: [a]\ntimespan: 1s\ncondition: {field: x, gt: 1, percentile: 101}',
      'sigma/percentile',
      '101',
    ],
    [
      'type: value_sum\nrules: [a]\ntimespan: 1s\ngroup-by: [x]\naliases: {x: {a: y}}\ncondition: {field: x, gt: 1}',
      'sigma/alias',
      'x',
    ],
    ['type: temporal\nrules: [a, e]\ntimespan: 1s', 'sigma/unknown-rule', 'e'],
    ['type: temporal\nrules: [a, b]\ntimespan: 1s\ncondition: a and c', 'sigma/extended-condition', 'c'],
    ['type: temporal\nrules: [a, b]\ntimespan: 1s\ncondition: 1 of them', 'sigma/extended-condition', '1 of them'],
    ['type: temporal\nrules: [a, b]\ntimespan: 1s\ncondition: not a or b', 'sigma/absence-only', 'not a or b'],
    ['type: temporal\nrules: [a, b]\ntimespan: 1s\ncondition: {gte: 3}', 'sigma/impossible-condition', '{gte: 3}'],
    [`${ORDERED}\ncondition: {gte: 2}`, 'sigma/ordered-condition', '{gte: 2}'],
    [`${ORDERED}\ncondition: a and not b`, 'sigma/ordered-condition', 'a and not b'],
    ['type: temporal\nrules: [a, b]\ntimespan: 1s\naliases: {x: {z: y}}\ngroup-by: [x]', 'sigma/alias', 'z'],
    ['type: temporal\nrules: [chain]\ntimespan: 1s', 'sigma/cycle', 'chain'],
    ['type: temporal\nrules: [a]\ntimespan: 1s\nspan: 3', 'sigma/unknown-key', 'span'],
  ])('refuses %s', (body, code, at) => {
    const { diagnostics, rules } = read(correlation(body))
    const errors = diagnostics.filter((one) => one.severity === 'error')
    expect(errors[0]?.code).toBe(code)
    expect(pointed(errors[0])).toBe(at)
    expect(rules.map((one) => one.name)).toEqual(['a', 'b', 'c', 'd'])
  })

  it.each([
    ['type: temporal\nrules: [a, b, b]\ntimespan: 1s', 'sigma/repeated-rule'],
    ['type: temporal\nrules: [a, b]\ntimespan: 1s\ncondition: a', 'sigma/unused-rule'],
    ['type: temporal\nrules: [a, b]\ntimespan: 1s\naliases: {x: {a: y}}', 'sigma/unused-alias'],
    ['type: temporal\nrules: [a, b]\ntimespan: 1s\naliases: {x: {a: y}}\ngroup-by: [x]', 'sigma/partial-alias'],
  ])('warns of %s', (body, code) => {
    expect(codes(read(correlation(body)).diagnostics)).toEqual([code])
  })

  it('have at most a thousand rules', () => {
    const many = `type: temporal\nrules: [${'a, '.repeat(1001)}]\ntimespan: 1s`
    expect(codes(read(correlation(many)).diagnostics)).toContain('sigma/too-large')
  })

  it('show the whole way of a circle', () => {
    const one = (name: string, other: string) =>
      `title: ${name}\nname: ${name}\ncorrelation: {type: temporal, rules: [${other}], timespan: 1s}\n`
    const { diagnostics, rules } = read([one('x', 'y'), one('y', 'z'), one('z', 'x'), rule('a')].join('---\n'))
    expect(diagnostics.map((one) => one.message)).toEqual(['a correlation reaches itself: x -> y -> z -> x'])
    expect(rules.map((each) => each.name)).toEqual(['a'])
  })

  it('of a circle are told their other mistakes, and what names one of them that it is left out', () => {
    const one = (name: string, names: string) =>
      `title: ${name}\nname: ${name}\ncorrelation: {type: temporal, rules: [${names}], timespan: 1s}\n`
    const { diagnostics } = read([one('x', 'y, nowhere'), one('y', 'x'), one('z', 'x')].join('---\n'))
    expect(codes(diagnostics).sort()).toEqual(['sigma/cycle', 'sigma/rule-left-out', 'sigma/unknown-rule'])
  })

  it('put what is named first, and leave out what needs a rule with an error', () => {
    const outer = 'title: o\nname: o\ncorrelation: {type: temporal, rules: [i, a], timespan: 1s}\n'
    const inner = 'title: i\nname: i\ncorrelation: {type: event_count, rules: [a], timespan: 1s, condition: {gte: 2}}\n'
    expect(read([outer, inner, rule('a')].join('---\n')).rules.map((one) => one.name)).toEqual(['a', 'i', 'o'])
    const broken = read([outer, inner, rule('a').replace('condition: s', 'condition: t')].join('---\n'))
    expect(broken.rules).toEqual([])
    expect(codes(broken.diagnostics)).toContain('sigma/rule-left-out')
  })

  it('let rules alert alone only where generate says so', () => {
    const body = 'type: temporal\nrules: [a, b]\ntimespan: 1s'
    const alone = (text: string) =>
      read(text)
        .rules.filter((one) => one.alone)
        .map((one) => one.name)
    expect(alone(correlation(body))).toEqual(['c', 'd', 'chain'])
    expect(alone(correlation(`${body}\ngenerate: true`))).toEqual(['a', 'b', 'c', 'd', 'chain'])
    expect(alone(correlation(body, 'generate: true'))).toEqual(['a', 'b', 'c', 'd', 'chain'])
  })
})
