import type { EventRecord } from '../../event/record.ts'
import type { Field } from './field.ts'
import { compareValues, type Value } from './value/value.ts'

/**
 * Events by time, then tiebreaker, absent first, then arrival: an order without ties. Those without a time come first.
 *
 * @param events in the order of their arrival
 */
export function inOrder<T extends Arrived>(events: readonly T[], tiebreaker: Field | undefined): readonly T[] {
  const compare = ({ event: a }: T, { event: b }: T): number => {
    if (a.time !== b.time) return (a.time ?? -Infinity) - (b.time ?? -Infinity)
    return tiebreaker && a.time !== null ? compareTies(a, b, tiebreaker) : 0
  }
  const sorted = events.every((event, at) => at === 0 || compare(events[at - 1] ?? event, event) <= 0)
  return sorted ? events : [...events].sort(compare)
}

interface Arrived {
  readonly event: EventRecord
}

function compareTies(a: EventRecord, b: EventRecord, tiebreaker: Field): number {
  const [left, right] = [tieOf(a, tiebreaker), tieOf(b, tiebreaker)]
  if (left === undefined || right === undefined) return Number(right === undefined) - Number(left === undefined)
  return compareValues(left, right, tiebreaker.type)
}

function tieOf(event: EventRecord, tiebreaker: Field): Value | undefined {
  return tiebreaker.values(event.fields)[0]
}
