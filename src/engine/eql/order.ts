import type { EventRecord } from '../../event/record.ts'
import type { Field } from './field.ts'
import { compareValues, type Value } from './value/value.ts'

/**
 * The order of events by time, then tiebreaker, absent first; what is equal stays in the order of arrival, so that there
 * are no ties. Events without a time come first.
 */
export function eventOrder(tiebreaker: Field | undefined): (a: EventRecord, b: EventRecord) => number {
  return (a, b) => {
    if (a.time !== b.time) return (a.time ?? -Infinity) - (b.time ?? -Infinity)
    return tiebreaker && a.time !== null ? compareTies(a, b, tiebreaker) : 0
  }
}

function compareTies(a: EventRecord, b: EventRecord, tiebreaker: Field): number {
  const [left, right] = [tieOf(a, tiebreaker), tieOf(b, tiebreaker)]
  if (left === undefined || right === undefined) return Number(right === undefined) - Number(left === undefined)
  return compareValues(left, right, tiebreaker.type)
}

function tieOf(event: EventRecord, tiebreaker: Field): Value | undefined {
  return tiebreaker.values(event.fields)[0]
}
