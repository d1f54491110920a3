import { hash } from 'node:crypto'
import { sortEvents } from './order.ts'
import type { EventRecord, Time } from './record.ts'

/** SHA-256, in hex, of the canonical JSON of the alert's identity (semantics §2). */
export type AlertId = string & { readonly __brand: 'AlertId' }

/** What an engine found, before anything is looked up for display. */
export interface Alert {
  readonly id: AlertId
  /** The rule's id. */
  readonly rule: string
  /** Group key → exact text; empty for single-event rules and ungrouped correlations. */
  readonly group: Readonly<Record<string, string>>
  /** Start and closing; the same for a single-event rule. Null only on single-event rules whose event has no time. */
  readonly first: Time | null
  readonly last: Time | null
  /** In step order; for counts the events of the window in order, at most 1,000; for unordered ones by rule. */
  readonly steps: readonly AlertStep[]
  /** For display only: how the objects of the alert travelled and left, as far as it was looked for (`Travel`). */
  readonly hops?: readonly EventRecord[]
}

export interface AlertStep {
  /** The step's name; the rule's name where a correlation names no steps. */
  readonly as: string
  /** The id of the rule the event matched. */
  readonly rule: string
  /** Null is the slot of an absence: no such event, as the rule wanted. */
  readonly event: EventRecord | null
}

/**
 * The identity of an alert (semantics §2): SHA-256 of the canonical JSON `[rule, group, first, last]`, the keys of the
 * group in the order of their UTF-16 units.
 *
 * @param first @param last `eventIdentity` of the starting and of the closing event
 */
export function alertId(rule: string, group: Readonly<Record<string, string>>, first: string, last: string): AlertId {
  const keys = Object.keys(group).sort()
  const members = keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(group[key])}`)
  const start = JSON.stringify(first)
  const closing = last === first ? start : JSON.stringify(last)
  return hash('sha256', `[${JSON.stringify(rule)},{${members.join(',')}},${start},${closing}]`) as AlertId
}

/** What names an event in an alert's identity: its `event.id`, or `line:<n>` where it has none. */
export function eventIdentity(record: EventRecord): string {
  return record.id ?? `line:${record.line}`
}

/** The alert with these hops beside those that it has, each once, in order of time. */
export function withHops(alert: Alert, hops: readonly EventRecord[]): Alert {
  const all = [...(alert.hops ?? []), ...hops]
  const each = new Map(all.map((event) => [eventIdentity(event), event]))
  return { ...alert, hops: sortEvents(each.values()).timed }
}
