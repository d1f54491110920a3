import { expect, it } from 'vitest'
import { parsePeriod } from '../../../src/govern/period.ts'
import { measure, spreadOf } from '../../../src/govern/triage/metrics.ts'
import type { AlertState, RegisteredAlert } from '../../../src/govern/triage/register.ts'
import type { Verdict } from '../../../src/govern/triage/verdict.ts'
import { at } from '../log/people.ts'

const HOUR = 3_600_000
const period = parsePeriod('2026-11')

function alert(id: string, day: string, states: readonly AlertState[], rule = 'r1', host = 'web-1'): RegisteredAlert {
  const raised = at(day)
  return {
    id,
    target: 'elastic',
    rule,
    title: rule,
    version: 1,
    host,
    happened: (raised - 60_000) as never,
    raised,
    states,
  }
}

function closed(hours: number, day: string, verdict: Verdict | null): AlertState {
  return { at: (at(day) + hours * HOUR) as never, status: 'closed', verdict, by: 'anna', note: null }
}

it('counts what was raised in the period as it was at its end', () => {
  if (period === undefined) throw new Error('no period')
  const metrics = measure(
    [
      alert('a', '2026-11-01', [closed(1, '2026-11-01', 'true_positive')]),
      alert('b', '2026-11-01', [closed(2, '2026-11-01', 'false_positive_data')], 'r1', 'web-2'),
      alert('c', '2026-11-02', [closed(3, '2026-11-02', 'benign_true_positive')]),
      alert('d', '2026-11-03', [closed(4, '2026-11-03', null)], 'r2'),
      // Judged after the end.
      alert('e', '2026-11-29', [closed(72, '2026-11-29', 'true_positive')], 'r2'),
      alert('f', '2026-10-31', [closed(1, '2026-10-31', 'true_positive')]),
      alert('g', '2026-12-01', []),
    ],
    period,
  )
  expect(metrics).toMatchObject({
    alerts: 5,
    closedWithoutVerdict: 1,
    verdicts: { true_positive: 1, false_positive_data: 1, benign_true_positive: 1, none: 2 },
    perDay: { '2026-11-01': 2, '2026-11-02': 1, '2026-11-03': 1, '2026-11-29': 1 },
    perHost: { 'web-1': 4, 'web-2': 1 },
    rules: [
      { rule: 'r1', alerts: 3, precision: 0.5, hosts: 2, days: 2 },
      { rule: 'r2', alerts: 2, precision: null, hosts: 1, days: 2 },
    ],
    detect: { count: 5, median: 60_000 },
    resolve: { count: 4, median: 2 * HOUR, most: 4 * HOUR },
    open: { count: 1, most: 48 * HOUR },
  })
})

it('takes shares by nearest rank', () => {
  expect(spreadOf([])).toEqual({ count: 0, median: null, p90: null, most: null })
  expect(spreadOf([10, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual({ count: 10, median: 5, p90: 9, most: 10 })
})
