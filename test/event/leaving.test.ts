import { describe, expect, it } from 'vitest'
import type { Alert, AlertId } from '../../src/event/alert.ts'
import type { JsonObject } from '../../src/event/field.ts'
import { keepingsOf, leavingsOf } from '../../src/event/leaving.ts'
import { moveOf } from '../../src/event/move.ts'
import type { EventRecord, Time } from '../../src/event/record.ts'
import { subjectOf } from '../../src/event/subject.ts'

const HOLDS = { flow: { object: { id: ['key'] } } }
const BORN = 40
const PARENTS: Readonly<Record<string, string>> = { child: 'reader', elder: 'stranger' }

/** A use of a process in the millisecond of its line; children are born in that of `BORN`. */
function use(line: number, process: string, action: string, detpack: JsonObject, more: JsonObject = {}): EventRecord {
  const parent = PARENTS[process]
  const born = parent === undefined ? {} : { parent: { entity_id: parent }, start: new Date(BORN).toISOString() }
  const fields = { ...more, event: { action }, process: { entity_id: process, ...born }, detpack }
  return { line, time: line as Time, sequence: line, id: `r-${line}`, fields }
}

const key = { object: { id: 'key', kind: 'file', class: 'credential' }, ...HOLDS }
const pipe = { object: { id: 'pipe', kind: 'pipe' }, ...HOLDS }
const read = use(30, 'reader', 'file_read', key)

function send(line: number, process: string, ip = '203.0.113.9', more: JsonObject = HOLDS): EventRecord {
  const ends = { destination: { ip, port: 443 }, source: { ip: '192.0.2.1', port: 40_000 } }
  return use(line, process, 'network_send', { object: { id: `socket-${ip}`, kind: 'socket' }, ...more }, ends)
}

/** The lines of the leavings of an alert on these steps. */
function leavings(steps: readonly EventRecord[], others: readonly EventRecord[], find = leavingsOf): number[] {
  const named = steps.map((event) => ({ as: 'step', rule: 'r', event }))
  const [first, last] = [steps[0]?.time ?? null, steps.at(-1)?.time ?? null]
  const alert: Alert = { id: 'a' as AlertId, rule: 'r', group: {}, first, last, steps: named }
  const moves = [...steps, ...others].map(moveOf).sort((a, b) => a.time - b.time)
  return find(subjectOf(alert), moves).map(({ event }) => event.line)
}

function keepings(steps: readonly EventRecord[], others: readonly EventRecord[]): number[] {
  return leavings(steps, others, keepingsOf)
}

/** A write to a file that was opened in this millisecond. */
function written(line: number, process: string, id: string, opened = line): EventRecord {
  const descriptor = { opened_at: new Date(opened).toISOString() }
  return use(line, process, 'file_write', { object: { id, kind: 'file' }, descriptor, ...HOLDS })
}

describe('data of an alert leaves the host', () => {
  it('by a send of who took it', () => {
    expect(leavings([read], [send(90, 'reader')])).toEqual([90])
  })

  it('by who read the pipe that it was written to, and by a child that was born with it', () => {
    const moved = [use(50, 'reader', 'file_write', pipe), use(60, 'sender', 'file_read', pipe)]
    expect(leavings([read], [...moved, send(90, 'sender')])).toEqual([90])
    expect(leavings([read], [send(90, 'child')])).toEqual([90])
  })

  it('by who took it rather than by a child that was born with it, to the same destination', () => {
    const moved = [use(50, 'reader', 'file_write', pipe), use(60, 'sender', 'file_read', pipe)]
    expect(leavings([read], [send(45, 'child'), ...moved, send(90, 'sender')])).toEqual([90])
    expect(leavings([read], [send(45, 'child', '203.0.113.8'), ...moved, send(90, 'sender')])).toEqual([45, 90])
  })

  it('between its steps as well as after them', () => {
    const again = use(80, 'reader', 'file_read', key)
    expect(leavings([read, again], [send(50, 'reader')])).toEqual([50])
  })

  it('by who opened the object and then read it, but not before', () => {
    const opened = use(30, 'reader', 'file_open', key)
    const later = use(60, 'reader', 'file_read', key)
    expect(leavings([opened], [send(50, 'reader', '203.0.113.1'), later, send(90, 'reader')])).toEqual([90])
  })

  it('by who got the descriptor and then read', () => {
    const opened = use(30, 'reader', 'file_open', key)
    const given = use(40, 'reader', 'descriptor_send', { ...key, peer: { entity_id: 'sender' } })
    const taken = use(50, 'sender', 'file_read', key)
    expect(leavings([opened], [given, taken, send(90, 'sender')])).toEqual([90])
    expect(leavings([opened], [given, send(90, 'sender')])).toEqual([])
  })

  it('where a copy of it is sent', () => {
    const source = { object: { id: 'key', kind: 'file' } }
    const copied = use(30, 'reader', 'file_write', { object: { id: 'copy', kind: 'file' }, source, ...HOLDS })
    const copy = use(60, 'sender', 'file_read', { object: { id: 'copy', kind: 'file' }, ...HOLDS })
    expect(leavings([copied], [copy, send(90, 'sender')])).toEqual([90])
  })

  it('to each destination once, and is told of the first four', () => {
    const sends = [1, 1, 2, 3, 4, 5].map((host, i) => send(90 + i, 'reader', `203.0.113.${host}`))
    expect(leavings([read], sends)).toEqual([90, 92, 93, 94])
  })

  it('to a client at whatever port of its own, once', () => {
    const answer = (line: number, port: number): EventRecord => {
      const ends = { destination: { ip: '203.0.113.9', port }, source: { ip: '192.0.2.1', port: 80 } }
      return use(line, 'reader', 'network_send', { object: { id: `s-${port}`, kind: 'socket' }, ...HOLDS }, ends)
    }
    expect(leavings([read], [answer(90, 40_000), answer(91, 40_001)])).toEqual([90])
  })
})

