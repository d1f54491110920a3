import type { ResultIdentity } from '../backend/backend.ts'
import { byClosing } from '../engine/stream/evaluate.ts'
import { alertId, eventIdentity, type Alert, type AlertStep } from '../event/alert.ts'
import type { Json, JsonObject } from '../event/field.ts'
import { compareEvents, isTimed } from '../event/order.ts'
import type { EventRecord } from '../event/record.ts'
import { namedRules, type Correlation, type Program, type Rule } from '../ir/rule.ts'
import type { Store } from './store.ts'

// From what a native query finds to alerts: the one place that reads identities out of results (semantics §2).

/** The event of an id that a result holds. */
export type FindEvent = (id: string | null) => EventRecord

/**
 * Finds events of a store by their ids. Where a rule stands on correlations an id may be that of an inner alert; what is
 * known of that is its id alone.
 */
export function finderIn({ given }: Store, rule: Rule, program: Program): FindEvent {
  const ofAlerts = rule.kind === 'correlation' && namedRules(rule).some((id) => program.rules.get(id)?.kind !== 'event')
  return (id) => {
    const event = id === null ? undefined : given.get(id)
    if (event) return event
    if (!ofAlerts || id === null) throw new BrokenResult(`no event has the id ${JSON.stringify(id)}`)
    return { line: 0, time: null, sequence: null, id, fields: {} }
  }
}

/** A result that does not hold what its query promises is a mistake of the backend, and is thrown. */
class BrokenResult extends Error {}

/** What a query for one event found. */
export function singleAlerts(rule: Rule, found: readonly EventRecord[], find: FindEvent): readonly Alert[] {
  return eachOnce(found.map(({ id }) => single(rule, find(id))))
}

/** Sequences and samples: the keys of the group come first among the join keys, a missing event is null. */
export function alertsOfSequences(
  rule: Rule,
  found: readonly { readonly keys: readonly (string | null)[]; readonly events: readonly (EventRecord | null)[] }[],
  find: FindEvent,
): readonly Alert[] {
  if (rule.kind === 'event') throw new BrokenResult('a sequence for a rule of one event')
  return eachOnce(
    found.map(({ keys, events }) => {
      const slots = events.map((event) => event && find(event.id))
      const group = Object.fromEntries(rule.group.map(({ name }, at) => [name, text(keys[at])]))
      // Those of a sample come in any order.
      return several(
        rule,
        group,
        rule.body.type === 'ordered' ? slots : slots.filter((slot) => slot !== null).sort(byPlace),
      )
    }),
  )
}

/** Rows with a column for each part of the identity. */
export function alertsOfRows(
  rule: Rule,
  identity: ResultIdentity,
  rows: readonly JsonObject[],
  find: FindEvent,
): readonly Alert[] {
  return eachOnce(
    rows.map((row) => {
      switch (identity.of) {
        case 'event':
          return single(rule, find(text(row[identity.column])))
        case 'row': {
          if (rule.kind === 'event') throw new BrokenResult('a chain for a rule of one event')
          const { keys, first, last } = identity
          const group = Object.fromEntries(rule.group.map(({ name }) => [name, text(row[keys[name] ?? ''])]))
          return several(rule, group, [find(text(row[first])), find(text(row[last]))])
        }
        case 'sequence':
          throw new BrokenResult('rows are no sequences')
      }
    }),
  )
}

/** An alert of which the identity is known, as far as that tells it. */
export function alertOf(
  rule: Rule,
  { group, first, last }: { readonly group: Alert['group']; readonly first: string; readonly last: string },
  find: FindEvent,
): Alert {
  return rule.kind === 'event' ? single(rule, find(first)) : several(rule, group, [find(first), find(last)])
}

function single(rule: Rule, event: EventRecord): Alert {
  const name = eventIdentity(event)
  const steps = [{ as: rule.name ?? rule.title, rule: rule.id, event }]
  return { id: alertId(rule.id, {}, name, name), rule: rule.id, group: {}, first: event.time, last: event.time, steps }
}

function several(
  rule: Correlation,
  group: Readonly<Record<string, string>>,
  slots: readonly (EventRecord | null)[],
): Alert {
  const events = slots.filter((slot) => slot !== null)
  const [first, last] = [events.at(0), events.at(-1)]
  if (!first || !last) throw new BrokenResult('a chain without an event')
  return {
    id: alertId(rule.id, group, eventIdentity(first), eventIdentity(last)),
    rule: rule.id,
    group,
    first: first.time,
    last: last.time,
    steps: rule.body.type === 'ordered' ? chainSteps(rule, slots) : events.map((event) => stepOf(rule, event)),
  }
}

/** As the stream engine names them; of a language that gives no middle steps, the first and the last. */
function chainSteps(rule: Correlation, slots: readonly (EventRecord | null)[]): readonly AlertStep[] {
  if (rule.body.type !== 'ordered') return []
  const { steps } = rule.body
  const whole = slots.filter((slot) => slot !== null).length === steps.length
  const named = whole ? [...steps] : [...steps.slice(0, 1), ...steps.slice(-1)]
  return slots.map((event) => {
    const step = event && named.shift()
    return step ? { as: step.as, rule: step.rule, event } : stepOf(rule, event)
  })
}

function stepOf(rule: Rule, event: EventRecord | null): AlertStep {
  return { as: rule.name ?? rule.title, rule: rule.id, event }
}

function text(value: Json | undefined): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new BrokenResult(`no text where a result holds an identity: ${JSON.stringify(value)}`)
}

function eachOnce(alerts: readonly Alert[]): readonly Alert[] {
  return inOrder([...new Map(alerts.map((alert) => [alert.id, alert])).values()])
}

/** Alerts in the order in which the stream engine gives them. */
export function inOrder(alerts: readonly Alert[]): readonly Alert[] {
  const closed = alerts.map((alert) => ({ alert, closing: closingOf(alert) }))
  return closed.sort(byClosing).map(({ alert }) => alert)
}

function closingOf({ steps }: Alert): EventRecord {
  const closing = steps.findLast((step) => step.event !== null)?.event
  if (!closing) throw new BrokenResult('an alert without an event')
  return closing
}

function byPlace(a: EventRecord, b: EventRecord): number {
  if (!isTimed(a) || !isTimed(b)) return Number(isTimed(b)) - Number(isTimed(a)) || a.line - b.line
  return compareEvents(a, b) || a.line - b.line
}
