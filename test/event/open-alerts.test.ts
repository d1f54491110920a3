import { describe, expect, it } from 'vitest'
import { withHops, type Alert, type AlertId } from '../../src/event/alert.ts'
import type { JsonObject } from '../../src/event/field.ts'
import { OpenAlerts, type Grown } from '../../src/event/open-alerts.ts'
import type { EventRecord, Time } from '../../src/event/record.ts'
import { Trail } from '../../src/event/trail.ts'

const MINUTE = 60
const HOLDS = { flow: { object: { id: ['key'] } } }
const key = { object: { id: 'key', kind: 'file', class: 'credential' }, ...HOLDS }

/** A use in the second of its line. */
function use(line: number, action: string, detpack: JsonObject, more: JsonObject = {}): EventRecord {
  const fields = { ...more, event: { action }, process: { entity_id: 'reader' }, detpack }
  return { line, time: (1000 * line) as Time, sequence: line, id: `r-${line}`, fields }
}

const read = use(50, 'file_read', key)
const other = (line: number): EventRecord => use(line, 'file_open', { object: { id: 'plain', kind: 'file' } })
const send = (line: number): EventRecord =>
  use(line, 'network_send', { object: { id: 's', kind: 'socket' }, ...HOLDS }, { destination: { ip: '203.0.113.9' } })

function alertOn(event: EventRecord, id = 'a'): Alert {
  const of = { id: id as AlertId, rule: 'r', group: {}, first: event.time, last: event.time }
  return { ...of, steps: [{ as: 'step', rule: 'r', event }] }
}

/** An alert on the reading that was just told, and the trail that goes on. */
function told(most?: number): { trail: Trail; open: OpenAlerts } {
  const trail = new Trail()
  const open = new OpenAlerts(trail, most)
  trail.seeRecord(read)
  open.add(trail.along([alertOn(read)]))
  return { trail, open }
}

function lines(grown: readonly Grown[]): unknown {
  return grown.map(({ alert, fresh }) => [alert.id, fresh.map(({ line }) => line)])
}

describe('an alert that was told', () => {
  it('is told more of once, when a minute of the stream has passed after it', () => {
    const { trail, open } = told()
    for (const event of [send(60), other(50 + MINUTE)]) trail.seeRecord(event)
    expect(open.settle()).toEqual([])
    trail.seeRecord(other(51 + MINUTE))
    expect(lines(open.settle())).toEqual([['a', [60]]])
    expect(open.end()).toEqual([])
  })

  it('waits its minute also after the clock was ahead for a moment', () => {
    const { trail, open } = told()
    trail.seeRecord({ ...other(51), time: 9_000_000 as Time })
    trail.seeRecord(send(60))
    expect(open.settle()).toEqual([])
    trail.seeRecord(other(51 + MINUTE))
    expect(lines(open.settle())).toEqual([['a', [60]]])
  })

  it('is told more of at the end of the stream, whenever that is', () => {
    const { trail, open } = told()
    trail.seeRecord(send(60))
    expect(lines(open.end())).toEqual([['a', [60]]])
  })

  it('is not told anew where there is nothing new, or only later than a minute', () => {
    const { trail, open } = told()
    for (const event of [other(60), send(51 + MINUTE)]) trail.seeRecord(event)
    expect(open.settle()).toEqual([])
  })

  it('is told in which file it was put', () => {
    const { trail, open } = told()
    const opened = { descriptor: { opened_at: new Date(60_000).toISOString() } }
    trail.seeRecord(use(60, 'file_write', { object: { id: 'copy', kind: 'file' }, ...opened, flow: key.flow }))
    expect(lines(open.end())).toEqual([['a', [60]]])
  })

  it('keeps the hops that it has, though the trail has forgotten them', () => {
    const trail = new Trail()
    const open = new OpenAlerts(trail)
    const before = use(40, 'file_open', key)
    open.add([withHops(alertOn(read), [before])])
    for (const event of [read, send(60)]) trail.seeRecord(event)
    const [grown] = open.end()
    expect(grown?.alert.hops?.map(({ line }) => line)).toEqual([40, 60])
    expect(grown?.fresh.map(({ line }) => line)).toEqual([60])
  })

  it('is looked at before its time where too many are open, the oldest first', () => {
    const { trail, open } = told(1)
    trail.seeRecord(send(60))
    const next = trail.along([alertOn(read, 'b')])
    expect(next[0]?.hops?.map(({ line }) => line)).toEqual([60])
    open.add(next)
    expect(lines(open.settle())).toEqual([['a', [60]]])
    expect(open.end()).toEqual([])
  })

  it('does not stay open where nobody has taken anything', () => {
    const { trail, open } = told(1)
    open.add([alertOn(use(55, 'file_write', key), 'b')])
    trail.seeRecord(send(60))
    expect(open.settle()).toEqual([])
    expect(lines(open.end())).toEqual([['a', [60]]])
  })

  it('does not stay open where it says itself where the data went', () => {
    const { trail, open } = told()
    open.end()
    open.add([alertOn(send(55))])
    trail.seeRecord(send(60))
    expect(open.end()).toEqual([])
  })
})
