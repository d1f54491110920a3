import { describe, expect, test } from 'vitest'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import { pattern } from '../../../src/ir/pattern.ts'
import { message, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'
import type { CorrelationBody, Measure, Presence, Rule, RuleUse } from '../../../src/ir/rule.ts'
import { context } from '../context.ts'
import {
  correlation,
  equals,
  eventRule,
  ordered,
  program,
  ruleId,
  span,
  tested,
  type CorrelationParts,
} from '../program.ts'

const a = eventRule('a', equals('event.action', 'file_read'))
const b = eventRule('b', equals('event.action', 'network_send'))
const x = eventRule('x', equals('event.action', 'task_end'))
const use = (rule: string): RuleUse => ({ rule: ruleId(rule), span })

function said(under: Rule, ...others: readonly Rule[]): string {
  const compiled = splBackend.compile(program(...others, under), under.id, context())
  for (const one of compiled.diagnostics) {
    expect(one.code).toBe('backend/refused')
    expect(one.span).toBe(span)
    expect(one.hint).toBeTruthy()
  }
  expect(compiled.kind).toBe('refused')
  return compiled.diagnostics.map((one) => one.message).join('\n')
}

describe('a test that SPL cannot say exactly', () => {
  const regex = (source: string): ValueTest => ({
    is: 'regex',
    source,
    flags: { ignoreCase: false, multiline: false, dotAll: false },
  })
  const cases: readonly [string, Predicate, string][] = [
    [
      'a keyword that is true or false',
      message({ is: 'boolean', value: true }, span),
      'this test of the whole message',
    ],
    ['an empty text', tested('process.name', { is: 'text', pattern: pattern(), cased: false }), 'an empty text'],
    [
      'a comparison of fields without case',
      tested('file.path', { is: 'field', other: 'process.executable', relation: 'equals', cased: false }),
      'this comparison of the field file.path',
    ],
    ['the week of a time', tested('@timestamp', { is: 'time-part', part: 'week', value: 3 }), 'the week of a time'],
    [
      'a part of a text',
      tested('process.name', { is: 'time-part', part: 'hour', value: 3 }),
      'the hour of process.name',
    ],
    ['an IPv6 network', tested('destination.ip', { is: 'cidr', network: '::/8' }), 'the network ::/8'],
    [
      'an IPv6 network on a text',
      tested('process.name', { is: 'cidr', network: 'fe80::/10' }),
      'an IPv6 network on process.name',
    ],
    [
      'order on a text',
      tested('process.name', { is: 'order', operator: 'gt', value: 1 }),
      'a numeric order on process.name',
    ],
    [
      'a bound with an exponent',
      tested('process.pid', { is: 'order', operator: 'gt', value: 1e30 }),
      'the number 1e+30',
    ],
    ['a nested repetition', tested('file.path', regex('(a+)+$')), 'a repetition inside a repetition'],
    ['a Unicode class', tested('file.path', regex('\\pL')), 'the escape "\\p"'],
    ['a class beyond ASCII', tested('file.path', regex('[à-ÿ]')), 'a class with characters outside ASCII'],
    ['a quote in a field name', equals("it's", 'x'), 'a field name with a quote'],
  ]
  for (const [name, where, message] of cases)
    test(`${name} is refused`, () => expect(said(eventRule('r', where))).toContain(`SPL cannot say ${message}`))

  test('a condition nested too deep', () => {
    let deep: Predicate = equals('process.name', 'x')
    for (let level = 0; level < 5000; level++) deep = { op: 'not', of: deep }
    expect(said(eventRule('r', deep))).toContain('more than 60 levels deep')
  })
})

describe('a correlation that SPL cannot say exactly', () => {
  const parts: CorrelationParts = { timespan: 10_000, group: ['host.id'] }
  const under = (body: CorrelationBody, more: CorrelationParts = parts): string =>
    said(correlation('r', body, more), a, b, x)
  const joins = (field: string) => [{ left: { step: 0, field }, right: { step: 1, field }, span }]

  for (const where of ['before', 'after'] as const)
    test(`an absence ${where} the chain without a span of its own, beside what ties the second step`, () => {
      const unless = [{ where, within: null, ...use('x') }] as const
      const tied = under(ordered(['a', 'b', 'a'], { unless, gaps: [10] }))
      expect(tied).toContain(`"unless" ${where} the chain without a "within", beside the gap before the step "b1"`)
      const absent = { where: 'between', after: 0, ...use('x') } as const
      expect(under(ordered(['a', 'b', 'a'], { unless: [...unless, absent] }))).toContain(
        'an absence before the second step',
      )
      const joined = under(ordered(['a', 'b', 'a'], { unless, joins: joins('process.name') }))
      expect(joined).toContain('a join of some steps only')
    })
  test('a join of steps that are no neighbours', () =>
    expect(
      under(
        ordered(['a', 'b', 'a'], {
          joins: [{ left: { step: 0, field: 'process.name' }, right: { step: 2, field: 'process.name' }, span }],
        }),
      ),
    ).toContain('a join of steps that are no neighbours'))
  test('a gap behind a join of two other steps', () =>
    expect(under(ordered(['a', 'b', 'a'], { joins: joins('process.name'), gaps: [10, 10] }))).toContain(
      'a gap or an absence before the step "a2"',
    ))
  test('a count of more events than a window holds', () =>
    expect(under({ type: 'count', of: [use('a')], bounds: [{ operator: 'gte', value: 10_001 }] })).toContain(
      'a start at the 10001-th newest event',
    ))
  test('a bound with an exponent', () =>
    expect(under({ type: 'count', of: [use('a')], bounds: [{ operator: 'gt', value: 1e30 }] })).toContain(
      'the bound 1e+30',
    ))

  describe('of values', () => {
    const measured = (measure: Measure, field: string, value = 3): string =>
      under({ type: 'value', of: [use('a')], measure, fields: [field], bounds: [{ operator: 'gte', value }] })
    test('a measure of what may be no number', () => {
      for (const of of ['sum', 'average', 'median'] as const)
        expect(measured({ of }, 'process.name')).toContain(`the ${of} of process.name`)
    })
    test('an average against a number that a product may round', () =>
      expect(measured({ of: 'average' }, 'detpack.use.count', 0.1)).toContain('the exact comparison of an average'))
    test('a percentile of a text', () =>
      expect(measured({ of: 'percentile', rank: 90 }, 'process.name')).toContain('the percentile of process.name'))
    test('a rank with an exponent', () =>
      expect(measured({ of: 'percentile', rank: 1e-7 }, 'detpack.use.count')).toContain('the rank 1e-7'))
  })

  test('a condition nested too deep', () => {
    let condition: Presence = { op: 'rule', rule: ruleId('a') }
    for (let level = 0; level < 30; level++) condition = { op: 'not', of: condition }
    expect(under({ type: 'unordered', of: [use('a')], condition })).toContain('more than 20 levels deep')
  })
})

describe('a chain whose group names no host', () => {
  const rule = correlation('r', ordered(['a', 'b']), { timespan: 10_000, group: ['user.name'] })

  test('is approximate, because a chain may span two boots', () => {
    const compiled = splBackend.compile(program(a, b, rule), rule.id, context())
    expect(compiled.diagnostics.map((one) => one.code)).toEqual(['backend/approximate'])
  })

  test('compiles where the rule accepts that', () => {
    const accept = [{ language: 'spl', node: 'boots', why: 'reboots are rare', until: '2027-01-01', span }]
    const accepting = { ...rule, governance: { ...rule.governance, accept } }
    const compiled = splBackend.compile(program(a, b, accepting), rule.id, context())
    expect(compiled.kind === 'query' && compiled.query.approximations.map((one) => one.node)).toEqual(['boots'])
  })
})
