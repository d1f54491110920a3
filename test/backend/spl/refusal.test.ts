import { describe, expect, test } from 'vitest'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import { any, pattern, text } from '../../../src/ir/pattern.ts'
import { message, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'
import type { CorrelationBody, Rule, RuleUse } from '../../../src/ir/rule.ts'
import { context } from '../context.ts'
import {
  correlation,
  equals,
  eventRule,
  groupKey,
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
      'a keyword',
      message({ is: 'text', pattern: [any, text('x'), any], cased: false }, span),
      'keywords over the whole message',
    ],
    ['an empty text', tested('process.name', { is: 'text', pattern: pattern(), cased: false }), 'an empty text'],
    [
      'a comparison of fields without case',
      tested('file.path', { is: 'field', other: 'process.executable', relation: 'equals', cased: false }),
      'this comparison of the field file.path',
    ],
    ['a part of a time', tested('@timestamp', { is: 'time-part', part: 'hour', value: 3 }), 'the hour of a time'],
    [
      'an IPv6 network',
      tested('destination.ip', { is: 'cidr', network: '2001:db8::/32' }),
      'the network 2001:db8::/32',
    ],
    ['a network on a text', tested('process.name', { is: 'cidr', network: '10.0.0.0/8' }), 'a network on process.name'],
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
    ['presence of a list', tested('detpack.flow.object.id', { is: 'null' }), 'presence of detpack.flow.object.id'],
    ['presence of an unknown field', tested('EventID', { is: 'exists', present: true }), 'presence of EventID'],
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
  const twoFields = { group: [groupKey('who', { a: 'process.entity_id', b: 'process.parent.entity_id' })] }
  const both = {
    op: 'all',
    of: [
      { op: 'rule', rule: ruleId('a') },
      { op: 'rule', rule: ruleId('b') },
    ],
  } as const

  for (const where of ['before', 'after'] as const)
    test(`an absence ${where} the chain without a span of its own`, () =>
      expect(under(ordered(['a', 'b'], { unless: [{ where, within: null, ...use('x') }] }))).toContain(
        `"unless" ${where} the chain`,
      ))
  test('a join of some steps', () =>
    expect(under(ordered(['a', 'b', 'a'], { joins: joins('process.name') }))).toContain('a join of some steps only'))
  test('a join of a list', () =>
    expect(under(ordered(['a', 'b'], { joins: joins('detpack.flow.object.id') }))).toContain('may hold several values'))
  test('a join beside until', () =>
    expect(under(ordered(['a', 'b'], { joins: joins('process.name'), until: use('x') }))).toContain(
      'a join beside "unless" or "until"',
    ))
  test('a count from above', () =>
    expect(under({ type: 'count', of: [use('a')], bounds: [{ operator: 'lte', value: 3 }] })).toContain(
      'an event count other than',
    ))
  test('a count by keys of different fields', () =>
    expect(
      under({ type: 'count', of: [use('a'), use('b')], bounds: [{ operator: 'gte', value: 3 }] }, twoFields),
    ).toContain('read from different fields'))
  test('any order by keys of different fields', () =>
    expect(under({ type: 'unordered', of: [use('a'), use('b')], condition: both }, twoFields)).toContain(
      'read from different fields',
    ))
  test('any order with a condition', () =>
    expect(under({ type: 'unordered', of: [use('a'), use('b')], condition: { op: 'not', of: both } })).toContain(
      'other than that all rules match',
    ))
  test('values', () =>
    expect(
      under({ type: 'value', of: [use('a')], measure: { of: 'distinct' }, fields: ['file.path'], bounds: [] }),
    ).toContain('the values of a field'))
  test('a correlation of correlations', () => {
    const inner = correlation('inner', ordered(['a', 'b']), parts)
    expect(said(correlation('r', ordered(['inner', 'b']), parts), a, b, inner)).toContain(
      'a correlation of correlations',
    )
  })
})
