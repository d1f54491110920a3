import { PredicateSet } from '../../engine/stream/predicate-set.ts'
import type { JsonObject } from '../../event/field.ts'
import { ObjectValues } from '../../event/object-values.ts'
import type { Predicate } from '../../ir/predicate.ts'

/** Asks the stream engine which of some predicates are true of an event: their places, ascending. */
export function asked(predicates: readonly Predicate[]): (event: JsonObject) => readonly number[] {
  const set = new PredicateSet(predicates)
  const values = new ObjectValues(set.fields, set.every)
  return (event) => {
    values.turn(event)
    return set.match(values)
  }
}
