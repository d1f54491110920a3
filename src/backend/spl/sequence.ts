import { keyField, type Join, type Ordered, type RuleUse } from '../../ir/rule.ts'
import { decideApproximation } from '../acceptance.ts'
import { joinedKey } from '../joined-key.ts'
import { manyHosts, oneHostFields } from '../one-host.ts'
import { absences, bounding, FIRST_ABSENCE, following, interrupting, latestStart, preceding } from './absence.ts'
import { keptText } from './first-event.ts'
import { emitJoins, type Joins } from './join.ts'
import { ORDER_TEXT, timeOf } from './moment.ts'
import { by, emitGroup, emitRoles, keysOf, whereOf, type Role, type Stage, type StageText } from './stage.ts'

/** The order of rows: a later step before an earlier one of the same place, so that no row sees a step of its own. */
const IN_ORDER = 'sort 0 +dp_ms +dp_late +dp_seq -dp_role +str(dp_id)'

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
 *
 * An absence without a span of its own bounds the start from above (see `bounding`), so that the newest start need not
 * do where an older one does. Every start that is older than one from which a chain reaches the closing event reaches it
 * too, if nothing but its order ties it to the second step; so the newest start up to the bound is the one.
 */
export function emitSequence(stage: Stage, body: Ordered): StageText {
  const roles = rolesOf(body)
  const taken = emitRoles(stage, roles)
  const life = emitLife(stage, body)
  const group = keysOf(stage)
  const joins = emitJoins(stage, body)
  const keys = [...group, ...life.map(() => 'dp_life')]
  checkSequence(body, joins, stage)
  const before = [
    ...taken.commands,
    ...emitGroup(stage, roles),
    ...life,
    ...joins.commands,
    `eval ${ORDER_TEXT}, dp_late=if(dp_role>=${FIRST_ABSENCE}, 1, 0)`,
    ...following(stage, body, group),
    ...preceding(stage, body, group),
    IN_ORDER,
    ...interrupting(body, group),
    ...steps(body, keys, joins, keptText(stage)),
    ...ending(stage, body, [...keys, ...joins.keysBefore(1)]),
    ...(joins.several ? newestOfEach(stage) : []),
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
  scope.diagnostics.push(decideApproximation(manyHosts, 'spl', of, context, of.span))
  scope.approximations.push(manyHosts)
  return []
}

/** Whether a join ties a step and the next one to one host. */
function linksHost({ left, right }: Join, step: number): boolean {
  const steps = [left.step, right.step].sort((a, b) => a - b)
  return steps[0] === step && steps[1] === step + 1 && oneHostFields.has(left.field) && oneHostFields.has(right.field)
}

function checkSequence(body: Ordered, joins: Joins, { scope }: Stage): void {
  const [bound] = bounding(body)
  if (!bound) return
  const [, absence] = bound
  const refuse = (beside: string): void =>
    scope.refuse(
      `"unless" ${absence.where} the chain without a "within", beside ${beside}`,
      absence.span,
      'give it a "within"',
    )
  const [, second] = body.steps
  if (!joins.whole) refuse('a join of some steps only')
  if (body.steps.length > 2 && second?.within !== null && second?.within !== undefined)
    refuse(`the gap before the step "${second.as}"`)
  if (body.steps.length > 2 && body.unless.some((one) => one.where === 'between' && one.after === 0))
    refuse('an absence before the second step')
}

function rolesOf(body: Ordered): readonly Role[] {
  const role = (number: number, use: RuleUse, guarded: boolean): Role => ({ number, uses: [use], guarded })
  return [
    ...body.steps.map((step, at) => role(at + 1, step, true)),
    ...(body.until ? [role(0, body.until, false)] : []),
    ...body.unless.map((absence, at) => role(FIRST_ABSENCE + at, absence, false)),
  ]
}

function steps(body: Ordered, keys: readonly string[], joins: Joins, kept: string): readonly string[] {
  return body.steps.flatMap((_, at) => {
    const role = at + 1
    const conditions = [`dp_role==${role}`]
    if (at === 0) {
      for (const [absent, one] of absences(body, 'before'))
        if (one.where === 'before' && one.within !== null)
          conditions.push(`(isnull(dp_y${absent}) OR dp_ms-dp_y${absent}>${one.within})`)
      return [`eval dp_c1=if(${conditions.join(' AND ')}, dp_o . dp_o . dp_id${kept}, null())`]
    }
    const before = `dp_p${at}`
    conditions.push(`isnotnull(${before})`)
    if (!isLate(body, at)) conditions.push(...gapConditions(body, at, timeOf(before)))
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

/** What a step demands of the time of the one before it. */
function gapConditions(body: Ordered, at: number, before: string): readonly string[] {
  const within = body.steps[at]?.within ?? null
  return [
    ...(within === null ? [] : [`dp_ms-${before}<=${within}`]),
    ...absences(body, 'between').flatMap(([absent, one]) =>
      one.where === 'between' && one.after === at - 1 ? [`(isnull(dp_y${absent}) OR dp_y${absent}<=${before})`] : [],
    ),
  ]
}

/** Whether the demands of a step are looked at in the end: the start is chosen then, and it is the step before. */
function isLate(body: Ordered, at: number): boolean {
  return at === 1 && body.steps.length === 2 && bounding(body).length > 0
}

/** A complete chain is kept when it is short enough, was not interrupted, and nothing followed that must not. */
function ending(stage: Stage, body: Ordered, keys: readonly string[]): readonly string[] {
  const { of } = stage
  const conditions = [`dp_ms-${timeOf('dp_start')}<=${of.timespan}`]
  if (body.until) conditions.push('(isnull(dp_v) OR dp_v<substr(dp_start, 1, 32))')
  const decided: string[] = []
  for (const [role, one] of absences(body, 'after')) {
    if (one.where !== 'after') continue
    if (one.within === null) decided.push(`${timeOf('dp_start')}+${of.timespan}<dp_end`)
    else {
      conditions.push(`(isnull(dp_n${role}) OR dp_n${role}-dp_ms>${one.within})`)
      decided.push(`dp_ms+${one.within}<dp_end`)
    }
  }
  if (isLate(body, 1)) conditions.push(...gapConditions(body, 1, timeOf('dp_start')))
  const bounded = bounding(body)
  const held = ['isnotnull(dp_start)', ...conditions]
  const taken = `eval dp_start=substr(dp_c${body.steps.length}, 33)`
  if (bounded.length === 0) return [taken, whereOf(stage, [...held, ...decided].join(' AND '))]
  return [
    taken,
    ...(body.steps.length === 1 ? onlyStep(stage, body) : chosenStart(stage, body, keys)),
    whereOf(stage, held.join(' AND ')),
    ...(decided.length === 0 ? [] : onceDecided(stage, decided)),
  ]
}

/** A chain of one event starts with its end. */
function onlyStep(stage: Stage, body: Ordered): readonly string[] {
  return [`eval dp_start=if(${latestStart(stage, body)}>=dp_ms, dp_start, null())`]
}

/** The newest start up to the bound: closing events take the place of the bound among the starts, and look back. */
function chosenStart(stage: Stage, body: Ordered, keys: readonly string[]): readonly string[] {
  const closing = body.steps.length
  return [
    `eval dp_bound=if(dp_role==${closing} AND isnotnull(dp_start), ${latestStart(stage, body)}, null())`,
    whereOf(stage, `isnotnull(dp_bound) OR isnotnull(dp_c1)`),
    `eval dp_at=coalesce(dp_bound, dp_ms), dp_late=if(dp_role==${closing}, 1, 0), dp_s=if(dp_role==1, substr(dp_c1, 33), null())`,
    'sort 0 +dp_at +dp_late',
    `streamstats max(dp_s) AS dp_q${by(keys)}`,
    whereOf(stage, 'isnotnull(dp_bound)'),
    `eval dp_start=if(dp_bound>=${timeOf('dp_start')}, dp_start, dp_q)`,
    'sort 0 +dp_ms +dp_seq +str(dp_id)',
  ]
}

/** Alerts are told in the order of their closing events: none before all earlier ones are decided. */
function onceDecided(stage: Stage, decided: readonly string[]): readonly string[] {
  return [
    `eval dp_open=if(${decided.join(' AND ')}, 0, 1)`,
    `streamstats sum(dp_open) AS dp_waits${by(keysOf(stage))}`,
    whereOf(stage, 'dp_waits==0'),
  ]
}

/** Of several rows of one closing event that with the newest start. */
function newestOfEach(stage: Stage): readonly string[] {
  return [
    'sort 0 +dp_ms +dp_late +dp_seq -dp_role +str(dp_id) -str(dp_start)',
    `dedup ${[...keysOf(stage), 'dp_id'].join(' ')}`,
  ]
}
