import type { RuleId, Unordered } from '../../ir/rule.ts'
import { emitPresence } from './presence.ts'
import { roleOf, type Flow, type Role, type Stage, type StageForm } from './stage.ts'
import { inWindow, windowPairs } from './window.ts'

/** Two digits before the item say which rule it matched. */
const MOST_RULES = 90
const FIRST_NUMBER = 10

/**
 * Some rules within a time, in whatever order: at each item, the newest match of each rule in the window that ends with
 * it decides the condition and where the window begins; the earliest such item for each start closes the alert.
 */
export function formUnordered(stage: Stage, body: Unordered): StageForm {
  const { of, emission } = stage
  const rules = [...new Map(body.of.map((use) => [use.rule, use])).values()]
  if (rules.length > MOST_RULES) emission.refuse(`more than ${MOST_RULES} rules in any order`, of.span)
  const roles = rules.map((use, index) => roleOf(String(FIRST_NUMBER + index), use, true, stage))
  return {
    roles,
    columns: [],
    lives: false,
    cost: 'pairs',
    lines: (flow) => unorderedLines(body, roles, of.timespan, flow),
  }
}

function unorderedLines(body: Unordered, roles: readonly Role[], timespan: number, flow: Flow): readonly string[] {
  const [first] = roles
  const length = first?.name.length ?? 0
  const newestOf = (rule: RuleId): string => `newest${roles.findIndex((role) => role.rule === rule) + FIRST_NUMBER}`
  const { holds, start } = emitPresence(body.condition, newestOf, { column: 'matched', suffix: length })
  const newest = roles.map(({ name, rule }) => `${newestOf(rule)} = MAX(event) WHERE role == "${name}"`)
  return [
    ...windowPairs(timespan, 'CONCAT(role, event)', flow),
    `EVAL role = SUBSTRING(entry, 1, ${length}), event = SUBSTRING(entry, ${length + 1})`,
    flow.where(inWindow('event', timespan)),
    `STATS event = MAX(event)${flow.by('closing', 'role')}`,
    // Two rules may have the same newest match, and both count.
    `STATS ${newest.join(', ')}, matched = VALUES(CONCAT(event, role))${flow.by('closing')}`,
    `EVAL matched = MV_SORT(matched, "DESC")`,
    flow.where(holds.text),
    `EVAL start = ${start}`,
    `STATS closing = MIN(closing)${flow.by('start')}`,
  ]
}
