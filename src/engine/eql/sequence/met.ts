import type { JsonObject } from '../../../event/field.ts'
import type { EventRecord } from '../../../event/record.ts'
import type { Part } from './plan.ts'

/** Events that meet some part of a query, each with the places of the parts that it meets, ascending. */
export class MetEvents {
  readonly events: EventRecord[] = []
  readonly parts: (readonly number[])[] = []

  add(event: EventRecord, parts: readonly number[]): void {
    this.events.push(event)
    this.parts.push(parts)
  }

  /** The same in the order of a comparison; what is equal stays in its order. */
  sorted(compare: (a: EventRecord, b: EventRecord) => number): MetEvents {
    const { events, parts } = this
    if (events.every((event, at) => at === 0 || compare(events[at - 1] ?? event, event) <= 0)) return this
    const pairs = events.map((event, at) => ({ event, parts: parts[at] ?? NONE }))
    const sorted = new MetEvents()
    for (const pair of pairs.sort((a, b) => compare(a.event, b.event))) sorted.add(pair.event, pair.parts)
    return sorted
  }
}

/** The parts that an event meets. */
export function partsMet(parts: readonly Part[], event: JsonObject): readonly number[] {
  let met = NONE
  for (let at = 0; at < parts.length; at++) {
    if (parts[at]?.condition(event) !== true) continue
    met = met === NONE ? alone(at) : [...met, at]
  }
  return met
}

const NONE: readonly number[] = []
/** Nearly always it is one, and the same list will do. */
const ALONE: (readonly number[])[] = []

function alone(part: number): readonly number[] {
  return (ALONE[part] ??= [part])
}
