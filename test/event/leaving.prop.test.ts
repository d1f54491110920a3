import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertId } from '../../src/event/alert.ts'
import type { JsonObject } from '../../src/event/field.ts'
import { leavingsOf } from '../../src/event/leaving.ts'
import { moveOf } from '../../src/event/move.ts'
import type { EventRecord, Time } from '../../src/event/record.ts'
import { subjectOf } from '../../src/event/subject.ts'

const TAKEN = 20

interface Use {
  readonly process: string
  readonly action: 'file_read' | 'file_write' | 'network_send'
  readonly place: string
  readonly holds: boolean
}

const uses = fc.array(
  fc.record<Use>({
    process: fc.constantFrom('reader', 'packer', 'sender'),
    action: fc.constantFrom('file_read', 'file_write', 'network_send'),
    place: fc.constantFrom('1', '2', '3'),
    holds: fc.boolean(),
  }),
  { minLength: 30, maxLength: 60 },
)

/** The taking that the alert is about is one among the uses, each in its millisecond. */
function eventOf({ process, action, place, holds }: Use, time: number): EventRecord {
  const isTaking = time === TAKEN
  const flow = holds || isTaking ? { flow: { object: { id: ['key'] } } } : {}
  const object: JsonObject = isTaking
    ? { id: 'key', kind: 'file', class: 'credential' }
    : { id: `at ${place}`, kind: action === 'network_send' ? 'socket' : 'pipe' }
  const destination = action === 'network_send' ? { destination: { ip: `203.0.113.${place}`, port: 443 } } : {}
  const fields = { ...destination, event: { action }, process: { entity_id: process }, detpack: { object, ...flow } }
  return { line: time, time: time as Time, sequence: time, id: `r-${time}`, fields }
}

function leavings(events: readonly EventRecord[]): readonly EventRecord[] {
  const steps = events.filter(({ line }) => line === TAKEN).map((event) => ({ as: 'read', rule: 'r', event }))
  const alert = { id: 'a' as AlertId, rule: 'r', group: {}, first: TAKEN as Time, last: TAKEN as Time, steps }
  return leavingsOf(subjectOf(alert), events.map(moveOf)).map(({ event }) => event)
}

/** Who has the data at the end of each use, one after the other. */
function holders(all: readonly Use[]): readonly ReadonlySet<string>[] {
  const has = new Set<string>()
  return all.map(({ process, action, place, holds }, time) => {
    if (time === TAKEN) has.add('reader')
    else if (holds && action === 'file_write' && has.has(process)) has.add(place)
    else if (holds && action === 'file_read' && has.has(place)) has.add(process)
    return new Set(has)
  })
}

describe('leavings', () => {
  it('are the first sends to each destination of who holds the data by then, and no others', () => {
    fc.assert(
      fc.property(uses, (some) => {
        const all = some.map((use, i): Use => (i === TAKEN ? { ...use, process: 'reader', action: 'file_read' } : use))
        const events = all.map(eventOf)
        const has = holders(all)
        const seen = new Set<string>()
        const expected = all.flatMap(({ process, action, place, holds }, time) => {
          const left = action === 'network_send' && holds && has[time]?.has(process) === true && !seen.has(place)
          if (left) seen.add(place)
          return left ? [time] : []
        })
        expect(leavings(events).map(({ line }) => line)).toEqual(expected)
      }),
    )
  })

  it('are the same whatever moved before the data was taken', () => {
    fc.assert(
      fc.property(uses, (some) => {
        const events = some.map((use, i) =>
          eventOf(i === TAKEN ? { ...use, process: 'reader', action: 'file_read' } : use, i),
        )
        expect(leavings(events.slice(TAKEN))).toEqual(leavings(events))
      }),
    )
  })
})
