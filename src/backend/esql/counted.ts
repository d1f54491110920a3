import { keyField, type Correlation, type Program, type RuleUse } from '../../ir/rule.ts'
import { or } from './condition.ts'
import type { Emission } from './emission.ts'
import type { Role } from './group.ts'
import { orderOf, timeOf } from './packed-event.ts'
import { emitRole } from './role.ts'

/**
 * The roles of events that are counted together: one for all rules where each reads the group from the same fields, so
 * that an event is one row; else one for each rule.
 */
export function countedRoles(
  rule: Correlation,
  uses: readonly RuleUse[],
  program: Program,
  emission: Emission,
): readonly Role[] {
  const roles = uses.map((use, index) => emitRole(`rule${index}`, use, true, rule, program, emission))
  const [first] = roles
  if (first === undefined) return []
  const alike = rule.group.every((key) => new Set(roles.map((role) => keyField(key, role.rule))).size === 1)
  return alike ? [{ name: 'counted', rule: first.rule, where: or(roles.map((role) => role.where)) }] : roles
}

/** Whether an event lies in the window that ends with the closing one, both packed. */
export function inWindow(event: string, timespan: number): string {
  return `${orderOf(event)} <= ${orderOf('closing')} AND ` + `${timeOf('closing')} - ${timeOf(event)} <= ${timespan}`
}
