import { describe, expect, it } from 'vitest'
import type { Alert, AlertId } from '../../src/event/alert.ts'
import { askedFor } from '../../src/event/asked.ts'
import type { JsonObject } from '../../src/event/field.ts'
import { moveOf } from '../../src/event/move.ts'
import type { EventRecord, Time } from '../../src/event/record.ts'
import { subjectOf } from '../../src/event/subject.ts'

const BORN = 40

/** A use of a process in the millisecond of its line; a session is the parent of its helper. */
function use(line: number, process: string, action: string, detpack: JsonObject, more: JsonObject = {}): EventRecord {
  const parent = process === 'helper' ? { parent: { entity_id: 'session' }, start: new Date(BORN).toISOString() } : {}
  const fields = { ...more, event: { action }, process: { entity_id: process, ...parent }, detpack }
  return { line, time: line as Time, sequence: line, id: `r-${line}`, fields }
}

const login = { object: { id: 'login', kind: 'file', class: 'persistence' } }
const pipe = { object: { id: 'pipe', kind: 'pipe' } }
const socket = { object: { id: 'socket', kind: 'socket' } }

function received(line: number, process: string, client: string, port = 40_000, service = 22): EventRecord {
  const ends = { source: { ip: client, port }, destination: { ip: '192.0.2.1', port: service } }
  return use(line, process, 'network_receive', socket, ends)
}

function asked(
  steps: readonly EventRecord[],
  others: readonly EventRecord[],
  leavings: readonly EventRecord[] = [],
): number[] {
  const named = steps.map((event) => ({ as: 'step', rule: 'r', event }))
  const [first, last] = [steps[0]?.time ?? null, steps.at(-1)?.time ?? null]
  const alert: Alert = { id: 'a' as AlertId, rule: 'r', group: {}, first, last, steps: named }
  const moves = [...steps, ...others].map(moveOf).sort((a, b) => a.time - b.time)
  const found = askedFor(subjectOf(alert), leavings.map(moveOf), moves)
  return found.map(({ event }) => event.line).sort((a, b) => a - b)
}

const changed = use(90, 'session', 'file_write', login)

describe('what a server was asked for before the steps of an alert', () => {
  it('is what it received last of a client', () => {
    expect(asked([changed], [received(50, 'session', '203.0.113.7'), received(60, 'session', '203.0.113.8')])).toEqual([
      60,
    ])
  })

  it('is looked for before the first step of each process', () => {
    const later = use(95, 'session', 'file_write', login)
    expect(
      asked([changed, later], [received(60, 'session', '203.0.113.7'), received(92, 'session', '203.0.113.8')]),
    ).toEqual([60])
    const other = use(95, 'other', 'file_write', login)
    expect(
      asked([changed, other], [received(60, 'session', '203.0.113.7'), received(80, 'other', '203.0.113.8')]),
    ).toEqual([60, 80])
  })

  it('is what its parent received, and told it by a pipe', () => {
    const written = use(90, 'helper', 'file_write', login)
    const told = use(80, 'helper', 'file_read', pipe)
    expect(
      asked([written], [received(70, 'session', '203.0.113.7'), told, received(85, 'session', '203.0.113.7')]),
    ).toEqual([70, 80])
  })

  it('is what its parent received before it started it', () => {
    const written = use(90, 'helper', 'file_write', login)
    expect(asked([written], [received(30, 'session', '203.0.113.7')])).toEqual([30])
    expect(asked([written], [received(50, 'session', '203.0.113.7')])).toEqual([])
  })
})

describe('nothing was asked for', () => {
  it('by what came after the step, or came to another process', () => {
    expect(asked([changed], [received(95, 'session', '203.0.113.7'), received(50, 'other', '203.0.113.7')])).toEqual([])
  })

  it('by a server that answers, whose port is none of a client', () => {
    expect(asked([changed], [received(50, 'session', '203.0.113.7', 443, 40_000)])).toEqual([])
    expect(asked([changed], [received(50, 'session', '203.0.113.7', 443, 22)])).toEqual([])
  })

  it('from this host', () => {
    const ends = { source: { ip: '127.0.0.1', port: 40_000 }, destination: { ip: '127.0.0.1', port: 22 } }
    expect(asked([changed], [use(50, 'session', 'network_receive', socket, ends)])).toEqual([])
  })

  it('that is not said already: a step, or a leaving, answers that client', () => {
    const ends = { source: { ip: '192.0.2.1', port: 22 }, destination: { ip: '203.0.113.7', port: 40_000 } }
    const answer = use(95, 'session', 'network_send', socket, ends)
    const request = received(50, 'session', '203.0.113.7')
    expect(asked([changed, answer], [request])).toEqual([])
    expect(asked([changed], [request], [answer])).toEqual([])
  })
})