describe('no leaving is', () => {
  it('a send before the data was taken, or before it came to who sends', () => {
    expect(leavings([read], [send(20, 'reader')])).toEqual([])
    const moved = [use(50, 'reader', 'file_write', pipe), use(70, 'sender', 'file_read', pipe)]
    expect(leavings([read], [...moved, send(60, 'sender')])).toEqual([])
  })

  it('a send of a process that does not hold the data, or holds it from elsewhere', () => {
    expect(leavings([read], [send(90, 'reader', '203.0.113.9', {})])).toEqual([])
    expect(leavings([read], [send(90, 'stranger'), send(91, 'elder')])).toEqual([])
  })

  it('a send of a child that was born before', () => {
    expect(leavings([use(60, 'reader', 'file_read', key)], [send(90, 'child')])).toEqual([])
  })

  it('what stays on this host', () => {
    expect(leavings([read], [send(90, 'reader', '127.0.0.1'), send(91, 'reader', '::1')])).toEqual([])
    const unix = use(92, 'reader', 'network_send', { ...HOLDS, object: { id: 's', kind: 'socket' } })
    expect(leavings([read], [unix])).toEqual([])
  })

  it('looked for where a step of the alert sends, connects or passes a descriptor on', () => {
    for (const step of [
      send(40, 'reader', '203.0.113.1'),
      use(40, 'reader', 'network_connect', { object: { id: 'socket', kind: 'socket' } }),
      use(40, 'reader', 'descriptor_send', key),
    ])
      expect(leavings([read, step], [send(90, 'reader')])).toEqual([])
  })

  it('any, of a change of a file: who changes it has none of its data', () => {
    const changed = use(30, 'reader', 'file_write', key)
    expect(leavings([changed], [send(90, 'reader')])).toEqual([])
  })
})

describe('data of an alert is kept on the host', () => {
  it('in the first two files that it is written to, each once', () => {
    const copies = [
      written(50, 'reader', 'a'),
      written(55, 'reader', 'a'),
      written(60, 'reader', 'b'),
      written(70, 'reader', 'c'),
    ]
    expect(keepings([read], copies)).toEqual([50, 60])
  })

  it('by who read the pipe that it was written to', () => {
    const moved = [use(50, 'reader', 'file_write', pipe), use(60, 'sender', 'file_read', pipe)]
    expect(keepings([read], [...moved, written(70, 'sender', 'copy')])).toEqual([70])
  })

  it('in what was opened just before it was taken, and in no log that was open long before', () => {
    const late = { ...read, time: 100_000 as Time }
    const at = (event: EventRecord): EventRecord => ({ ...event, time: 100_020 as Time })
    expect(keepings([late], [at(written(50, 'reader', 'copy', 99_990))])).toEqual([50])
    expect(keepings([late], [at(written(50, 'reader', 'log', 90_000))])).toEqual([])
  })

  it('not by what was written before it was taken, or by who does not have it', () => {
    expect(keepings([read], [written(20, 'reader', 'copy'), written(50, 'stranger', 'copy')])).toEqual([])
  })

  it('not where an alert says itself where it went', () => {
    expect(keepings([read, send(40, 'reader')], [written(50, 'reader', 'copy')])).toEqual([])
  })
})
