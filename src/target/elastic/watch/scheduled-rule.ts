import type { NativeQuery } from '../../../backend/backend.ts'
import type { JsonObject } from '../../../event/field.ts'

/** A rule that is run on the events in Elasticsearch by detpack itself. */
export interface ScheduledRule {
  /** The rule's id. */
  readonly id: string
  readonly title: string
  readonly version: number
  readonly level: 'informational' | 'low' | 'medium' | 'high' | 'critical' | null
  readonly risk: readonly string[]
  readonly references: readonly string[]
  readonly query: NativeQuery
  /** The keys of its group, in order. */
  readonly group: readonly string[]
  /** The longest time that one of its chains can take, ms. */
  readonly span: number
  /** Queries whose events it is not to see, and until when, ms since 1970. */
  readonly except?: readonly { readonly query: JsonObject; readonly until: number }[]
}

/** A stretch of event time, ms since 1970; `from` is in it, `to` is not. */
export interface Window {
  readonly from: number
  readonly to: number
}
