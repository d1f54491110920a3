import type { EventRecord } from '../../../src/event/record.ts'
import { namedRules, type Program, type Rule } from '../../../src/ir/rule.ts'
import type { Verdict } from './judge.ts'

/**
 * Whether alerts that a rule takes as events stand at one place, by time and sequence, with each other or with an event that
 * it also takes: which of them is the newer is left open (semantics §1: a tie that this does not decide is no order).
 */
export function isUndecided(
  verdicts: readonly Verdict[],
  program: Program,
  rule: Rule,
  events: readonly EventRecord[],
): boolean {
  if (rule.kind === 'event') return false
  const named = [...new Set(namedRules(rule))]
  if (named.every((id) => program.rules.get(id)?.kind === 'event')) return false
  const placeOf = new Map(events.map(({ id, time, sequence }) => [id, `${time} ${sequence ?? 0}`]))
  const of = (isEvent: boolean): readonly string[] => {
    const kind = named.filter((id) => (program.rules.get(id)?.kind === 'event') === isEvent)
    const closings = verdicts.filter((verdict) => kind.some((id) => id === verdict.rule)).map(({ last }) => last)
    // Without an id, and of an alert on alerts, the name is the place.
    return closings.map((last) => placeOf.get(last) ?? last)
  }
  const alerts = of(false)
  const places = new Set(alerts)
  return places.size < alerts.length || of(true).some((place) => places.has(place))
}
