import { all, anyOf, type FieldName, type Predicate } from '../../ir/predicate.ts'
import { keyField, type Correlation, type Program, type RuleId, type RuleUse } from '../../ir/rule.ts'
import type { CompileContext } from '../backend.ts'
import { emitCondition } from './condition.ts'
import type { Scope } from './scope.ts'
import { splText } from './syntax.ts'

/**
 * One correlation inside a query. Correlations that name others follow those in one pipeline, because subsearches,
 * `append` and `join` are cut off at a limit. So a stage whose result is not the last one keeps each row that came to
 * it, untouched, beside the rows that it works on.
 */
export interface Stage {
  readonly of: Correlation
  readonly program: Program
  readonly context: CompileContext
  readonly scope: Scope
  /** Rows are kept for later stages. */
  readonly keeps: boolean
  /** The correlations before it, with the text that marks their alerts in `dp_of`. */
  readonly inner: ReadonlyMap<RuleId, InnerStage>
}

export interface InnerStage {
  readonly of: Correlation
  readonly mark: string
}

/** What a stage says: commands that end with one row an alert, its start in `dp_start`, besides the kept rows. */
export interface StageText {
  /** Of which one is true of each event that matters. */
  readonly predicates: readonly Predicate[]
  readonly commands: readonly string[]
}

/** The role of a kept row; it sorts behind all others. */
const KEPT = -1

/** The part that a row plays: which rule it matched. A guarded one holds for what is counted or stepped over. */
export interface Role {
  readonly number: number
  readonly uses: readonly RuleUse[]
  readonly guarded: boolean
}

/** The fields that hold the group, while the query runs. */
export function keysOf(stage: Stage): readonly string[] {
  return [...(stage.keeps ? ['dp_in'] : []), ...stage.of.group.map((_, at) => `dp_k${at + 1}`)]
}

/** `by …`, with the blank before it; empty without fields. */
export function by(names: readonly string[]): string {
  return names.length === 0 ? '' : ` by ${names.join(' ')}`
}

/** `where …`, which lets kept rows pass. */
export function whereOf(stage: Stage, condition: string): string {
  return stage.keeps ? `where dp_role==${KEPT} OR (${condition})` : `where ${condition}`
}

/** An expression for the rows that are worked on; another one for kept rows, where it matters. */
export function workedOn(stage: Stage, expression: string, kept: string): string {
  return stage.keeps ? `if(dp_role==${KEPT}, ${kept}, ${expression})` : expression
}

/** One row for each role that an event or an inner alert plays; the predicates are those of events. */
export function emitRoles(stage: Stage, roles: readonly Role[]): StageText {
  const predicates: Predicate[] = []
  const parts = roles.map(({ number, uses, guarded }) => {
    const own = conditionOf(stage, uses, guarded)
    predicates.push(...own.predicates)
    return `if(${own.text}, "${number}", null())`
  })
  if (stage.keeps) parts.push(`"${KEPT}"`)
  return {
    predicates,
    commands: [
      `eval dp_role=mvappend(${parts.join(', ')})`,
      'where isnotnull(dp_role)',
      'mvexpand dp_role',
      `eval dp_role=tonumber(dp_role)${stage.keeps ? `, dp_in=if(dp_role==${KEPT}, 0, 1)` : ''}`,
    ],
  }
}

interface RoleCondition {
  readonly text: string
  readonly predicates: readonly Predicate[]
}

function conditionOf(stage: Stage, uses: readonly RuleUse[], guarded: boolean): RoleCondition {
  const { of, program, scope } = stage
  const wheres: Predicate[] = []
  const texts: string[] = []
  for (const use of uses) {
    const inner = stage.inner.get(use.rule)
    const rule = program.rules.get(use.rule)
    if (inner) {
      const guard = guarded && isGuarded(of) ? ` AND ${guardOf(stage, inner, use)}` : ''
      texts.push(`(coalesce(dp_of, "-")==${splText(inner.mark)}${guard})`)
    } else if (rule?.kind === 'event') wheres.push(rule.where)
    else throw new Error(`no stage for ${use.rule}`)
  }
  if (wheres.length === 0) return { text: texts.join(' OR '), predicates: [] }
  const predicate = guarded ? all(anyOf(...wheres), of.guard) : anyOf(...wheres)
  const own = emitCondition(predicate, uses[0]?.span ?? of.span, scope)
  // An alert carries the fields of its closing event, and is not that event.
  const event = stage.inner.size > 0 ? `(isnull(dp_of) AND ${own})` : own
  return { text: [event, ...texts].join(' OR '), predicates: [predicate] }
}

