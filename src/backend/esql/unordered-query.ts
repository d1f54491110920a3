import type { Correlation, Presence, Program, RuleId, Unordered } from '../../ir/rule.ts'
import type { NativeQuery } from '../backend.ts'
import { inWindow } from './counted.ts'
import type { Emission } from './emission.ts'
import { by, emitGroup, emitRoles } from './group.ts'
import { packedEvent } from './packed-event.ts'
import { emitAlertRow, from, needIdentity, pipeline } from './query-text.ts'
import { emitRole } from './role.ts'

/** Two digits before the packed event say which rule it matched. */
const RULE_DIGITS = 2
const MOST_RULES = 90

/**
 * All of some rules within a time, in whatever order: at each event, the newest match of each rule up to it; the oldest
 * of these is the start, and the earliest such event for each start closes the alert.
 */
export function emitUnorderedQuery(
  rule: Correlation,
  body: Unordered,
  program: Program,
  emission: Emission,
): Pick<NativeQuery, 'text' | 'identity'> {
  needIdentity(emission)
  const needed = allOf(body.condition)
  if (body.of.length > MOST_RULES) emission.refuse(`more than ${MOST_RULES} rules in any order`, rule.span)
  if (needed === undefined || needed.length !== new Set(body.of.map((use) => use.rule)).size)
    emission.refuse('a condition over rules other than that all of them match', rule.span)
  const roles = body.of.map((use, index) => emitRole(String(10 + index), use, true, rule, program, emission))
  const group = emitGroup(rule, roles, emission)
  const end = emitAlertRow(rule, group.columns)
  const newest = roles.map((role) => `newest${role.name}`)
  const text = pipeline(emission, from(emission), [
    ...emitRoles(roles),
    ...group.lines,
    `EVAL event = ${packedEvent}`,
    `STATS closing = VALUES(event), match = VALUES(CONCAT(role, event))${by(group.columns)}`,
    'MV_EXPAND closing',
    'MV_EXPAND match',
    `EVAL role = SUBSTRING(match, 1, ${RULE_DIGITS}), event = SUBSTRING(match, ${RULE_DIGITS + 1})`,
    `WHERE ${inWindow('event', rule.timespan)}`,
    `STATS ${roles.map(({ name }) => `newest${name} = MAX(event) WHERE role == "${name}"`).join(', ')}${by(['closing', ...group.columns])}`,
    `WHERE ${newest.map((name) => `${name} IS NOT NULL`).join(' AND ')}`,
    `EVAL start = ${newest.length === 1 ? (newest[0] ?? '') : `LEAST(${newest.join(', ')})`}`,
    `STATS closing = MIN(closing)${by(['start', ...group.columns])}`,
    ...end.lines,
  ])
  return { text, identity: end.identity }
}

/** The rules that must all have matched; undefined for any other condition. */
function allOf(condition: Presence): readonly RuleId[] | undefined {
  switch (condition.op) {
    case 'rule':
      return [condition.rule]
    case 'all': {
      const parts = condition.of.map(allOf)
      return parts.some((part) => part === undefined) ? undefined : [...new Set(parts.flatMap((part) => part ?? []))]
    }
    case 'any':
    case 'not':
    case 'count':
      return undefined
  }
}
