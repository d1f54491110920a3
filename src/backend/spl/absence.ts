import type { Absence, Ordered } from '../../ir/rule.ts'
import { by, type Stage } from './stage.ts'

/** Roles of absent events start here; steps are 1, 2, …, and `until` is 0. */
export const FIRST_ABSENCE = 100

/** Later than every event. */
const NEVER = '999999999999999'

export type NumberedAbsence = readonly [role: number, absence: Absence]

/** The absences of one kind, each with the role of its events. */
export function absences(body: Ordered, where: Absence['where']): readonly NumberedAbsence[] {
  return [...body.unless.entries()]
    .filter(([, one]) => one.where === where)
    .map(([at, one]) => [FIRST_ABSENCE + at, one] as const)
}

/**
 * Absences before and after the chain without a span of their own: not in [last − timespan, first), and not in (last,
 * first + timespan]. Both say of a closing event that the chain may not start after some time.
 */
export function bounding(body: Ordered): readonly NumberedAbsence[] {
  return [...absences(body, 'before'), ...absences(body, 'after')].filter(
    ([, one]) => one.where !== 'between' && one.within === null,
  )
}

/** For absence after the chain: the time of the next such event, seen from the end. */
export function following({ scope }: Stage, body: Ordered, keys: readonly string[]): readonly string[] {
  const after = absences(body, 'after')
  if (after.length === 0) return []
  scope.needSpan()
  return [
    'sort 0 -dp_ms +dp_late',
    `eval ${after.map(([role]) => `dp_x${role}=if(dp_role==${role}, dp_ms, null())`).join(', ')}`,
    `streamstats current=f ${after.map(([role]) => `min(dp_x${role}) AS dp_n${role}`).join(' ')}${by(keys)}`,
  ]
}

/**
 * For absence before the chain without a span of its own: the oldest such event in the timespan before each closing
 * event, seen from the end by the closing event at the place where its timespan begins.
 */
export function preceding({ of }: Stage, body: Ordered, keys: readonly string[]): readonly string[] {
  const before = bounding(body).filter(([, one]) => one.where === 'before')
  if (before.length === 0) return []
  return [
    `eval ${[
      `dp_at=if(dp_role==${body.steps.length}, dp_ms-${of.timespan}, dp_ms)`,
      ...before.map(([role]) => `dp_x${role}=if(dp_role==${role}, dp_ms, null())`),
    ].join(', ')}`,
    'sort 0 -dp_at -dp_late',
    `streamstats current=f ${before.map(([role]) => `min(dp_x${role}) AS dp_m${role}`).join(' ')}${by(keys)}`,
  ]
}

/** For `until` and absence before or between: the newest such event before each row. */
export function interrupting(body: Ordered, keys: readonly string[]): readonly string[] {
  const before = absences(body, 'before').filter(([, one]) => one.where === 'before' && one.within !== null)
  const earlier = [...before, ...absences(body, 'between')]
  const evals = earlier.map(([role]) => `dp_x${role}=if(dp_role==${role}, dp_ms, null())`)
  const newest = earlier.map(([role]) => `max(dp_x${role}) AS dp_y${role}`)
  if (body.until) {
    evals.push('dp_u=if(dp_role==0, dp_o, null())')
    newest.push('max(dp_u) AS dp_v')
  }
  if (evals.length === 0) return []
  return [`eval ${evals.join(', ')}`, `streamstats current=f ${newest.join(' ')}${by(keys)}`]
}

/** The last millisecond in which a chain that ends in the row may have started. */
export function latestStart({ of }: Stage, body: Ordered): string {
  const bounds = bounding(body).map(([role, one]) =>
    one.where === 'before' ? `coalesce(dp_m${role}, ${NEVER})` : `coalesce(dp_n${role}-${of.timespan + 1}, ${NEVER})`,
  )
  const [only] = bounds
  return bounds.length === 1 && only !== undefined ? only : `min(${bounds.join(', ')})`
}
