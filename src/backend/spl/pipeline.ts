import { keyField, type Correlation, type Program, type RuleUse } from '../../ir/rule.ts'
import { all, type Predicate } from '../../ir/predicate.ts'
import type { CompileContext, ResultIdentity } from '../backend.ts'
import { emitCondition } from './condition.ts'
import { prefilter } from './prefilter.ts'
import type { Scope } from './scope.ts'

/** What one rule becomes: commands after the base search, in order. */
export interface Pipeline {
  readonly text: string
  readonly identity: ResultIdentity
}

/**
 * The base search and what every query begins with. `dp_ms` is the event's time in whole milliseconds: half a
 * microsecond is added before cutting, because `_time` is a binary fraction and may lie just below the digits that were
 * written. HTTP Event Collector delivers at least once, hence `dedup` (event contract §7).
 */
export function opening(predicates: readonly Predicate[], context: CompileContext, scope: Scope): readonly string[] {
  return [
    `${context.store.splunkBase}${prefilter(predicates, scope)}`,
    `eval dp_id='event.id', dp_ms=floor(_time*1000+0.0005), dp_seq=coalesce(tonumber('event.sequence'), 0)`,
    'dedup dp_id',
    ...scope.gathering(),
  ]
}

/** An event's place in the order as text of one width, 32 characters. Its last one keeps it from being a number. */
export const ORDER_TEXT = 'dp_o=printf("%015.0f.%015.0f|", dp_ms, dp_seq)'

/** The condition of a rule that a correlation names; a correlation of correlations is refused. */
export function conditionOf(
  use: RuleUse,
  of: Correlation,
  program: Program,
  guarded: boolean,
  scope: Scope,
): Condition {
  const rule = program.rules.get(use.rule)
  if (rule?.kind !== 'event') {
    scope.refuse('a correlation of correlations', use.span)
    return { predicate: all(), text: '' }
  }
  const predicate = guarded ? all(rule.where, of.guard) : rule.where
  return { predicate, text: emitCondition(predicate, rule.span, scope) }
}

export interface Condition {
  readonly predicate: Predicate
  readonly text: string
}

/** `group_1`, `group_2`, …: one column for each key, in the order of the group. */
export function groupColumns(of: Correlation): Readonly<Record<string, string>> {
  return Object.fromEntries(of.group.map((key, at) => [key.name, `group_${at + 1}`]))
}

/** The fields that hold the group, while the query runs. */
export function keyNames(of: Correlation): readonly string[] {
  return of.group.map((_, at) => `dp_k${at + 1}`)
}

/**
 * Commands that read the group: from each rule's own field where rows have the role of one rule (`roles`: a role's
 * number → the rule), one row for each distinct value. Rows without a value are dropped: a missing value is no group.
 */
export function grouping(of: Correlation, roles: ReadonlyMap<number, RuleUse>, scope: Scope): readonly string[] {
  if (of.group.length === 0) return []
  const several: string[] = []
  const evals = of.group.map((key, at) => {
    const rolesByField = new Map<string, number[]>()
    for (const [role, use] of roles) {
      const field = keyField(key, use.rule)
      rolesByField.set(field, [...(rolesByField.get(field) ?? []), role])
    }
    const name = `dp_k${at + 1}`
    if ([...rolesByField.keys()].some((field) => scope.mayHoldSeveral(field))) several.push(name)
    const readers = [...rolesByField].map(([field, numbers]) => {
      const values = scope.values(field, key.span)
      const read = scope.mayHoldSeveral(field) ? `mvdedup(${values})` : values
      return { read, when: numbers.map((role) => `dp_role==${role}`).join(' OR ') }
    })
    const [only] = readers
    if (readers.length === 1 && only) return `${name}=${only.read}`
    return `${name}=case(${readers.map((each) => `${each.when}, ${each.read}`).join(', ')})`
  })
  return [
    `eval ${evals.join(', ')}`,
    `where ${keyNames(of)
      .map((name) => `isnotnull(${name})`)
      .join(' AND ')}`,
    ...several.map((name) => `mvexpand ${name}`),
  ]
}

/** Whether a key is read from different fields of different rules. */
export function hasAliases(of: Correlation, uses: readonly RuleUse[]): boolean {
  return of.group.some((key) => new Set(uses.map((use) => keyField(key, use.rule))).size > 1)
}

/** `by …`, with the blank before it; empty without keys. */
export function by(names: readonly string[]): string {
  return names.length === 0 ? '' : ` by ${names.join(' ')}`
}

/** The last commands: identity and group as columns, the query's own fields gone, the closing event's kept. */
export function closing(of: Correlation, alertPerStart: boolean): readonly string[] {
  const names = keyNames(of)
  const columns = names.map((name, at) => `group_${at + 1}=${name}`)
  return [
    `eval ${[`first_id=substr(dp_start, 33)`, 'last_id=dp_id', ...columns].join(', ')}`,
    ...(alertPerStart ? [`dedup ${[...names, 'first_id'].join(' ')}`] : []),
    'fields - dp_*',
  ]
}

export function identityOf(of: Correlation): ResultIdentity {
  return { of: 'row', keys: groupColumns(of), first: 'first_id', last: 'last_id' }
}

/** One command a line. */
export function writeSpl(commands: readonly string[]): string {
  return commands.join('\n| ')
}
