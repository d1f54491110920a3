import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventFilter } from '../../src/event/event-filter.ts'
import { NdjsonReader, type LineTaker } from '../../src/event/ndjson.ts'
import { SentLines } from '../../src/ship/sent-lines.ts'

const RUNS = 500 * Number(process.env.PROPERTY_RUNS ?? 1)

/** Needs an event whose `a.b` is 1 or "é". */
const FILTER: EventFilter = {
  fields: ['a.b'],
  every: false,
  needs: (values) => {
    const first = values.firstOf(0)
    return first !== -1 && ['1', 'é'].includes(values.textOf(first))
  },
}

const id = fc.constantFrom('run-1', 'run-2', 'é', '', 7, null, ['run-3', 'run-4'], 'x'.repeat(200), 'é'.repeat(300))
const action = fc.constantFrom('file_read', 'sensor_health', 'task_start', 'other', 1)
const time = fc.constantFrom('2026-01-01T00:00:00.123456Z', '2026-01-01T24:00:00Z', 1767225600000, 'never', null)
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
const events = fc.record({
  '@timestamp': some(time),
  event: some(fc.record({ id: some(id), action: some(action) })),
  'event.id': fc.option(id, { nil: undefined, freq: 9 }),
  host: some(fc.constantFrom({ name: 'web-1' }, { name: ['a', 'b'] }, { name: 'h'.repeat(2000) }, 'web-1')),
  a: some(fc.constantFrom({ b: 1 }, { b: 'é' }, { b: [2, 1] }, 1)),
  detpack: some(
    fc.record({
      object: some(fc.constantFrom({ class: 'credential' }, { class: null })),
      lost: fc.option(fc.constantFrom(0, 3, 'many'), { nil: undefined, freq: 5 }),
      watermark: fc.option(fc.constantFrom('2026-01-01T00:00:00.000Z', 'never'), { nil: undefined, freq: 5 }),
    }),
  ),
  more: some(fc.string({ unit: 'grapheme', maxLength: 20 })),
})
const lines = fc
  .tuple(events, fc.constantFrom('', '', '\r', ' ', ' \r'), fc.constantFrom('', '', '', ' ', '}', '\ufeff'))
  .map(([event, after, before]) => `${before}${JSON.stringify(event)}${after}\n`)

function told(bytes: Buffer, size: number, readWhole: boolean): readonly unknown[] {
  const all: unknown[] = []
  const lines = new SentLines(FILTER, {
    event: (head, line, isSent) => all.push([head, line.toString(), isSent]),
    nameless: (line, why) => all.push([line.toString(), why]),
  })
  const taker: LineTaker = readWhole
    ? { turn: () => undefined, skim: () => -1, take: (line) => lines.take(line) }
    : lines
  const reader = new NdjsonReader({ name: 'it' })
  for (let at = 0; at < bytes.length; at += size) reader.feed(Buffer.from(bytes.subarray(at, at + size)), taker)
  for (const line of reader.end()) lines.take(line)
  return [...all, reader.skipped]
}

test('lines are the same events, whether they are looked at as they stand or read whole', () => {
  fc.assert(
    fc.property(fc.array(lines, { maxLength: 12 }), fc.integer({ min: 1, max: 2000 }), (all, size) => {
      const bytes = Buffer.from(all.join(''))
      expect(told(bytes, size, false)).toEqual(told(bytes, size, true))
    }),
    { numRuns: RUNS },
  )
})
