import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareEvents, dedupeById, sortEvents, type TimedRecord } from '../../src/event/order.ts'
import type { Time } from '../../src/event/record.ts'

function record(line: number, time: number, sequence: number | null = null, id: string | null = null): TimedRecord {
  return { line, time: time as Time, sequence, id, fields: {} }
}

describe('order', () => {
  test.each([
    ['by time', record(2, 1), record(1, 2)],
    ['by sequence at the same time', record(2, 1, 5), record(1, 1, 6)],
    ['by line without sequences', record(1, 1), record(2, 1)],
    ['without a sequence before with one', record(2, 1), record(1, 1, 0)],
  ])('%s', (_, first, second) => {
    expect(compareEvents(first, second)).toBeLessThan(0)
    expect(compareEvents(second, first)).toBeGreaterThan(0)
  })

  test('is not there between equal times and sequences, whatever the lines', () => {
    expect(compareEvents(record(1, 1, 5), record(2, 1, 5))).toBe(0)
  })

  const records = fc.array(
    fc.record({ time: fc.nat(3), sequence: fc.option(fc.nat(3)) }).map(({ time, sequence }) => ({ time, sequence })),
    { maxLength: 12 },
  )

  test('is the same for every order of the input, and never contradicts itself', () => {
    fc.assert(
      fc.property(
        records.chain((all) => {
          const made = all.map(({ time, sequence }, line) => record(line + 1, time, sequence))
          return fc.tuple(fc.constant(made), fc.shuffledSubarray(made, { minLength: made.length }))
        }),
        ([made, shuffled]) => {
          const { timed } = sortEvents(shuffled)
          expect(timed).toEqual(sortEvents(made).timed)
          for (const [at, a] of timed.entries())
            for (const b of timed.slice(at + 1)) expect(compareEvents(a, b)).toBeLessThanOrEqual(0)
        },
      ),
    )
  })
})

test('events without a time are given apart, by line', () => {
  const timeless = [4, 2].map((line) => ({ ...record(line, 0), time: null }))
  const { timed, untimed } = sortEvents([...timeless, record(3, 9)])
  expect(timed.map(({ line }) => line)).toEqual([3])
  expect(untimed.map(({ line }) => line)).toEqual([2, 4])
})

test('an id counts once, the first time; events without one are all different', () => {
  const { records, duplicates } = dedupeById([
    record(1, 1, 1, 'a'),
    record(2, 1, 1, 'a'),
    record(3, 1),
    record(4, 1),
    record(5, 1, 2, 'b'),
  ])
  expect(records.map(({ line }) => line)).toEqual([1, 3, 4, 5])
  expect(duplicates).toBe(1)
})
