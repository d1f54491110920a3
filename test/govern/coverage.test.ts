import { expect, it } from 'vitest'
import type { Time } from '../../src/event/record.ts'
import { joinSightings, parseStretch, renderStretch, silencesOf, type Sighting } from '../../src/govern/coverage.ts'

const MINUTE = 60_000
const sightings = (host: string, minutes: readonly number[], lost = 0): Sighting[] =>
  minutes.map((minute) => ({ host, time: (minute * MINUTE) as Time, lost }))
const period = { name: 'p', from: (10 * MINUTE) as Time, to: (60 * MINUTE) as Time }

it('joins what was heard at most three minutes apart, whatever was known of it before', () => {
  const all = [...sightings('b', [0, 1, 4, 8, 9]), ...sightings('a', [5], 2)]
  const joined = joinSightings(all)
  const stretches = joined.map(({ host, from, to, losses }) => [host, from / MINUTE, to / MINUTE, losses.length])
  expect(stretches).toEqual([
    ['a', 5, 5, 1],
    ['b', 0, 4, 0],
    ['b', 8, 9, 0],
  ])
  expect(joinSightings(all, joined)).toEqual(joined)
  expect(joinSightings([], joined)).toEqual(joined)
  for (const each of joined) expect(parseStretch(renderStretch(each))).toEqual(each)
  for (const line of ['', '{}', '{"host":"a"}']) expect(parseStretch(line)).toBeUndefined()
})

it('is silent from when a host was first seen, to the end of the period', () => {
  const minutes = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
  const stretches = joinSightings([
    ...sightings('always', minutes(0, 70)),
    ...sightings('hole', [...minutes(0, 20), ...minutes(30, 70)]),
    ...sightings('ends', minutes(0, 40)),
    ...sightings('fresh', minutes(50, 70)),
    ...sightings('later', minutes(90, 95)),
  ])
  const found = silencesOf(stretches, period).map(({ host, from, to }) => [host, from / MINUTE, to / MINUTE])
  expect(found).toEqual([
    ['ends', 40, 60],
    ['hole', 20, 30],
  ])
})
