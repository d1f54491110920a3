import type { TimedRecord } from '../../event/order.ts'
import type { EventRecord } from '../../event/record.ts'
import type { Field } from './field.ts'
import { compareValues, type Value } from './value/value.ts'

export interface OrderedEvents {
  readonly timed: readonly TimedRecord[]
  /** Without a time; in the order of arrival. */
  readonly untimed: readonly EventRecord[]
}

/** Events by time, then tiebreaker, absent first, then arrival: an order without ties. */
export function inOrder(events: readonly EventRecord[], tiebreaker: Field | undefined): OrderedEvents {
  const timed = events.filter((event): event is TimedRecord => event.time !== null)
  const untimed = events.filter((event) => event.time === null)
  const compare = (a: TimedRecord, b: TimedRecord): number =>
    a.time - b.time || (tiebreaker ? compareTies(a, b, tiebreaker) : 0)
  const sorted = timed.every((event, at) => at === 0 || compare(timed[at - 1] ?? event, event) <= 0)
  return { timed: sorted ? timed : timed.sort(compare), untimed }
}

function compareTies(a: TimedRecord, b: TimedRecord, tiebreaker: Field): number {
  const [left, right] = [tieOf(a, tiebreaker), tieOf(b, tiebreaker)]
  if (left === undefined || right === undefined) return Number(right === undefined) - Number(left === undefined)
  return compareValues(left, right, tiebreaker.type)
}

function tieOf(event: EventRecord, tiebreaker: Field): Value | undefined {
  return tiebreaker.values(event.fields)[0]
}
