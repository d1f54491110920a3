import { keyField, type Correlation, type RuleUse } from '../../ir/rule.ts'
import { or } from './condition.ts'
import { orderOf, timeOf } from './item.ts'
import { roleOf, type Flow, type Role, type Stage } from './stage.ts'

/** Into so many slices a window is cut: more make more rows of each item, fewer make more pairs at once. */
const SLICES = 4

/**
 * Pairs each closing item with those in the time before it, itself included. Time is cut into slices, and an item is
 * looked for in its own slice and in as many behind it as a window reaches; so an item meets those of its group in little
 * more than one timespan, not those of all time.
 *
 * @param entry what is paired with `closing`, as an expression over the columns of a row; the column `entry` holds it
 */
export function windowPairs(timespan: number, entry: string, flow: Flow): readonly string[] {
  const length = Math.max(1, Math.ceil(timespan / SLICES))
  const reach = Math.ceil(timespan / length)
  const ahead = Array.from({ length: reach + 1 }, (_, at) => at)
  return [
    `EVAL closing = ${flow.worked('event')}, entry = ${flow.worked(entry)}, ahead = ${flow.worked(`[${ahead.join(', ')}]`)}`,
    'MV_EXPAND ahead',
    `EVAL slice = ${timeOf('event')} / ${length} + ahead`,
    `STATS closing = VALUES(closing) WHERE ahead == 0, entry = VALUES(entry)${flow.by('slice')}`,
    'MV_EXPAND closing',
    'MV_EXPAND entry',
  ]
}

/** Whether an item lies in the window that ends with the closing one. */
export function inWindow(item: string, timespan: number): string {
  return `${orderOf(item)} <= ${orderOf('closing')} AND ${timeOf('closing')} - ${timeOf(item)} <= ${timespan}`
}

/**
 * The roles of items that are counted together: one for all rules where each reads the group from the same fields, so
 * that an event is one row; else one for each rule.
 */
export function countedRoles(stage: Stage, uses: readonly RuleUse[]): readonly Role[] {
  const roles = uses.map((use, index) => roleOf(`rule${index}`, use, true, stage))
  const [first] = roles
  if (first === undefined || !isAlike(stage.of, roles)) return roles
  const where = or(roles.flatMap((role) => role.where ?? []))
  return [{ name: `${stage.prefix}counted`, rule: first.rule, where }]
}

function isAlike(of: Correlation, roles: readonly Role[]): boolean {
  if (roles.some((role) => role.where === null)) return false
  return of.group.every((key) => new Set(roles.map((role) => keyField(key, role.rule))).size === 1)
}
