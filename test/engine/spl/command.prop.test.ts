import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../src/event/field.ts'
import { rows } from './searched.ts'

// Commands against what their documentation says, worked out in the plainest way, on random rows.

interface Event extends JsonObject {
  readonly id: number
  readonly _time: number
}

/** Few values, so that many are alike; times stand in order or not. */
const events: fc.Arbitrary<readonly Event[]> = fc
  .array(
    fc.record(
      {
        _time: fc.integer({ min: 0, max: 12 }),
        k: fc.constantFrom('a', 'b'),
        j: fc.constantFrom('x', 'y'),
        n: fc.integer({ min: -3, max: 12 }),
        mixed: fc.constantFrom<Json>(1, '2', 10, 'b', 'a1'),
      },
      { requiredKeys: ['_time'] },
    ),
    { maxLength: 14 },
  )
  .map((drawn) => drawn.map((event, id) => ({ ...event, id })))

const runs = { numRuns: 300 }

/** The rows as they come into a pipe. */
function newestFirst(drawn: readonly Event[]): readonly Event[] {
  return [...drawn].reverse().sort((a, b) => b._time - a._time)
}

function ids(found: readonly JsonObject[]): readonly unknown[] {
  return found.map((row) => row.id)
}

function numbers(of: readonly Event[], name: string): readonly number[] {
  return of.flatMap((event) => (typeof event[name] === 'number' ? [event[name]] : []))
}

const sum = (of: readonly number[]): number | undefined =>
  of.length === 0 ? undefined : of.reduce((total, each) => total + each, 0)

test('dedup', () =>
  fc.assert(
    fc.property(events, fc.constantFrom(1, 2), fc.boolean(), (drawn, count, keepempty) => {
      const input = newestFirst(drawn)
      const expected = input.filter((event, at) => {
        if (event.k === undefined || event.j === undefined) return keepempty
        return input.slice(0, at).filter((other) => other.k === event.k && other.j === event.j).length < count
      })
      const found = rows(`* | dedup ${count} k j keepempty=${String(keepempty)}`, drawn)
      expect(ids(found)).toEqual(ids(expected))
    }),
    runs,
  ))

test('sort', () =>
  fc.assert(
    fc.property(events, fc.constantFrom(1, -1), (drawn, sign) => {
      const found = rows(`* | sort 0 ${sign === 1 ? '+' : '-'}n`, drawn)
      expect(ids(found).length).toBe(drawn.length)
      const input = newestFirst(drawn)
      for (const [at, row] of found.slice(1).entries()) {
        const before = found[at] as Event
        const [a, b] = [before.n as number | undefined, row.n as number | undefined]
        if (b === undefined) continue
        expect(a).toBeDefined()
        expect(sign * ((a ?? 0) - b)).toBeLessThanOrEqual(0)
        const places = [before, row].map((each) => input.findIndex((event) => event.id === each.id))
        if (a === b) expect(places[0]).toBeLessThan(places[1] ?? 0)
      }
    }),
    runs,
  ))

test('stats and eventstats', () =>
  fc.assert(
    fc.property(events, (drawn) => {
      const group = (k: unknown) => newestFirst(drawn).filter((event) => event.k === k)
      const expected = (k: unknown) => {
        const all = group(k)
        const of = numbers(all, 'n')
        const sorted = [...of].sort((a, b) => a - b)
        const known = {
          count: all.length,
          total: sum(of),
          different: new Set(of).size,
          middle: sorted[Math.floor(sorted.length / 2)],
          newest: numbers([...all].filter((event) => event.n !== undefined).slice(0, 1), 'n')[0],
          texts: list([...new Set(all.flatMap(({ j }) => (j === undefined ? [] : [j])))].sort()),
        }
        return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
      }
      const aggregates =
        'count sum(n) AS total dc(n) AS different median(n) AS middle first(n) AS newest values(j) AS texts'
      const keys = ['a', 'b'].filter((k) => group(k).length > 0)
      expect(rows(`* | stats ${aggregates} by k`, drawn)).toEqual(keys.map((k) => ({ k, ...expected(k) })))
      for (const row of rows(`* | eventstats ${aggregates} by k`, drawn))
        if (row.k !== undefined) expect(row).toMatchObject(expected(row.k))
        else expect(row.count).toBeUndefined()
    }),
    runs,
  ))

