import type { EventRecord, Time } from './record.ts'

/** A record whose time is known; only these have an order. */
export type TimedRecord = EventRecord & { readonly time: Time }

/**
 * The order of events (semantics §1): time in milliseconds, then `event.sequence`, then the line among those without a
 * sequence, which come before those with one. 0 is a tie that nothing decides: then neither is before the other, and a
 * sequence step may not take one after the other.
 */
export function compareEvents(a: TimedRecord, b: TimedRecord): number {
  if (a.time !== b.time) return a.time - b.time
  if (a.sequence === null) return b.sequence === null ? a.line - b.line : -1
  return b.sequence === null ? 1 : a.sequence - b.sequence
}

/** Sorted by `compareEvents`, undecided ties by line. Records without a time are given apart, by line. */
export function sortEvents(records: Iterable<EventRecord>): {
  readonly timed: readonly TimedRecord[]
  readonly untimed: readonly EventRecord[]
} {
  const timed: TimedRecord[] = []
  const untimed: EventRecord[] = []
  for (const record of records) {
    if (isTimed(record)) timed.push(record)
    else untimed.push(record)
  }
  timed.sort((a, b) => compareEvents(a, b) || a.line - b.line)
  untimed.sort((a, b) => a.line - b.line)
  return { timed, untimed }
}

/** The first record of each `event.id`, in the order given; records without an id are all different. */
export function dedupeById(records: Iterable<EventRecord>): {
  readonly records: readonly EventRecord[]
  readonly duplicates: number
} {
  const seen = new Set<string>()
  const kept: EventRecord[] = []
  let duplicates = 0
  for (const record of records) {
    if (record.id !== null && seen.has(record.id)) {
      duplicates++
      continue
    }
    if (record.id !== null) seen.add(record.id)
    kept.push(record)
  }
  return { records: kept, duplicates }
}

export function isTimed(record: EventRecord): record is TimedRecord {
  return record.time !== null
}