/** The guard on an alert, whose fields are its group. */
function guardOf({ of, scope }: Stage, inner: InnerStage, use: RuleUse): string {
  const fields = new Map(inner.of.group.map((key, at) => [key.name, `dp_a${at + 1}`]))
  return scope.ofAlert(fields, () => emitCondition(of.guard, use.span, scope))
}

function isGuarded(of: Correlation): boolean {
  return of.guard.op !== 'all' || of.guard.of.length > 0
}

/**
 * Commands that read the group, for each role from its rule's own field: one row for each distinct value. Rows without a
 * value are dropped: a missing value is no group.
 */
export function emitGroup(stage: Stage, roles: readonly Role[]): readonly string[] {
  const { of } = stage
  if (of.group.length === 0) return []
  const names = of.group.map((_, at) => `dp_k${at + 1}`)
  const read = of.group.map((key) => readByRole(stage, roles, (rule) => keyField(key, rule), key.span))
  return [
    `eval ${read.map(({ text }, at) => `${names[at] ?? ''}=${workedOn(stage, text, '"-"')}`).join(', ')}`,
    `where ${names.map((name) => `isnotnull(${name})`).join(' AND ')}`,
    ...names.filter((_, at) => read[at]?.several).map((name) => `mvexpand ${name}`),
  ]
}

export interface FieldText {
  readonly text: string
  /** Whether it may give several values. */
  readonly several: boolean
}

/**
 * A field as each role has it: by the name that its rule reads it by, or as the group of an inner alert.
 *
 * @param doubles whether equal values of one event stay
 */
export function readByRole(
  stage: Stage,
  roles: readonly Role[],
  fieldOf: (rule: RuleId) => FieldName,
  span: Correlation['span'],
  doubles: 'once' | 'kept' = 'once',
): FieldText {
  const numbersOf = new Map<string, number[]>()
  let several = false
  for (const { number, uses } of roles) {
    const rule = uses[0]?.rule ?? stage.of.id
    const read = readField(stage, rule, fieldOf(rule), span, doubles)
    several ||= read.several
    numbersOf.set(read.text, [...(numbersOf.get(read.text) ?? []), number])
  }
  const [only] = numbersOf.keys()
  if (numbersOf.size === 1 && only !== undefined) return { text: only, several }
  const cases = [...numbersOf].map(
    ([reader, numbers]) => `${numbers.map((each) => `dp_role==${each}`).join(' OR ')}, ${reader}`,
  )
  return { text: `case(${cases.join(', ')})`, several }
}

/** A field of the events of a rule; of an inner alert, which has its group for fields. */
export function readField(
  stage: Stage,
  rule: RuleId,
  field: FieldName,
  span: Correlation['span'],
  doubles: 'once' | 'kept' = 'once',
): FieldText {
  const inner = stage.inner.get(rule)
  if (inner) {
    const at = inner.of.group.findIndex((key) => key.name === field)
    return { text: at < 0 ? 'null()' : `dp_a${at + 1}`, several: false }
  }
  const values = stage.scope.values(field, span)
  const several = stage.scope.mayHoldSeveral(field)
  return { text: several && doubles === 'once' ? `mvdedup(${values})` : values, several }
}

/**
 * Roles of events that are counted: one for all rules where each reads the group from the same fields, else one for
 * each rule. Then an event may come twice into one group, and has to be told apart from two.
 */
export function countedRoles(stage: Stage, uses: readonly RuleUse[]): readonly Role[] {
  const { of, inner } = stage
  const alike = of.group.every((key) => new Set(uses.map((use) => keyField(key, use.rule))).size === 1)
  if (alike && !uses.some((use) => inner.has(use.rule))) return [{ number: 1, uses, guarded: true }]
  return uses.map((use, at) => ({ number: at + 1, uses: [use], guarded: true }))
}
