import { keyField, type Absence, type Join, type Ordered, type RuleUse } from '../../ir/rule.ts'
import { decideApproximation } from '../acceptance.ts'
import { joinedKey } from '../joined-key.ts'
import { oneHostFields } from '../one-host.ts'
import { emitJoins, type Joins } from './join.ts'
import { ORDER_TEXT, timeOf } from './moment.ts'
import { by, emitGroup, emitRoles, keysOf, whereOf, type Role, type Stage, type StageText } from './stage.ts'

/** Roles of absent events start here; steps are 1, 2, …, and `until` is 0. */
const FIRST_ABSENCE = 100

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
 * only that one, whatever gap or absence stands before it. Joins of some steps only are the exception: see `Joins`.
 */
export function emitSequence(stage: Stage, body: Ordered): StageText {
  checkSequence(body, stage)
  const roles = rolesOf(body)
  const taken = emitRoles(stage, roles)
  const life = emitLife(stage, body)
  const group = keysOf(stage)
  const joins = emitJoins(stage, body)
  const before = [
    ...taken.commands,
    ...emitGroup(stage, roles),
    ...life,
    ...joins.commands,
    `eval ${ORDER_TEXT}, dp_late=if(dp_role>=${FIRST_ABSENCE}, 1, 0)`,
    ...following(stage, body, group),
    'sort 0 +dp_ms +dp_late +dp_seq -dp_role +str(dp_id)',
    ...interrupting(body, group),
    ...steps(body, [...group, ...life.map(() => 'dp_life')], joins),
    ...ending(stage, body),
  ]
  return { predicates: taken.predicates, commands: before }
}

/**
 * No chain spans two boots or clock epochs of a host (event contract §1). Where a key names the host, boot and epoch are
 * a further key. Else a chain may pass from host to host and back, which a key cannot say.
 */
function emitLife(stage: Stage, body: Ordered): readonly string[] {
  const { of, scope, context } = stage
  if (scope.info('host.boot.id') === undefined || body.steps.length < 2) return []
  const events = body.steps.filter((step) => !stage.inner.has(step.rule))
  if (events.length < 2) return []
  const shared = [...of.group.map((key) => events.map((step) => keyField(key, step.rule))), ...(joinedKey(body) ?? [])]
  const named =
    shared.some((fields) => fields.every((field) => oneHostFields.has(field))) ||
    body.steps.slice(1).every((_, at) => body.joins.some((join) => linksHost(join, at)))
  if (named && events.length === body.steps.length) {
    const parts = ['host.boot.id', 'detpack.clock.epoch'].map((name) => `coalesce('${name}', "-")`)
    return [`eval dp_life=${parts.join(' . "," . ')}`]
  }
  const why = 'no key names the host, so that a chain may span two boots or clock epochs of one'
  scope.diagnostics.push(decideApproximation({ node: 'boots', why }, 'spl', of, context, of.span))
  scope.approximations.push({ node: 'boots', why })
  return []
}

/** Whether a join ties a step and the next one to one host. */
function linksHost({ left, right }: Join, step: number): boolean {
  const steps = [left.step, right.step].sort((a, b) => a - b)
  return steps[0] === step && steps[1] === step + 1 && oneHostFields.has(left.field) && oneHostFields.has(right.field)
}

function checkSequence(body: Ordered, { scope }: Stage): void {
  for (const one of body.unless)
    if (one.where !== 'between' && one.within === null)
      scope.refuse(
        `"unless" ${one.where} the chain without a "within": its bound hangs on both ends of the chain`,
        one.span,
        'give it a "within"',
      )
}

function rolesOf(body: Ordered): readonly Role[] {
  const role = (number: number, use: RuleUse, guarded: boolean): Role => ({ number, uses: [use], guarded })
  return [
    ...body.steps.map((step, at) => role(at + 1, step, true)),
    ...(body.until ? [role(0, body.until, false)] : []),
    ...body.unless.map((absence, at) => role(FIRST_ABSENCE + at, absence, false)),
  ]
}

/** For absence after the chain: the time of the next such event, seen from the end. */
function following({ scope }: Stage, body: Ordered, keys: readonly string[]): readonly string[] {
  const after = absences(body, 'after')
  if (after.length === 0) return []
  scope.needSpan()
  return [
    'sort 0 -dp_ms +dp_late',
    `eval ${after.map(([role]) => `dp_x${role}=if(dp_role==${role}, dp_ms, null())`).join(', ')}`,
    `streamstats current=f ${after.map(([role]) => `min(dp_x${role}) AS dp_n${role}`).join(' ')}${by(keys)}`,
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

function steps(body: Ordered, keys: readonly string[], joins: Joins): readonly string[] {
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
    const own = by([...keys, ...joins.keysBefore(at)])
    const made = `eval dp_c${role}=if(${conditions.join(' AND ')}, dp_o . substr(${before}, 33), null())`
    if (!joins.isMixed(at)) return [`streamstats current=f max(dp_c${at}) AS ${before}${own}`, made]
    return [
      `eval dp_s${at}=substr(dp_c${at}, 33)`,
      `streamstats current=f max(dp_s${at}) AS ${before}${own}`,
      `eval dp_c${role}=if(${conditions.join(' AND ')}, dp_o . ${before}, null())`,
    ]
  })
}

/** A complete chain is kept when it is short enough, was not interrupted, and nothing followed that must not. */
function ending(stage: Stage, body: Ordered): readonly string[] {
  const conditions = [`dp_ms-${timeOf('dp_start')}<=${stage.of.timespan}`]
  if (body.until) conditions.push('(isnull(dp_v) OR dp_v<substr(dp_start, 1, 32))')
  for (const [role, one] of absences(body, 'after'))
    if (one.where === 'after' && one.within !== null)
      conditions.push(`(isnull(dp_n${role}) OR dp_n${role}-dp_ms>${one.within})`, `dp_ms+${one.within}<dp_end`)
  return [
    `eval dp_start=substr(dp_c${body.steps.length}, 33)`,
    whereOf(stage, `isnotnull(dp_start) AND ${conditions.join(' AND ')}`),
  ]
}
