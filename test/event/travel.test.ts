import { describe, expect, it } from 'vitest'
import type { Alert, AlertId } from '../../src/event/alert.ts'
import type { JsonObject } from '../../src/event/field.ts'
import type { EventRecord, Time } from '../../src/event/record.ts'
import { Travel } from '../../src/event/travel.ts'

const MINUTE = 60_000

function use(line: number, time: number, action: string, detpack: JsonObject): EventRecord {
  return { line, time: time as Time, sequence: line, id: `r-${line}`, fields: { event: { action }, detpack } }
}

const key = { object: { id: 'key', kind: 'file', class: 'credential' }, flow: { object: { id: ['key'] } } }
const pipe = { object: { id: 'pipe', kind: 'pipe' }, flow: { object: { id: ['key', 'other'] } } }
const socket = { object: { id: 'socket', kind: 'socket' }, flow: { object: { id: ['key'] } } }

const read = use(5, 100_000, 'file_read', key)
const send = use(9, 100_200, 'network_send', socket)
const alert: Alert = {
  id: 'a' as AlertId,
  rule: 'r',
  group: {},
  first: read.time,
  last: send.time,
  steps: [
    { as: 'read', rule: 'read', event: read },
    { as: 'send', rule: 'send', event: send },
  ],
}

function hops(...events: readonly EventRecord[]): number[] {
  const travel = new Travel([alert])
  for (const event of events) travel.see(event)
  return travel.of(alert).map((event) => event.line)
}

describe('the way of an object between the steps of an alert', () => {
  it('is its opening, its passing and the pipes that carried it, in order of time', () => {
    const opened = use(4, 100_000 - MINUTE, 'file_open', key)
    const passed = use(6, 100_050, 'descriptor_send', key)
    const written = use(7, 100_100, 'file_write', pipe)
    expect(hops(written, passed, opened)).toEqual([4, 6, 7])
  })

  it('leaves out what the steps say themselves', () => {
    expect(hops(read, send)).toEqual([])
  })

  it('leaves out what lies before the last minute, or after the alert', () => {
    expect(hops(use(1, 100_000 - MINUTE - 1, 'file_open', key), use(10, 100_201, 'descriptor_send', key))).toEqual([])
  })

  it('leaves out other objects, and other uses of the same one', () => {
    const other = { object: { id: 'other', kind: 'file', class: 'credential' } }
    expect(hops(use(6, 100_050, 'file_open', other), use(7, 100_060, 'process_signal', key))).toEqual([])
  })

  it('is told in sixteen hops at most, the first and the last', () => {
    const many = Array.from({ length: 40 }, (_, i) => use(100 + i, 100_001 + i, 'descriptor_send', key))
    expect(hops(...many)).toEqual([...many.slice(0, 8), ...many.slice(-8)].map((event) => event.line))
  })

  it('has nothing to say about events of other sources', () => {
    expect(hops({ ...read, line: 6, fields: { Image: '/bin/sh' } })).toEqual([])
  })
})
