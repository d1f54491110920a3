import type { FieldType, FieldTypes } from '../engine/field-type.ts'
import { fieldReader, type Json } from '../event/field.ts'
import { eventIdentity } from '../event/alert.ts'
import { formatTime, parseTime, type EventRecord, type Time } from '../event/record.ts'
import { schemaFields } from '../event/schema.ts'
import type { Program, Rule } from '../ir/rule.ts'
import { usedFields } from '../ir/used-field.ts'
import type { Mapping } from '../mapping/mapping.ts'

/** Events as a store keeps them: each with an id, a place in the order and a time as fields, and where it came from. */
export interface Store {
  readonly events: readonly EventRecord[]
  /** The event as it was given, by the id that a query finds. */
  readonly given: ReadonlyMap<string, EventRecord>
  /** The time of the last of them; 1970 when none has a time. */
  readonly latest: Time
}

const readTime = fieldReader('@timestamp')

/**
 * What a store adds to events: an id for those without one, which ascends with the lines, since queries decide by it what
 * time and sequence do not; and the time under the name that queries compare. Null members are left out, as no store
 * tells them from absent ones.
 */
export function store(events: Iterable<EventRecord>): Store {
  const given = new Map<string, EventRecord>()
  const kept: EventRecord[] = []
  let latest = 0
  for (const event of events) {
    const id = event.id ?? eventIdentity(event).replace(/\d+$/, (line) => line.padStart(12, '0'))
    if (!given.has(id)) given.set(id, event)
    const added: Record<string, Json> = {}
    if (event.id === null) added['event.id'] = id
    if (event.time !== null && parseTime(readTime(event.fields)[0]) !== event.time)
      added['@timestamp'] = formatTime(event.time)
    latest = Math.max(latest, event.time ?? 0)
    const { line, time, sequence, fields } = event
    kept.push(Object.keys(added).length === 0 ? event : { line, time, sequence, id, fields: { ...fields, ...added } })
  }
  return { events: kept, given, latest: latest as Time }
}

/** Every event once more, behind all others: at least once is what delivery promises. */
export function doubled({ events, ...rest }: Store): Store {
  const again = events.map(({ time, sequence, id, fields }, at) => ({
    line: events.length + at + 1,
    time,
    sequence,
    id,
    fields,
  }))
  return { events: [...events, ...again], ...rest }
}

/** The types that fields have in the store: those of the schema, and of each field a rule reads as the mapping knows it. */
export function storedTypes(program: Program, rule: Rule, mapping: Mapping): FieldTypes {
  const types = new Map<string, FieldType>(schemaFields.map(({ name, type }) => [name, type]))
  for (const name of usedFields(rule, program)) {
    const known = mapping.field(name)
    if (known) types.set(name, known.type)
  }
  return types
}
