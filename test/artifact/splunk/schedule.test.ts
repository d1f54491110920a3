import { expect, test } from 'vitest'
import { splunkSchedule } from '../../../src/artifact/splunk/schedule.ts'
import type { Correlation, Presence } from '../../../src/ir/rule.ts'
import { correlation, duration, eventRule, ordered, programOf, span, step, use } from '../rule-fixture.ts'

const plain = correlation(ordered())

function scheduled(rule: Correlation, period = '5m', lag = '2m') {
  return splunkSchedule(rule, programOf(plain, rule), duration(period), duration(lag))
}

test('a run looks back over its period, the timespan and the lag', () => {
  expect(scheduled(plain)).toEqual({
    schedule: { cron: '*/5 * * * *', earliest: '-8m@m', latest: '-2m@m', overlap: 480 },
    diagnostics: [],
  })
})

test('a single event has no timespan', () => {
  const rule = eventRule('file_read')
  const { schedule, diagnostics } = splunkSchedule(rule, programOf(), duration('1m'), duration('90s'))
  expect(diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['warning artifact/splunk-period'])
  expect(schedule).toEqual({ cron: '* * * * *', earliest: '-3m@m', latest: '-2m@m', overlap: 180 })
})

test('what must not be before and after the chain is looked at too', () => {
  const unless = [
    { where: 'before', within: duration('10m'), ...use('file_read') },
    { where: 'after', within: duration('3m'), ...use('file_read') },
  ] as const
  expect(scheduled(correlation(ordered({ unless }), { timespan: duration('1m') })).schedule.earliest).toBe('-21m@m')
})

test('what may take an alert away from a set is looked at one timespan further back', () => {
  const [read, send] = [use('file_read'), use('network_send')]
  const present = { op: 'rule', ...read } as const
  const absent = { op: 'not', of: { op: 'rule', ...send } } as const
  const set = (of: readonly Presence[]): Correlation =>
    correlation({ type: 'unordered', of: [read, send], condition: { op: 'all', of } }, { timespan: duration('10m') })
  expect(scheduled(set([present])).schedule.earliest).toBe('-17m@m')
  expect(scheduled(set([present, absent])).schedule.earliest).toBe('-27m@m')
})

test('the timespans of correlations inside one another add up', () => {
  const inner = correlation(ordered(), { timespan: duration('10m') })
  const outer = correlation(ordered({ steps: [step(inner.id), step('file_read')] }), {
    id: use('outer').rule,
    timespan: duration('20m'),
  })
  const { schedule } = splunkSchedule(outer, programOf(inner, outer), duration('5m'), duration('2m'))
  expect(schedule.earliest).toBe('-37m@m')
})

test('hours and days run on the hour', () => {
  expect(['1h', '6h', '1d'].map((period) => scheduled(plain, period).schedule.cron)).toEqual([
    '0 * * * *',
    '0 */6 * * *',
    '0 0 * * *',
  ])
})

test('a period that cron cannot say is refused', () => {
  for (const period of ['7m', '90s', '5h', '2d'])
    expect(scheduled(plain, period).diagnostics.map(({ code, span: at }) => [code, at])).toEqual([
      ['artifact/splunk-period', span],
    ])
})

test('a search over many hours is told', () => {
  const { diagnostics } = scheduled(correlation(ordered(), { timespan: duration('7h') }))
  expect(diagnostics.map((one) => `${one.severity} ${one.code}`)).toEqual(['warning artifact/splunk-span'])
})
