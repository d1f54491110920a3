import { describe, expect, test } from 'vitest'
import { eqlBackend } from '../../../src/backend/eql/backend.ts'
import { milliseconds } from '../../../src/ir/duration.ts'
import { any, pattern, text } from '../../../src/ir/pattern.ts'
import { all, anyOf, message, not, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'
import type { Absence, Bounds, Correlation, CorrelationBody, Presence, Rule, RuleUse } from '../../../src/ir/rule.ts'
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
const flags = { ignoreCase: false, multiline: false, dotAll: false }
const use = (rule: string): RuleUse => ({ rule: ruleId(rule), span })
const present = (...rules: readonly string[]): Presence[] => rules.map((rule) => ({ op: 'rule', rule: ruleId(rule) }))
const gte = (value: number): Bounds => [{ operator: 'gte', value }]

function said(under: Rule, ...others: readonly Rule[]): string[] {
  const compiled = eqlBackend.compile(program(...others, under), under.id, context())
  for (const one of compiled.diagnostics) {
    expect(one.span).toBe(span)
    expect(one.hint).toBeTruthy()
  }
  expect(compiled.kind).toBe('refused')
  return compiled.diagnostics.map((one) => `${one.code}: ${one.message}`)
}

describe('a test that EQL cannot say', () => {
  const regex = (source: string): ValueTest => ({ is: 'regex', source, flags })
  const cases: readonly [string, Predicate, string][] = [
    [
      'a keyword',
      message({ is: 'text', pattern: [any, text('x'), any], cased: false }, span),
      'keywords over the whole message',
    ],
    [
      'a field against a field',
      tested('file.path', { is: 'field', other: 'process.executable', relation: 'equals', cased: false }),
      'a comparison of the field file.path with the field process.executable',
    ],
    ['a part of a time', tested('@timestamp', { is: 'time-part', part: 'hour', value: 3 }), 'the hour of a time'],
    ['a part of an address', equals('destination.ip', '::0:1'), 'a part of the text of the address destination.ip'],
    ['the text of a time', equals('@timestamp', '2026'), 'the text of a time'],
    [
      'wildcards on a number',
      tested('process.pid', { is: 'text', pattern: pattern(text('1'), any), cased: false }),
      'wildcards on process.pid',
    ],
    ['a number beyond exactness', tested('process.pid', { is: 'number', value: 2 ** 60 }), 'the number'],
    [
      'order on a text',
      tested('process.name', { is: 'order', operator: 'gt', value: 1 }),
      'a numeric order on process.name',
    ],
    ['a network on a text', tested('process.name', { is: 'cidr', network: '10.0.0.0/8' }), 'a network on process.name'],
    [
      'an IPv6 network of IPv4',
      tested('destination.ip', { is: 'cidr', network: '::ffff:0:0/96' }),
      'the IPv6 network ::ffff:0:0/96',
    ],
    ['a network in short', tested('destination.ip', { is: 'cidr', network: '10/8' }), 'the network 10/8'],
    ['a word boundary', tested('file.path', regex('\\bx')), 'a word boundary'],
    ['a Unicode class', tested('file.path', regex('\\pL')), 'the escape "\\p"'],
    ['an anchor inside', tested('file.path', regex('a^b')), 'an anchor inside'],
    [
      'presence of an unknown field',
      tested('EventID', { is: 'exists', present: true }),
      'a test for presence on EventID',
    ],
    [
      'an order on an unknown field',
      tested('EventID', { is: 'order', operator: 'gt', value: 1 }),
      'a numeric order on EventID',
    ],
  ]
  for (const [name, where, message] of cases)
    test(`${name} is refused`, () =>
      expect(said(eventRule('r', where)).join('\n')).toContain(`backend/refused: EQL cannot say ${message}`))

  test('a condition nested too deep, or with too many comparisons', () => {
    let deep: Predicate = equals('process.name', 'x')
    for (let level = 0; level < 15; level++) deep = not(all(deep, equals('process.name', `n${level}`)))
    expect(said(eventRule('r', deep)).join()).toContain('more than 20 levels deep')
    for (let level = 0; level < 5000; level++) deep = { op: 'not', of: deep }
    expect(said(eventRule('r', deep)).join()).toContain('more than 20 levels deep')
    const many = anyOf(...Array.from({ length: 501 }, (_, at) => equals('process.name', `n${at}`)))
    expect(said(eventRule('r', many)).join()).toContain('more than 500 comparisons')
  })

  test('every problem is told at once', () => {
    const where = all(tested('file.path', regex('\\bx')), tested('EventID', { is: 'exists', present: true }))
    expect(said(eventRule('r', where))).toHaveLength(2)
  })
})

describe('a correlation that EQL cannot say', () => {
  const parts: CorrelationParts = { timespan: 10_000, group: ['host.id'] }
  const under = (body: CorrelationBody, more: CorrelationParts = parts): string =>
    said(correlation('r', body, more), a, b, x).join('\n')
  const absence = (one: Partial<Absence>): Absence =>
    ({ where: 'before', within: null, ...use('x'), ...one }) as Absence
  const joins = (left: string, right: string, step = 1) => [
    { left: { step: 0, field: left }, right: { step, field: right }, span },
  ]

  test('a gap among three steps', () =>
    expect(under(ordered(['a', 'b', 'a'], { gaps: [1000] }))).toContain('"within: 1s" in a sequence of 3 steps'))
  test('an absence between three steps', () =>
    expect(under(ordered(['a', 'b', 'a'], { unless: [{ where: 'between', after: 0, ...use('x') }] }))).toContain(
      'between steps in a sequence of three or more',
    ))
  test('an absence outside with a span of its own', () =>
    expect(under(ordered(['a', 'b'], { unless: [absence({ within: milliseconds(5) })] }))).toContain(
      'with a "within" of its own',
    ))
  test('an absence outside beside a gap', () =>
    expect(under(ordered(['a', 'b'], { gaps: [5], unless: [absence({})] }))).toContain('beside a "within" of a step'))
  test('absences on both sides', () =>
    expect(under(ordered(['a', 'b'], { unless: [absence({}), absence({ where: 'after' })] }))).toContain(
      'more than one "unless"',
    ))
  test('an absence outside, unless accepted', () =>
    expect(under(ordered(['a', 'b'], { unless: [absence({})] }))).toContain(
      'backend/approximate: EQL says "absence" only approximately',
    ))
  test('one step', () => expect(under(ordered(['a']))).toContain('a sequence of one step'))
  test('a join of some steps', () =>
    expect(under(ordered(['a', 'b', 'a'], { joins: joins('process.name', 'process.name') }))).toContain(
      'a join of some steps only',
    ))
  test('a join of a list', () =>
    expect(under(ordered(['a', 'b'], { joins: joins('detpack.flow.object.id', 'detpack.flow.object.id') }))).toContain(
      'may hold several values',
    ))
  test('a join beside until', () =>
    expect(under(ordered(['a', 'b'], { joins: joins('process.name', 'process.name'), until: use('x') }))).toContain(
      'a join beside "unless" or "until"',
    ))
  test('a group by an address', () =>
    expect(under(ordered(['a', 'b']), { ...parts, group: ['destination.ip'] })).toContain(
      'the exact text of destination.ip',
    ))
  test('a group by an unknown field', () =>
    expect(under(ordered(['a', 'b']), { ...parts, group: ['nowhere'] })).toContain('backend/unmapped-field'))
  test('any order, unless accepted', () => {
    const body: CorrelationBody = {
      type: 'unordered',
      of: [use('a'), use('b')],
      condition: { op: 'all', of: present('a', 'b') },
    }
    expect(under(body)).toContain('backend/approximate: EQL says "timespan" only approximately')
    expect(under(body)).toContain('backend/approximate: EQL says "identity" only approximately')
    expect(under(body, { ...parts, group: [] })).toContain('events in any order without a field to group by')
    expect(under({ ...body, of: [use('a')], condition: { op: 'all', of: present('a') } })).toContain(
      'fewer than 2 or more than 5 rules',
    )
    for (const condition of [
      { op: 'any', of: present('a', 'b') },
      { op: 'rule', rule: ruleId('a') },
      { op: 'count', bounds: gte(1) },
    ] as const)
      expect(under({ ...body, condition })).toContain('under a condition other than all of the rules')
  })
  test('a step that is repeated, or may take the event of the step before, unless accepted', () => {
    const copies = 'backend/approximate: EQL says "duplicates" only approximately'
    expect(under(ordered(['a', 'a']))).toContain(copies)
    const named = eventRule('n', equals('process.name', 'curl'))
    expect(said(correlation('r', ordered(['a', 'n', 'b']), parts), a, b, named).join()).toContain(copies)
  })
  test('a chain without a key that names the host, unless accepted', () =>
    expect(under(ordered(['a', 'b']), { ...parts, group: ['user.name'] })).toContain(
      'backend/approximate: EQL says "boots" only approximately',
    ))
  test('a window of no length', () =>
    expect(under(ordered(['a', 'b']), { ...parts, timespan: 0 })).toContain('a window of no length'))
  test('values', () =>
    expect(
      under({ type: 'value', of: [use('a')], measure: { of: 'distinct' }, fields: ['file.path'], bounds: gte(3) }),
    ).toContain('the values of a field'))
  test('a count from above', () =>
    expect(under({ type: 'count', of: [use('a')], bounds: [{ operator: 'lte', value: 3 }] })).toContain(
      'an event count other than',
    ))
  test('a count, unless accepted', () =>
    expect(under({ type: 'count', of: [use('a')], bounds: gte(3) })).toContain(
      'backend/approximate: EQL says "event-count"',
    ))
  test('a correlation of correlations', () => {
    const inner = correlation('inner', ordered(['a', 'b']), parts)
    expect(said(correlation('r', ordered(['inner', 'b']), parts), a, b, inner).join()).toContain(
      'a correlation of correlations',
    )
    expect(
      said(correlation('r', { type: 'count', of: [use('inner')], bounds: gte(2) }, parts), a, b, inner).join(),
    ).toContain('a correlation of correlations')
  })
})

test('what a rule accepts by name is compiled, and named in the query', () => {
  const counting = correlation(
    'r',
    { type: 'count', of: [use('a'), use('b')], bounds: gte(3) },
    { timespan: 5000, group: ['host.id'] },
  )
  const accept = [{ language: 'eql', node: 'event-count', why: 'one index', until: '2027-01-01', span }]
  const accepted: Correlation = { ...counting, governance: { ...counting.governance, accept } }
  const compiled = eqlBackend.compile(program(a, b, accepted), accepted.id, context())
  expect(compiled).toMatchObject({
    kind: 'query',
    query: {
      text: 'sequence by host.id with maxspan=5s\n  [any where event.action : ("file_read", "network_send")] with runs=3',
      identity: { of: 'sequence', keys: ['host.id'] },
      approximations: [{ node: 'event-count' }],
    },
  })
})
