import { describe, expect, it } from 'vitest'
import type { Alert, AlertId } from '../../src/event/alert.ts'
import type { JsonObject } from '../../src/event/field.ts'
import type { EventRecord, Time } from '../../src/event/record.ts'
import { Trail } from '../../src/event/trail.ts'

function use(line: number, action: string, detpack: JsonObject): EventRecord {
  return { line, time: (1000 + line) as Time, sequence: line, id: `r-${line}`, fields: { event: { action }, detpack } }
}

const key = { object: { id: 'key', kind: 'file', class: 'credential' }, flow: { object: { id: ['key'] } } }
const plain = { object: { id: 'plain', kind: 'file' } }
const read = use(50, 'file_read', key)
const send = use(60, 'network_send', { object: { id: 'socket' }, flow: { object: { id: ['key'] } } })
const alert: Alert = {
  ...{ id: 'a' as AlertId, rule: 'r', group: {}, first: read.time, last: send.time },
  steps: [read, send].map((event) => ({ as: 'step', rule: 'r', event })),
}

function hops(trail: Trail, events: readonly EventRecord[]): unknown {
  for (const event of events) trail.seeRecord(event)
  return trail.along([alert]).map(({ hops }) => hops?.map(({ line }) => line))
}

describe('the trail of a stream that goes by once', () => {
  it('tells how the object of an alert was opened and passed', () => {
    const events = [use(1, 'file_open', key), use(55, 'descriptor_send', key), read, send]
    expect(hops(new Trail(), events)).toEqual([[1, 55]])
  })

  it('leaves out uses that move nothing of the alert', () => {
    const other = { object: { id: 'other', kind: 'file', class: 'credential' } }
    expect(hops(new Trail(), [use(1, 'file_open', other), use(2, 'file_open', plain), read, send])).toEqual([[]])
  })

  it('forgets the oldest when it holds as many as it may; what has no class takes no place', () => {
    const events = [1, 2, 3, 4].map((line) => use(line, 'file_open', key))
    const unclassed = [5, 6, 7].map((line) => use(line, 'file_open', plain))
    expect(hops(new Trail(2), [...events, ...unclassed])).toEqual([[3, 4]])
  })
})
