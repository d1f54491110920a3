import type { EventRule } from '../../ir/rule.ts'
import type { NativeQuery } from '../backend.ts'
import type { Emission } from './emission.ts'
import { emitPredicate } from './predicate.ts'
import { from, pipeline, whereLines } from './query-text.ts'

/**
 * A rule on single events: the events themselves, with the metadata by which Kibana knows an event it has alerted on.
 * An event that is stored twice comes twice, with one identity.
 */
export function emitEventQuery(rule: EventRule, emission: Emission): Pick<NativeQuery, 'text' | 'identity'> {
  const where = emitPredicate(rule.where, emission)
  const text = pipeline(emission, `${from(emission)} METADATA _id, _index, _version`, whereLines(where, emission))
  return { text, identity: { of: 'event', column: 'event.id' } }
}
