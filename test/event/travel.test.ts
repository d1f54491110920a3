import { describe, expect, it } from 'vitest'
import type { Alert, AlertId } from '../../src/event/alert.ts'
import type { JsonObject } from '../../src/event/field.ts'
import type { EventRecord, Time } from '../../src/event/record.ts'
import { Travel } from '../../src/event/travel.ts'

const MINUTE = 60_000

function use(line: number, time: number, action: string, process: string, detpack: JsonObject): EventRecord {
  const fields = { event: { action }, process: { entity_id: process }, detpack }
  return { line, time: time as Time, sequence: line, id: `r-${line}`, fields }
}

const HOLDS = { flow: { object: { id: ['key'] } } }
const key = { object: { id: 'key', kind: 'file', class: 'credential' }, description: { id: 'd' }, ...HOLDS }
const socket = { object: { id: 'socket', kind: 'socket' }, ...HOLDS }
const pipe = (id: string): JsonObject => ({ object: { id, kind: 'pipe' }, ...HOLDS })

const read = use(5, 100_000, 'file_read', 'reader', key)
const send = use(900, 101_000, 'network_send', 'sender', socket)
const alert: Alert = {
  ...{ id: 'a' as AlertId, rule: 'r', group: {}, first: read.time, last: send.time },
  steps: [read, send].map((event) => ({ as: 'step', rule: 'r', event })),
}

function hops(...events: readonly EventRecord[]): number[] {
  const travel = new Travel([alert])
  for (const event of events) travel.see(event)
  return travel.of(alert).map((event) => event.line)
}

describe('the events that may be of the way of an alert', () => {
  it('are taken in whatever order, and told in order of time', () => {
    const written = use(7, 100_100, 'file_write', 'reader', pipe('p'))
    const taken = use(8, 100_200, 'file_read', 'sender', pipe('p'))
    expect(hops(send, taken, written, read)).toEqual([7, 8])
  })

  it('are those of the last minute before the alert, and none after it', () => {
    const opened = (line: number, time: number): EventRecord => use(line, time, 'file_open', 'opener', key)
    expect(hops(opened(1, 100_000 - MINUTE))).toEqual([1])
    expect(hops(opened(1, 100_000 - MINUTE - 1))).toEqual([])
    expect(hops(use(901, 101_001, 'file_read', 'sender', pipe('p')))).toEqual([])
  })

  it('are told sixteen at most: rather what leads from one process to another than one more source', () => {
    const names = Array.from({ length: 20 }, (_, i) => `source-${i}`)
    const source = (id: string): JsonObject => ({
      object: { id, kind: 'file', class: 'personal' },
      flow: { object: { id: names } },
    })
    const all = { object: { id: 'p', kind: 'pipe' }, flow: { object: { id: names } } }
    const sources = names.map((id, i) => use(10 + i, 100_010 + i, 'file_read', 'reader', source(id)))
    const passing = [use(100, 100_100, 'file_write', 'reader', all), use(101, 100_101, 'file_read', 'sender', all)]
    const sink = use(900, 101_000, 'network_send', 'sender', { ...socket, flow: { object: { id: names } } })
    const held: Alert = { ...alert, first: sink.time, steps: [{ as: 'step', rule: 'r', event: sink }] }
    const travel = new Travel([held])
    for (const event of [...sources, ...passing]) travel.see(event)
    const told = travel.of(held).map(({ line }) => line)
    expect(told).toEqual([...Array.from({ length: 14 }, (_, i) => 10 + i), 100, 101])
  })

  it('are also those of the minute after an alert that does not leave the host, and its leavings come first', () => {
    const bare: Alert = { ...alert, last: read.time, steps: alert.steps.slice(0, 1) }
    const away = (line: number, time: number): EventRecord => {
      const sent = use(line, time, 'network_send', 'reader', socket)
      return { ...sent, fields: { ...sent.fields, destination: { ip: `203.0.113.${line % 100}`, port: 443 } } }
    }
    const late = [away(901, 100_000 + MINUTE), away(902, 100_001 + MINUTE)]
    const travel = new Travel([bare])
    for (const event of late) travel.see(event)
    expect(travel.of(bare).map(({ line }) => line)).toEqual([901])
    const openings = Array.from({ length: 20 }, (_, i) => use(10 + i, 99_000 + i, 'file_open', `opener-${i}`, key))
    for (const event of openings) travel.see(event)
    expect(travel.of(bare).map(({ line }) => line)).toEqual([...Array.from({ length: 15 }, (_, i) => 10 + i), 901])
  })

  it('are none where events say nothing of capabilities', () => {
    expect(hops({ ...read, line: 6, fields: { Image: '/bin/sh' } })).toEqual([])
  })
})
