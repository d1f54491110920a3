import type { Correlation, Presence, Program, RuleId, Unordered } from '../../ir/rule.ts'
import type { NativeQuery } from '../backend.ts'
import type { Emission } from './emission.ts'
import { by, emitGroup, emitRoles } from './group.ts'
import { orderOf, packedEvent, timeOf } from './packed-event.ts'
import { emitAlertRow, from, needIdentity, pipeline } from './query-text.ts'
import { emitRole } from './role.ts'

/** Each rule multiplies the pairs that are made; more than these are not worth a node's memory. */
const MOST_RULES = 4

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
  if (needed === undefined || needed.length !== new Set(body.of.map((use) => use.rule)).size)
    emission.refuse('a condition over rules other than that all of them match', rule.span)
  if (body.of.length > MOST_RULES)
    emission.refuse(`more than ${MOST_RULES} rules in any order`, body.of[MOST_RULES]?.span)
  const roles = body.of.map((use, index) => emitRole(`rule${index}`, use, true, rule, program, emission))
  const group = emitGroup(rule, roles, emission)
  const end = emitAlertRow(rule, group.columns)
  const names = roles.map((role) => role.name)
  const text = pipeline(emission, from(emission), [
    ...emitRoles(roles),
    ...group.lines,
    `EVAL event = ${packedEvent}`,
    `STATS closing = VALUES(event), ${names.map((name) => `${name} = VALUES(event) WHERE role == "${name}"`).join(', ')}${by(group.columns)}`,
    'MV_EXPAND closing',
    ...names.flatMap((name, index) =>
      newestUpToClosing(name, names.slice(0, index), names.slice(index + 1), group.columns),
    ),
    `EVAL start = ${names.length === 1 ? (names[0] ?? '') : `LEAST(${names.join(', ')})`}`,
    `WHERE ${timeOf('closing')} - ${timeOf('start')} <= ${rule.timespan}`,
    `STATS closing = MIN(closing)${by(['start', ...group.columns])}`,
    ...end.lines,
  ])
  return { text, identity: end.identity }
}

function newestUpToClosing(
  name: string,
  done: readonly string[],
  later: readonly string[],
  columns: readonly string[],
): readonly string[] {
  const carried = [...done.map((one) => `, ${one} = MAX(${one})`), ...later.map((one) => `, ${one} = VALUES(${one})`)]
  return [
    `MV_EXPAND ${name}`,
    `WHERE ${orderOf(name)} <= ${orderOf('closing')}`,
    `STATS ${name} = MAX(${name})${carried.join('')}${by(['closing', ...columns])}`,
  ]
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
