import type { Absence, Correlation, Ordered, Program, RuleUse } from '../../ir/rule.ts'
import type { CompileContext } from '../backend.ts'
import { joinedKey } from '../joined-key.ts'
import type { Scope } from './scope.ts'
import {
  by,
  closing,
  conditionOf,
  grouping,
  identityOf,
  keyNames,
  opening,
  ORDER_TEXT,
  writeSpl,
  type Condition,
  type Pipeline,
} from './pipeline.ts'

/** Roles of absent events start here; steps are 1, 2, …, and `until` is 0. */
const FIRST_ABSENCE = 100

/** The time in milliseconds at the head of an order text. */
function timeOf(packed: string): string {
  return `tonumber(substr(${packed}, 1, 15))`
}

/**
 * `temporal_ordered` by chained `streamstats` (reference §5), exactly as semantics §2 say.
 *
 * An event becomes one row for each role that it plays: a step, `until`, or an absence. Rows are sorted by time and
 * sequence; at one place in the order a later step stands before an earlier one and `until` last, so that no row sees a
 * step of its own place. Events whose absence is asked for stand at the end of their millisecond, since those bounds
 * compare milliseconds.
 *
 * `dp_c<i>` is set where step i completes a partial chain: the row's order, then the order and id of the chain's start.
 * The greatest one before a row is the newest, and a newer partial chain never has an older start; so each step needs
 * only that one, whatever gap or absence stands before it.
 */
export function emitSequence(
  of: Correlation,
  body: Ordered,
  program: Program,
  context: CompileContext,
  scope: Scope,
): Pipeline {
  checkSequence(body, scope)
  const roles = rolesOf(body)
  const conditions = new Map<number, Condition>()
  for (const [role, use] of roles)
    conditions.set(role, conditionOf(use, of, program, role >= 1 && role < FIRST_ABSENCE, scope))
  const keys = [...keyNames(of), ...joinNames(body)]
  const group = grouping(of, roles, scope)
  const joins = joining(body, scope)
  const start = opening(
    [...conditions.values()].map((each) => each.predicate),
    context,
    scope,
  )
  const text = writeSpl([
    ...start,
    `eval dp_role=mvappend(${[...conditions].map(([role, each]) => `if(${each.text}, "${role}", null())`).join(', ')})`,
    'where isnotnull(dp_role)',
    'mvexpand dp_role',
    'eval dp_role=tonumber(dp_role)',
    ...group,
    ...joins,
    `eval ${ORDER_TEXT}, dp_late=if(dp_role>=${FIRST_ABSENCE}, 1, 0)`,
    ...following(body, keys),
    'sort 0 +dp_ms +dp_late +dp_seq -dp_role',
    ...interrupting(body, keys),
    ...steps(body, keys),
    ...ending(of, body),
    ...closing(of, true),
  ])
  return { text, identity: identityOf(of) }
}

function checkSequence(body: Ordered, scope: Scope): void {
  for (const one of body.unless)
    if (one.where !== 'between' && one.within === null)
      scope.refuse(
        `"unless" ${one.where} the chain without a "within": its bound hangs on both ends of the chain`,
        one.span,
        'give it a "within"',
      )
  const [first] = body.joins
  if (!first) return
  const hint =
    'group by one field that all steps share, such as detpack.flow.object.id, or deploy this rule to the target "local"'
  if (!joinedKey(body)) scope.refuse('a join of some steps only', first.span, hint)
  if (body.unless.length > 0 || body.until)
    scope.refuse('a join beside "unless" or "until", which go by the group alone', first.span, hint)
  for (const join of body.joins)
    for (const { field } of [join.left, join.right])
      if (scope.mayHoldSeveral(field))
        scope.refuse(`a join by ${field}, which may hold several values`, join.span, hint)
}

function rolesOf(body: Ordered): ReadonlyMap<number, RuleUse> {
  const roles = new Map<number, RuleUse>()
  for (const [at, step] of body.steps.entries()) roles.set(at + 1, step)
  if (body.until) roles.set(0, body.until)
  for (const [at, absence] of body.unless.entries()) roles.set(FIRST_ABSENCE + at, absence)
  return roles
}

function joinNames(body: Ordered): readonly string[] {
  return (joinedKey(body) ?? []).map((_, at) => `dp_j${at + 1}`)
}

