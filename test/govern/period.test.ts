import { expect, it } from 'vitest'
import { formatTime } from '../../src/event/record.ts'
import { parseDay } from '../../src/govern/day.ts'
import { daysOf, isWithin, parsePeriod } from '../../src/govern/period.ts'
import { at } from './log/people.ts'

it.each([
  ['2026', '2026-01-01', '2027-01-01'],
  ['2026-Q4', '2026-10-01', '2027-01-01'],
  ['2026-02', '2026-02-01', '2026-03-01'],
  ['2026-12', '2026-12-01', '2027-01-01'],
  ['2026-W01', '2025-12-29', '2026-01-05'],
  ['2026-W53', '2026-12-28', '2027-01-04'],
  ['2027-W01', '2027-01-04', '2027-01-11'],
  ['2028-02-29', '2028-02-29', '2028-03-01'],
])('%s is from %s to %s', (name, from, to) => {
  const period = parsePeriod(name)
  expect(period && [formatTime(period.from).slice(0, 10), formatTime(period.to).slice(0, 10)]).toEqual([from, to])
})

it.each([
  '',
  '26',
  '2026-Q5',
  '2026-13',
  '2026-00',
  '2027-W53',
  '2026-W00',
  '2026-02-29',
  '2026-2',
  '2026-Q4 ',
  'x2026',
])('"%s" is no period', (name) => {
  expect(parsePeriod(name)).toBeUndefined()
})

it('ends before its end, and has its days', () => {
  const period = parsePeriod('2026-11')
  if (period === undefined) throw new Error('no period')
  expect([at('2026-10-31'), at('2026-11-01'), at('2026-12-01'), null].map((time) => isWithin(time, period))).toEqual([
    false,
    true,
    false,
    false,
  ])
  expect([daysOf(period).length, daysOf(period)[0], daysOf(period).at(-1)]).toEqual([30, '2026-11-01', '2026-11-30'])
  expect([parseDay('2026-02-29'), parseDay('2026-2-3')]).toEqual([undefined, undefined])
})
