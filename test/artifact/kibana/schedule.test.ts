import { expect, test } from 'vitest'
import { ago, lookback, windowEdges } from '../../../src/artifact/kibana/schedule.ts'
import type { FieldKnowledge } from '../../../src/artifact/kibana/suppression.ts'
import type { CorrelationBody, RuleId } from '../../../src/ir/rule.ts'
import { correlation, duration, eventRule, ordered, programOf, source, span, use } from '../rule-fixture.ts'

const knows: FieldKnowledge = (name) =>
  name === 'detpack.use.bytes' ? { type: 'long', multi: false, unsigned: true } : { type: 'long', multi: false }
const five = duration('5m')
const two = duration('2m')

test('a run looks back over the interval, the longest chain and the delay of events', () => {
  const rule = correlation(ordered(), { timespan: duration('1500ms') })
  expect(ago(lookback(rule, programOf(rule), five, two))).toBe('now-422s')
})

test('a single event needs the interval and the delay only', () => {
  const rule = eventRule('file_read')
  expect(ago(lookback(rule, programOf(rule), five, two))).toBe('now-420s')
})

test('a correlation of correlations looks back over both windows', () => {
  const inner = correlation(
    { type: 'count', of: [use('file_read')], bounds: [{ operator: 'gte', value: 5 }] },
    {
      id: 'many-reads' as RuleId,
      timespan: duration('1m'),
    },
  )
  const outer = correlation(
    ordered({
      steps: [
        { as: 'reads', ...use('many-reads'), within: null },
        { as: 'send', ...use('network_send'), within: null },
      ],
    }),
  )
  expect(ago(lookback(outer, programOf(inner, outer), five, two))).toBe('now-490s')
  expect(windowEdges(outer, programOf(inner, outer), knows)).toEqual([])
})

const absence = { ...use('approved'), within: null }
const bytes = { type: 'value', of: [use('network_send')], fields: ['detpack.use.bytes'] } as const
const values = { type: 'value', of: [use('file_read')], fields: ['file.path'] } as const

test.each<[string, CorrelationBody]>([
  ['a trailing absence', ordered({ unless: [{ ...absence, where: 'after' }] })],
  ['a leading absence', ordered({ unless: [{ ...absence, where: 'before' }] })],
  [
    'a negated condition',
    {
      type: 'unordered',
      of: [use('file_read')],
      condition: { op: 'not', of: { op: 'rule', rule: 'file_read' as RuleId } },
    },
  ],
  ['few events', { type: 'count', of: [use('file_read')], bounds: [{ operator: 'lt', value: 3 }] }],
  ['a sum of what may be below zero', { ...values, measure: { of: 'sum' }, bounds: [{ operator: 'gte', value: 3 }] }],
  ['a small sum', { ...bytes, measure: { of: 'sum' }, bounds: [{ operator: 'lte', value: 3 }] }],
  ['an average', { ...bytes, measure: { of: 'average' }, bounds: [{ operator: 'gte', value: 3 }] }],
  ['few values', { ...values, measure: { of: 'distinct' }, bounds: [{ operator: 'lte', value: 3 }] }],
])('%s is refused: it would be judged on half of its window', (_, body) => {
  const rule = correlation(body)
  expect(windowEdges(rule, programOf(rule), knows)).toMatchObject([
    { code: 'artifact/window-edge', severity: 'error', span: { source } },
  ])
})

test('the absence of a correlation is refused, between steps and as until', () => {
  const inner = correlation(ordered(), { id: 'inner' as RuleId })
  const body = ordered({ unless: [{ ...use('inner'), where: 'between', after: 0 }], until: use('inner') })
  const rule = correlation(body)
  expect(windowEdges(rule, programOf(inner, rule), knows)).toHaveLength(2)
})

test.each<[string, CorrelationBody]>([
  ['an ordered chain', ordered()],
  ['an absence between its steps', ordered({ unless: [{ ...use('file_read'), where: 'between', after: 0 }] })],
  ['an end', ordered({ until: use('file_read') })],
  [
    'all of several rules',
    {
      type: 'unordered',
      of: [use('file_read')],
      condition: {
        op: 'all',
        of: [
          { op: 'rule', rule: 'file_read' as RuleId },
          { op: 'count', bounds: [{ operator: 'gte', value: 1 }] },
        ],
      },
    },
  ],
  ['many events', { type: 'count', of: [use('file_read')], bounds: [{ operator: 'gt', value: 3 }] }],
  ['a sum of what is never below zero', { ...bytes, measure: { of: 'sum' }, bounds: [{ operator: 'gte', value: 3 }] }],
  ['many values', { ...values, measure: { of: 'distinct' }, bounds: [{ operator: 'gte', value: 3 }] }],
])('%s is found in one of two overlapping runs', (_, body) => {
  const rule = correlation(body)
  expect(windowEdges(rule, programOf(rule), knows)).toEqual([])
  expect(rule.span).toBe(span)
})
