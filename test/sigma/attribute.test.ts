import { describe, expect, it } from 'vitest'
import { printRule } from '../../src/ir/print.ts'
import { codes, correlation, HEAD, pointed, read } from './reading.ts'

const ORDERED = 'type: temporal_ordered\nrules: [a, b, c]\ntimespan: 1m'

function chain(detpack: string): string[] {
  const { rules, diagnostics } = read(correlation(ORDERED, `detpack: ${detpack}`))
  const found = rules.find((one) => one.name === 'chain')
  return found
    ? printRule(found)
        .split('\n')
        .slice(1)
        .map((line) => line.trim())
    : codes(diagnostics)
}

describe('the detpack attribute', () => {
  it('says gaps, joins, absence, an end and the task', () => {
    const detpack = `{
      steps: [{as: x, rule: a}, {rule: b, within: 500ms}, {rule: c}],
      join: [[x.file.path, b.file.path]],
      unless: [{rule: d, between: [x, b]}, {rule: d, before: x, within: 5m}, {rule: d, after: c}],
      until: {rule: d}, task: {name: [sum], declared: true} }`
    expect(chain(detpack)).toEqual([
      'step x = a',
      'step b = b within 500ms',
      'step c = c',
      'join x.file.path = b.file.path',
      'unless d between x and b',
      'unless d before within 5m',
      'unless d after',
      'until d',
      'within 1m',
      'guard detpack.task.name = "sum" and detpack.task.id exists',
    ])
  })

  it('hides rules that only an absence names', () => {
    const { rules } = read(correlation(ORDERED, 'detpack: {until: {rule: d}}'))
    expect(rules.filter((one) => one.alone).map((one) => one.name)).toEqual(['chain'])
  })

  it('joins the task to a single rule', () => {
    const text = `${HEAD}detection:\n  s: {f: 1}\n  condition: s\ndetpack: {task: {declared: false}}`
    expect(read(text).rules.map(printRule)).toEqual([
      'event t\n  source */linux/*\n  where f = 1 and detpack.task.id is absent',
    ])
  })

  it('keeps governance', () => {
    const detpack =
      '{version: 3, risk: [R-1], grant: t/g, triage: [{ask: q, run: r}], accept: [{language: spl, node: n, why: w, until: 2027-06-30}]}'
    const { rules } = read(correlation(ORDERED, `detpack: ${detpack}`))
    expect(rules.at(-1)?.governance).toMatchObject({
      version: 3,
      risk: ['R-1'],
      grant: 't/g',
      triage: [{ ask: 'q', run: 'r' }],
    })
  })

  it.each([
    ['{steps: [{rule: a}, {rule: c}, {rule: b}]}', 'sigma/steps', '{rule: c}'],
    ['{steps: [{rule: a, within: 1s}, {rule: b}, {rule: c}]}', 'sigma/within', '1s'],
    ['{steps: [{rule: a}, {rule: b, within: soon}, {rule: c}]}', 'sigma/within', 'soon'],
    ['{steps: [{rule: a}, {as: a, rule: b}, {rule: c}]}', 'sigma/step-name', 'a'],
    ['{join: [[a.x, z.x]]}', 'sigma/unknown-step', 'z.x'],
    ['{join: [[a.x, a.y]]}', 'sigma/join', '[a.x, a.y]'],
    ['{join: [a.x]}', 'sigma/wrong-type', 'a.x'],
    ['{unless: [{rule: d}]}', 'sigma/absence', '{rule: d}'],
    ['{unless: [{rule: d, before: b}]}', 'sigma/absence', 'b'],
    ['{unless: [{rule: d, after: b}]}', 'sigma/absence', 'b'],
    ['{unless: [{rule: d, between: [a, c]}]}', 'sigma/absence', 'a'],
    ['{unless: [{rule: d, between: [a, b], within: 1s}]}', 'sigma/within', '1s'],
    ['{unless: [{rule: d, before: x}]}', 'sigma/unknown-step', 'x'],
    ['{unless: [{rule: nobody, before: a}]}', 'sigma/unknown-rule', 'nobody'],
    ['{task: {}}', 'sigma/empty', '{}'],
    ['{grant: x}', 'sigma/grant', 'x'],
    ['{version: 0}', 'sigma/wrong-type', '0'],
    ['{accept: [{language: sql, node: n, why: w, until: 2027-06-30}]}', 'sigma/language', 'sql'],
    ['{accept: [{language: spl, node: n, why: w, until: soon}]}', 'sigma/accept-until', 'soon'],
    ['{triage: [{run: x}]}', 'sigma/missing-key', 'run'],
    ['{untill: {rule: d}}', 'sigma/unknown-key', 'untill'],
  ])('refuses %s', (detpack, code, at) => {
    const { diagnostics } = read(correlation(ORDERED, `detpack: ${detpack}`))
    expect(codes(diagnostics)).toEqual([code])
    expect(pointed(diagnostics[0])).toBe(at)
  })

  it('refuses a task on a correlation over correlations', () => {
    const inner = correlation('type: event_count\nrules: [a]\ntimespan: 1s\ncondition: {gte: 2}')
    const outer = 'title: o\ncorrelation: {type: temporal, rules: [chain], timespan: 1s}\ndetpack: {task: {name: x}}'
    expect(codes(read(`${inner}\n---\n${outer}`).diagnostics)).toEqual(['sigma/task-over-correlation'])
  })

  it('has no place on a filter, nor an order on other types', () => {
    const filter = `title: f\nlogsource: {product: linux}\nfilter: {rules: any, s: {f: 1}, condition: not s}\ndetpack: {version: 1}`
    expect(codes(read(filter).diagnostics)).toEqual(['sigma/attribute-place'])
    const count = correlation('type: temporal\nrules: [a]\ntimespan: 1s', 'detpack: {until: {rule: d}}')
    expect(codes(read(count).diagnostics)).toEqual(['sigma/ordered-only'])
  })
})
