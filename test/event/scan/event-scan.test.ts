import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/event/field.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import { EventScan } from '../../../src/event/scan/event-scan.ts'

const encoder = new TextEncoder()

/** The lines, read with one scan: as whole records, and as excerpts. */
function scanned(lines: readonly string[], timeField?: string) {
  const scan = new EventScan({ fields: ['a.b'], every: false }, ['a.b', 'g'], { timeField })
  return lines.map((line, i) => {
    scan.turn(encoder.encode(`${line}\n`))
    expect([line, scan.read(0, 1000)]).toEqual([line, encoder.encode(line).length])
    const { time, sequence, id, fields } = scan.record(i + 1)
    return { record: { line: i + 1, time, sequence, id, fields }, excerpt: scan.excerpt(i + 1) }
  })
}

const days = ['2026-03-01', '2026-02-30', '2026-03-02', '0000-01-01', '9999-12-31', '2026-13-01']
const clocks = [
  'T12:00:00.000',
  'T12:00:59.999',
  'T24:00:00.000',
  'T24:00:30.000',
  'T12:00:60.000',
  'T22:59:01.0109',
  ' 23:00:00.001',
  't23:00:00.002',
  'T23:00:01',
  'T23:00:01.1',
  'T23:00:01,123',
  'T2a:00:00.000',
]
const times = days.flatMap((day) =>
  clocks.flatMap((clock) => ['Z', 'z', '+02:00', ''].map((zone) => `"${day}${clock}${zone}"`)),
)

test('reads the time of each event as if it came alone, whatever came before it', () => {
  for (const before of ['"2026-03-01T12:00:07.000Z"', '"2026-03-01T23:00:07.000Z"', '"9999-12-31T24:00:00.000Z"']) {
    for (const time of [
      ...times,
      '1700000000000',
      '1700000000000.7',
      '-1',
      '9e15',
      'true',
      'null',
      '[]',
      '""',
      '"\\u0032026-03-01T12:00:00.000Z"',
      '[null,"2026-03-01T12:00:00.000Z"]',
    ]) {
      const lines = [before, time].map((one) => `{"timestamp":${one}}`)
      const expected = lines.map((line) => toRecord(JSON.parse(line) as JsonObject, 1).time)
      expect([time, ...scanned(lines).map(({ record }) => record.time)]).toEqual([time, ...expected])
    }
  }
})

test.each([
  '{"@timestamp":"2026-03-01T12:00:00.001Z","timestamp":"2020-01-01T00:00:00Z","event":{"id":"r-7","sequence":7}}',
  '{"@timestamp":"noon","timestamp":"2020-01-01T00:00:00Z"}',
  '{"event.id":12,"event.sequence":1.5}',
  '{"event":{"id":"","sequence":"7"}}',
  '{"event":[{"id":"a"},{"id":"b"}]}',
  '{"event":{"id":"é\\n"},"a":{"b":[1,"x",null,true]},"g":null}',
  '{"a.b":"\\u00e9","g":-0}',
])('reads %s as the whole reader does', (line) => {
  const [read] = scanned([line])
  expect(read?.record).toEqual(toRecord(JSON.parse(line) as JsonObject, 1))
})

test('takes another field as time where it is named', () => {
  const line = '{"a":{"t":"2026-03-01T12:00:00.001Z"},"@timestamp":"2020-01-01T00:00:00Z"}'
  expect(scanned([line], 'a.t')[0]?.record.time).toBe(Date.UTC(2026, 2, 1, 12, 0, 0, 1))
})

test('an excerpt keeps what is wanted, under its whole name', () => {
  const lines = ['{"a":{"b":[1,"x",null,"é"]},"g":"one","h":2}', '{"a.b":true,"g":[]}', '{"a":{"b":[["y"]]}}']
  expect(scanned(lines).map(({ excerpt }) => excerpt.fields)).toEqual([
    { 'a.b': [1, 'x', 'é'], g: 'one' },
    { 'a.b': true },
    { 'a.b': 'y' },
  ])
})
