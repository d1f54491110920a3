import type { Correlation, Program, RuleId, RuleUse } from '../../ir/rule.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { Span } from '../../diagnostic/source.ts'
import { and, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { quote } from './literal.ts'
import { emitPredicate } from './predicate.ts'

/**
 * One correlation of a query. Correlations that name others follow those in one pipeline. A stage that is not the last
 * keeps the items of later ones, untouched, beside those that it works on.
 */
export interface Stage {
  readonly of: Correlation
  readonly program: Program
  readonly emission: Emission
  /** Before all its names, so that no two stages have the same. */
  readonly prefix: string
}

/** What an item is to a stage: a step, an absence, or one of those that are counted. */
export interface Role {
  /** Unique in the query. */
  readonly name: string
  readonly rule: RuleId
  /** Which events have it; null where the items are alerts of the rule, a correlation. */
  readonly where: Condition | null
}

/** A column of texts that is read from another field in each role; a role without one has the empty text there. */
export interface RoleColumn {
  readonly name: string
  readonly fieldOf: (role: Role) => FieldName | undefined
  readonly span: Span
}

/** How a stage is said. */
export interface StageForm {
  readonly roles: readonly Role[]
  /** Columns besides the keys of the group. */
  readonly columns: readonly RoleColumn[]
  /** Items need the life of their host, in the column `life`. */
  readonly lives: boolean
  /** From one row an item to one row an alert, with the items `start` and `closing`. */
  readonly lines: (flow: Flow) => readonly string[]
  /** How the cost grows. */
  readonly cost: 'items' | 'pairs'
}

/** What goes through the lines of a stage: columns that every grouping must keep apart. */
export class Flow {
  readonly keys: readonly string[]
  readonly #kept: readonly string[]

  /** @param kept columns that tell apart the items that are kept for later stages; none in the last stage */
  constructor(keys: readonly string[], kept: readonly string[]) {
    this.keys = keys
    this.#kept = kept
  }

  /** The end of a STATS. */
  by(...columns: readonly string[]): string {
    const all = [...columns, ...this.keys, ...this.#kept]
    return all.length === 0 ? '' : ` BY ${all.join(', ')}`
  }

  /**
   * Leaves only these columns. It stands before a list is expanded: every row of the list takes a copy of all columns,
   * those that nothing uses any more among them.
   */
  keep(...columns: readonly string[]): string {
    return `KEEP ${[...columns, ...this.keys, ...this.#kept].join(', ')}`
  }

  /** Lets pass what is kept. */
  where(condition: string): string {
    return `WHERE ${this.#kept.length === 0 ? condition : `${KEPT_ROLE} IS NOT NULL OR (${condition})`}`
  }

  /** A value of the items that are worked on; null for what is kept. */
  worked(expression: string): string {
    return this.#kept.length === 0 ? expression : `CASE(${KEPT_ROLE} IS NULL, ${expression})`
  }
}

export const KEPT_ROLE = 'kept_role'

/** @param guarded whether the correlation's guard must hold (steps and counted events), or not (absences) */
export function roleOf(name: string, use: RuleUse, guarded: boolean, stage: Stage): Role {
  const { emission, of, prefix, program } = stage
  const rule = program.rules.get(use.rule)
  const unguarded = of.guard.op === 'all' && of.guard.of.length === 0
  if (rule?.kind !== 'event') {
    const hint = 'put the condition on the inner correlation'
    if (guarded && !unguarded) emission.refuse('a task condition on the alerts of a correlation', use.span, hint)
    return { name: prefix + name, rule: use.rule, where: null }
  }
  const where = emitPredicate(rule.where, emission)
  return {
    name: prefix + name,
    rule: use.rule,
    where: guarded && !unguarded ? and([where, emitPredicate(of.guard, emission)]) : where,
  }
}

export function isRole(...roles: readonly Role[]): string {
  return roles.map((role) => `role == ${quote(role.name)}`).join(' OR ')
}
