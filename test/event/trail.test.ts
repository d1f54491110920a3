import { describe, expect, it } from 'vitest'
import type { Alert, AlertId } from '../../src/event/alert.ts'
import type { JsonObject } from '../../src/event/field.ts'
import type { EventRecord, Time } from '../../src/event/record.ts'
import { Trail } from '../../src/event/trail.ts'

/** A use in the second of its line. */
function use(line: number, action: string, detpack: JsonObject, process = 'reader'): EventRecord {
  const fields = { event: { action }, process: { entity_id: process }, detpack }
  return { line, time: (1000 * line) as Time, sequence: line, id: `r-${line}`, fields }
}

const HOLDS = { flow: { object: { id: ['key'] } } }
const key = { object: { id: 'key', kind: 'file', class: 'credential' }, description: { id: 'd' }, ...HOLDS }
const plain = { object: { id: 'plain', kind: 'file' } }
const pipe = { object: { id: 'pipe', kind: 'pipe' }, ...HOLDS }
const read = use(50, 'file_read', key)
const send = use(60, 'network_send', { object: { id: 'socket' }, ...HOLDS }, 'sender')
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
    const given = { ...key, peer: { entity_id: 'reader' } }
    const events = [use(1, 'file_open', key, 'opener'), use(45, 'descriptor_send', given, 'opener'), read, send]
    expect(hops(new Trail(), events)).toEqual([[1, 45]])
  })

  it('tells the pipe by which its data went on', () => {
    expect(hops(new Trail(), [read, use(52, 'file_write', pipe), use(54, 'file_read', pipe, 'sender'), send])).toEqual([
      [52, 54],
    ])
  })

  it('leaves out uses that move nothing of the alert', () => {
    const other = { object: { id: 'other', kind: 'file', class: 'credential' } }
    expect(hops(new Trail(), [use(1, 'file_open', other), use(2, 'file_open', plain), read, send])).toEqual([[]])
  })

  it('forgets the oldest when it holds as many as it may; what has no class takes no place', () => {
    const events = [1, 2, 3, 4].map((line) => use(line, 'file_open', key, `opener-${line}`))
    const unclassed = [5, 6, 7].map((line) => use(line, 'file_open', plain))
    expect(hops(new Trail(2), [...events, ...unclassed])).toEqual([[3, 4]])
  })

  it('remembers the first of what one process does to it again and again within a second', () => {
    const trail = new Trail()
    const at = (event: EventRecord, time: number): EventRecord => ({ ...event, time: time as Time })
    const writes = [52, 53, 54].map((line) => at(use(line, 'file_write', pipe), 52_000 + line))
    expect(hops(trail, [read, ...writes, use(56, 'file_read', pipe, 'sender')])).toEqual([[52, 56]])
    const later = new Trail(2)
    expect(hops(later, [...writes, use(56, 'file_read', pipe, 'sender')])).toEqual([[52, 56]])
  })

  it('remembers it anew after the source was read: what was written before is not it', () => {
    const at = (event: EventRecord, time: number): EventRecord => ({ ...event, time: time as Time })
    const before = at(use(49, 'file_write', pipe), 49_900)
    const after = at(use(51, 'file_write', pipe), 50_100)
    expect(hops(new Trail(), [before, read, after, use(56, 'file_read', pipe, 'sender')])).toEqual([[51, 56]])
  })

  it('does not take the reading of the source for one more reading of a pipe', () => {
    const at = (event: EventRecord, time: number): EventRecord => ({ ...event, time: time as Time })
    const asked = at(use(49, 'file_read', pipe), 49_900)
    const held = { ...alert, first: send.time, steps: alert.steps.slice(1) }
    const trail = new Trail()
    const went = [use(52, 'file_write', pipe), use(54, 'file_read', pipe, 'sender')]
    for (const event of [asked, read, ...went, send]) trail.seeRecord(event)
    expect(trail.along([held])[0]?.hops?.map(({ line }) => line)).toEqual([50, 52, 54])
  })

  it('costs an alert no more than a bounded number of events of its objects', () => {
    const trail = new Trail()
    const many = Array.from({ length: 1000 }, (_, i) => ({
      ...use(1, 'file_open', key, `p${i}`),
      line: 1000 + i,
      id: `many-${i}`,
    }))
    expect(hops(trail, many)).toEqual([Array.from({ length: 16 }, (_, i) => 1744 + i)])
  })
  describe('of what is sent beyond the host', () => {
    const bare: Alert = { ...alert, last: read.time, steps: alert.steps.slice(0, 1) }
    const away = (line: number, time: number, host = 9, process = 'reader'): EventRecord => {
      const sent = use(line, 'network_send', { object: { id: `socket-${line}`, kind: 'socket' }, ...HOLDS }, process)
      const fields = { ...sent.fields, destination: { ip: `203.0.113.${host}`, port: 443 } }
      return { ...sent, time: time as Time, fields }
    }
    const left = (trail: Trail, events: readonly EventRecord[]): unknown => {
      for (const event of events) trail.seeRecord(event)
      return trail.along([bare]).map(({ hops }) => hops?.map(({ line }) => line))
    }

    it('remembers the first to a destination within a second, and anew after the source was read', () => {
      expect(left(new Trail(8, 1), [read, away(51, 50_100), away(52, 50_200)])).toEqual([[51]])
      expect(left(new Trail(), [away(49, 49_900), read, away(51, 50_100)])).toEqual([[51]])
    })

    it('lets no number of sends displace how the data came to who sends', () => {
      const went = [read, use(52, 'file_write', pipe), use(54, 'file_read', pipe, 'sender')]
      const others = [1, 2, 3, 4].map((host) => away(55 + host, 55_000 + host, host, 'stranger'))
      expect(left(new Trail(3, 2), [...went, ...others, away(60, 60_000, 9, 'sender')])).toEqual([[52, 54, 60]])
    })
  })

  it('tells what a client asked a server for, though nothing that is classed came with it', () => {
    const request = (line: number, client: string): EventRecord => {
      const asked = use(line, 'network_receive', { object: { id: `from ${client}`, kind: 'socket' } })
      const ends = { source: { ip: client, port: 40_000 }, destination: { ip: '192.0.2.1', port: 22 } }
      return { ...asked, fields: { ...asked.fields, ...ends } }
    }
    const again = (event: EventRecord): EventRecord => ({ ...event, time: ((event.time ?? 0) - 900) as Time })
    expect(hops(new Trail(), [request(48, '203.0.113.7'), request(49, '203.0.113.8'), read, send])).toEqual([[49]])
    const mixed = [request(48, '203.0.113.7'), again(request(49, '203.0.113.8')), again(request(50, '203.0.113.7'))]
    expect(hops(new Trail(), [...mixed, { ...read, line: 51 }, send])).toEqual([[50]])
  })

  it('tells the connection by which a descriptor was passed, though nothing that is classed had come with it', () => {
    const joined = { object: { id: 'unix', kind: 'socket' }, socket: { family: 'unix' }, peer: { entity_id: 'opener' } }
    const got = use(45, 'descriptor_receive', { ...key, peer: { entity_id: 'opener' } })
    const step = { ...read, fields: { ...read.fields, detpack: { ...key, peer: { entity_id: 'opener' } } } }
    const trail = new Trail()
    for (const event of [use(40, 'network_connect', joined), got, step]) trail.seeRecord(event)
    const one: Alert = { ...alert, last: read.time, steps: [{ as: 'step', rule: 'r', event: step }] }
    expect(trail.along([one])[0]?.hops?.map(({ line }) => line)).toEqual([40, 45])
  })
})
