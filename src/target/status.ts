import type { Reading } from './reading.ts'

/** What a target tells of what is deployed in it, besides the objects themselves. */
export interface TargetStatus {
  /** The last run of each rule, by its id; a rule that is not here was not run, or the target does not say. */
  readonly runs: ReadonlyMap<string, RuleStatus>
  /** Alerts of each rule since then, by its id; null where the target was not asked. */
  readonly alerts: ReadonlyMap<string, number> | null
  /** Events since then, by `event.action`; null where the target was not asked. */
  readonly events: ReadonlyMap<string, number> | null
  /** Event times whose events came after their rules had run, as shippers tell. */
  readonly late: readonly LateEvents[]
}

export interface RuleStatus {
  /** RFC 3339. */
  readonly at: string
  /** Null when it went well. */
  readonly error: string | null
}

export interface LateEvents {
  /** RFC 3339, both included. */
  readonly from: string
  readonly to: string
  readonly count: number
  readonly host: string | null
}

/** @param since ms since 1970 */
export type StatusReader = (pack: string, since: number) => Promise<Reading<TargetStatus>>
