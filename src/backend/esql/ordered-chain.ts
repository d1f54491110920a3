import type { Absence } from '../../ir/rule.ts'
import type { Role, RoleColumn } from './stage.ts'

/** Two steps in order, as the lines of a query need it. */
export interface OrderedChain {
  readonly start: Role
  readonly closing: Role
  /** The longest time between both. */
  readonly longest: number
  readonly timespan: number
  readonly absences: readonly (Absence & { readonly role: Role })[]
  readonly until: Role | null
  /** Columns in which both must be equal. */
  readonly joins: readonly RoleColumn[]
  readonly lives: boolean
}
