import { eventIdentity, type AlertStep } from '../../event/alert.ts'
import { compareEvents, type TimedRecord } from '../../event/order.ts'
import type { Duration } from '../../ir/duration.ts'
import type { Correlation, RuleId } from '../../ir/rule.ts'

/** An event, or the alert of another correlation, and which rules of the program it matched. */
export interface Occurrence {
  readonly event: TimedRecord
  readonly rules: readonly RuleId[]
  /** The correlations whose guard is true of it; those without a guard are not named. */
  readonly guards: readonly RuleId[]
}

/** An occurrence in one group of one correlation. */
export interface Member {
  readonly event: TimedRecord
  /** The rules of the correlation that it matched and by whose key fields it belongs to this group. */
  readonly rules: readonly RuleId[]
  /** The guard holds: it may be counted or stepped on. Absence and `until` do not ask. */
  readonly guarded: boolean
  /** An alert of this group begins here; there is one for each start. */
  started: boolean
  /** Once somebody asked for it. */
  mark: HostMark | undefined
}

/** Which life of which host an event belongs to, as far as it says so. */
export interface HostMark {
  readonly host: string
  readonly boot: string | undefined
  readonly epoch: string | undefined
}

/** The state of one group of one correlation. Times that it is given never go back. */
export interface GroupState {
  /** Takes members of one place in the order, neither of which is before another, sorted by `compareMembers`. */
  process(batch: readonly Member[]): void
  /** Decides what waits for nothing to happen before `now`. */
  decide(now: number): void
  /** When `decide` can next change something: after this time; undefined when nothing waits. */
  readonly deadline: number | undefined
  /** Chains that wait for the end of an absence window. */
  readonly open: number
  /** Members held. */
  readonly size: number
}

/** What a group's state is given when it is made. */
export interface GroupContext {
  readonly correlation: Correlation
  emit(found: Found): void
  /** Says that an alert may be missing or wrong because something grew over its bound. */
  overflow(what: 'window' | 'search'): void
  readonly windowCap: number
  /** The name by which alerts call a rule: its name, else its title. */
  readonly nameOf: (rule: RuleId) => string
}

/** An alert without its identity. */
export interface Found {
  readonly first: TimedRecord
  readonly last: TimedRecord
  readonly steps: () => readonly AlertStep[]
}

/**
 * The order of semantics §1, made total, so that the same events always give the same alert: ties by line, then by
 * identity: the alert of a correlation has the line of its closing event.
 * Only `compareEvents` tells what comes before what.
 */
export function compareMembers(a: { readonly event: TimedRecord }, b: { readonly event: TimedRecord }): number {
  const order = compareEvents(a.event, b.event) || a.event.line - b.event.line
  if (order !== 0 || a.event === b.event) return order
  const [one, two] = [eventIdentity(a.event), eventIdentity(b.event)]
  return one < two ? -1 : Number(one > two)
}

/** Whether one comes strictly before another. */
export function isBefore(a: Member, b: Member): boolean {
  return compareEvents(a.event, b.event) < 0
}

/** The oldest time of a window that ends with an event. */
export function windowStart(closing: Member, timespan: Duration): number {
  return closing.event.time - timespan
}
