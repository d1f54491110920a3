import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { EVERY_EVENT, type EventFilter } from '../../event/event-filter.ts'
import { namedRules, type EventRule, type Program, type Rule, type RuleId } from '../../ir/rule.ts'
import { PredicateSet } from './predicate-set.ts'

export interface Need {
  /** Whether some rule could use an event. */
  readonly filter: EventFilter
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Which events the rules of a program can use: exactly those that a single-event rule matches which alerts, or which an
 * alerting correlation names, directly or through others; also as an absence or an end. Whatever matches none of them
 * takes no part in any alert.
 *
 * A rule whose predicate cannot be asked here (`engine/need`) may still be asked by a SIEM: then everything is needed.
 */
export function neededBy(program: Program): Need {
  const rules = [...reached(program)].filter((rule): rule is EventRule => rule.kind === 'event')
  const set = new PredicateSet(rules.map((rule) => rule.where))
  const { fields, every } = set
  const needs: EventFilter['needs'] = (values) => set.match(values).length > 0
  if (set.refused.size === 0) return { filter: { fields, every, needs }, diagnostics: [] }
  const diagnostics = [...set.refused].flatMap((place): Diagnostic[] => {
    const rule = rules[place]
    if (rule === undefined) return []
    const message = `what "${rule.title}" needs cannot be told from an event, so every event is taken as needed`
    return [warning('engine/need', message, rule.span)]
  })
  return { filter: EVERY_EVENT, diagnostics }
}

function reached(program: Program): Set<Rule> {
  const found = new Set<Rule>()
  const add = (id: RuleId): void => {
    const rule = program.rules.get(id)
    if (rule === undefined || found.has(rule)) return
    found.add(rule)
    if (rule.kind === 'correlation') for (const named of namedRules(rule)) add(named)
  }
  for (const [id, rule] of program.rules) if (rule.alone) add(id)
  return found
}