function list(values: readonly Json[]): Json | undefined {
  return values.length > 1 ? values : values[0]
}

test('streamstats', () =>
  fc.assert(
    fc.property(
      events,
      fc.record({
        current: fc.boolean(),
        window: fc.constantFrom(0, 1, 2, 3),
        global: fc.boolean(),
        span: fc.constantFrom(0, 0, 2, 5),
        grouped: fc.boolean(),
      }),
      (drawn, { current, window, global, span, grouped }) => {
        const options = [
          `current=${String(current)} global=${String(global)}`,
          window > 0 ? `window=${window}` : '',
          span > 0 ? `time_window=${span}s` : '',
        ].join(' ')
        const aggregates =
          'count sum(n) AS total max(n) AS most dc(n) AS different last(n) AS newest median(n) AS middle avg(n) AS mean'
        const text = `* | streamstats ${options} ${aggregates}${grouped ? ' by k' : ''}`
        const input = newestFirst(drawn)
        const found = rows(text, drawn)
        for (const [at, row] of found.entries()) {
          const event = input[at] as Event
          if (grouped && event.k === undefined) {
            expect(row.count).toBeUndefined()
            continue
          }
          const same = (other: Event) => !grouped || other.k === event.k
          const known = (other: Event) => !grouped || other.k !== undefined
          let seen = input.slice(0, current ? at + 1 : at).filter(known)
          // A window over all groups also holds rows of others, and moves on with them.
          if (window > 0) seen = (global ? seen : seen.filter(same)).slice(-window)
          if (span > 0) seen = seen.filter((other) => Math.abs(other._time - event._time) < span)
          const of = numbers(seen.filter(same), 'n')
          const sorted = [...of].sort((a, b) => a - b)
          expect(row.count, text).toBe(seen.filter(same).length)
          expect(row.total, text).toBe(sum(of))
          expect(row.most, text).toBe(of.length === 0 ? undefined : Math.max(...of))
          expect(row.different, text).toBe(new Set(of).size)
          expect(row.newest, text).toBe(of.at(-1))
          expect(row.middle, text).toBe(sorted[Math.floor(sorted.length / 2)])
          if (of.length > 0) expect(row.mean, text).toBeCloseTo((sum(of) ?? 0) / of.length)
        }
      },
    ),
    { numRuns: 1000 },
  ))

test('transaction', () =>
  fc.assert(
    fc.property(
      events,
      fc.constantFrom(undefined, 3, 6),
      fc.constantFrom(undefined, 1, 4),
      fc.constantFrom(undefined, 2),
      (drawn, span, pause, most) => {
        const options = [
          span === undefined ? '' : `maxspan=${span}s`,
          pause === undefined ? '' : `maxpause=${pause}s`,
          most === undefined ? '' : `maxevents=${most}`,
        ]
        // From the newest on, each event goes with the last one of its key, if the whole stays within bounds.
        const expected: Event[][] = []
        for (const event of newestFirst(drawn)) {
          if (event.k === undefined) continue
          const open = expected.findLast(([first]) => first?.k === event.k)
          const [newest, oldest] = [open?.[0], open?.at(-1)]
          const fits =
            open &&
            newest &&
            oldest &&
            newest._time - event._time <= (span ?? Infinity) &&
            oldest._time - event._time <= (pause ?? Infinity) &&
            open.length < (most ?? Infinity)
          if (fits) open.push(event)
          else expected.push([event])
        }
        const found = rows(`* | transaction k mvlist=id ${options.join(' ')}`, drawn)
        const sets = (of: readonly unknown[]) => of.map((one) => JSON.stringify(one)).sort()
        expect(sets(found.map(({ id }) => (Array.isArray(id) ? (id as unknown) : [id])))).toEqual(
          sets(expected.map((one) => [...one].reverse().map(({ id }) => id))),
        )
      },
    ),
    runs,
  ))
