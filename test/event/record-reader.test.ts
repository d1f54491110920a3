import { expect, test } from 'vitest'
import type { JsonObject } from '../../src/event/field.ts'
import { toRecord } from '../../src/event/record-reader.ts'

const NOON = '2026-03-01T12:00:00.001Z'
const noon = Date.parse(NOON)

test.each<[string, JsonObject, number | null]>([
  ['@timestamp', { '@timestamp': NOON }, noon],
  ['timestamp', { timestamp: NOON }, noon],
  ['@timestamp before timestamp', { timestamp: '2020-01-01T00:00:00Z', '@timestamp': NOON }, noon],
  ['nothing when @timestamp cannot be read', { timestamp: NOON, '@timestamp': 'noon' }, null],
  ['epoch milliseconds', { timestamp: noon }, noon],
  ['nothing', { time: NOON }, null],
])('takes as time: %s', (_, event, time) => {
  expect(toRecord(event, 1).time).toBe(time)
})

test('takes another field as time where it is named, dotted or nested', () => {
  expect(toRecord({ a: { t: NOON }, '@timestamp': '2020-01-01T00:00:00Z' }, 1, { timeField: 'a.t' }).time).toBe(noon)
  expect(toRecord({ 'a.t': NOON }, 1, { timeField: 'a.t' }).time).toBe(noon)
  expect(toRecord({ '@timestamp': NOON }, 1, { timeField: 'a.t' }).time).toBeNull()
})

test('takes sequence and id, dotted or nested', () => {
  expect(toRecord({ event: { sequence: 7, id: 'r-7' } }, 3)).toMatchObject({ line: 3, sequence: 7, id: 'r-7' })
  expect(toRecord({ 'event.sequence': 7, 'event.id': 12 }, 3)).toMatchObject({ sequence: 7, id: '12' })
})

test.each<[string, JsonObject]>([
  ['are absent', {}],
  ['are of the wrong kind', { event: { sequence: '7', id: '' } }],
  ['are no whole number', { event: { sequence: 1.5, id: null } }],
  ['lie in a text', { event: 'x' }],
])('has no sequence and no id when they %s', (_, event) => {
  expect(toRecord(event, 1)).toMatchObject({ sequence: null, id: null })
})

test('reads the time of each event as if it came alone, whatever came before it', () => {
  const days = ['2026-03-01', '2026-02-30', '2026-03-02', '0000-01-01', '9999-12-31', '2026-13-01']
  const clocks = [
    'T12:00:00.000Z',
    'T12:00:59.999Z',
    'T24:00:00.000Z',
    'T24:00:30.000Z',
    'T12:00:60.000Z',
    'T23:59:01.010Z',
  ]
  const texts = [...days.flatMap((day) => clocks.map((clock) => day + clock)), '12:00:00.000Z', '2026-03-01T12:00']
  for (const before of texts) {
    for (const text of texts) {
      toRecord({ timestamp: before }, 1)
      const alone = /^\d{4}/.test(text) && text.endsWith('Z') ? Date.parse(text) : Number.NaN
      expect([before, text, toRecord({ timestamp: text }, 1).time]).toEqual([
        before,
        text,
        Number.isNaN(alone) ? null : alone,
      ])
    }
  }
})