/** A joined key has one field for each step. */
function joining(body: Ordered, scope: Scope): readonly string[] {
  const keys = joinedKey(body) ?? []
  if (keys.length === 0) return []
  const span = body.joins[0]?.span
  const evals = keys.map((fields, at) => {
    const cases = fields.map((field, step) => `dp_role==${step + 1}, ${scope.values(field, span)}`)
    return `dp_j${at + 1}=case(${cases.join(', ')})`
  })
  return [
    `eval ${evals.join(', ')}`,
    `where ${joinNames(body)
      .map((name) => `isnotnull(${name})`)
      .join(' AND ')}`,
  ]
}

/** For absence after the chain: the time of the next such event, seen from the end. */
function following(body: Ordered, keys: readonly string[]): readonly string[] {
  const after = absences(body, 'after')
  if (after.length === 0) return []
  return [
    'sort 0 -dp_ms +dp_late',
    `eval ${after.map(([role]) => `dp_x${role}=if(dp_role==${role}, dp_ms, null())`).join(', ')}`,
    `streamstats current=f ${after.map(([role]) => `min(dp_x${role}) AS dp_n${role}`).join(' ')}${by(keys)}`,
    'addinfo',
    'eval dp_end=1000*min(now(), coalesce(tonumber(info_max_time), now()))',
  ]
}

/** For `until` and absence before or between: the newest such event before each row. */
function interrupting(body: Ordered, keys: readonly string[]): readonly string[] {
  const earlier = [...absences(body, 'before'), ...absences(body, 'between')]
  const evals = earlier.map(([role]) => `dp_x${role}=if(dp_role==${role}, dp_ms, null())`)
  const newest = earlier.map(([role]) => `max(dp_x${role}) AS dp_y${role}`)
  if (body.until) {
    evals.push('dp_u=if(dp_role==0, dp_o, null())')
    newest.push('max(dp_u) AS dp_v')
  }
  if (evals.length === 0) return []
  return [`eval ${evals.join(', ')}`, `streamstats current=f ${newest.join(' ')}${by(keys)}`]
}

function absences(body: Ordered, where: Absence['where']): readonly (readonly [number, Absence])[] {
  return [...body.unless.entries()]
    .filter(([, one]) => one.where === where)
    .map(([at, one]) => [FIRST_ABSENCE + at, one] as const)
}

function steps(body: Ordered, keys: readonly string[]): readonly string[] {
  return body.steps.flatMap((step, at) => {
    const role = at + 1
    const conditions = [`dp_role==${role}`]
    if (at === 0) {
      for (const [absent, one] of absences(body, 'before'))
        if (one.where === 'before' && one.within !== null)
          conditions.push(`(isnull(dp_y${absent}) OR dp_ms-dp_y${absent}>${one.within})`)
      return [`eval dp_c1=if(${conditions.join(' AND ')}, dp_o . dp_o . dp_id, null())`]
    }
    const before = `dp_p${at}`
    conditions.push(`isnotnull(${before})`)
    if (step.within !== null) conditions.push(`dp_ms-${timeOf(before)}<=${step.within}`)
    for (const [absent, one] of absences(body, 'between'))
      if (one.where === 'between' && one.after === at - 1)
        conditions.push(`(isnull(dp_y${absent}) OR dp_y${absent}<=${timeOf(before)})`)
    return [
      `streamstats current=f max(dp_c${at}) AS ${before}${by(keys)}`,
      `eval dp_c${role}=if(${conditions.join(' AND ')}, dp_o . substr(${before}, 33), null())`,
    ]
  })
}

/** A complete chain is kept when it is short enough, was not interrupted, and nothing followed that must not. */
function ending(of: Correlation, body: Ordered): readonly string[] {
  const conditions = [`dp_ms-${timeOf('dp_start')}<=${of.timespan}`]
  if (body.until) conditions.push('(isnull(dp_v) OR dp_v<substr(dp_start, 1, 32))')
  for (const [role, one] of absences(body, 'after'))
    if (one.where === 'after' && one.within !== null)
      conditions.push(`(isnull(dp_n${role}) OR dp_n${role}-dp_ms>${one.within})`, `dp_ms+${one.within}<dp_end`)
  return [
    `eval dp_start=substr(dp_c${body.steps.length}, 33)`,
    `where isnotnull(dp_start) AND ${conditions.join(' AND ')}`,
  ]
}
