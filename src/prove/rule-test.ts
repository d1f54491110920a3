import type { Alert } from '../event/alert.ts'
import type { EventRecord } from '../event/record.ts'
import { evaluate } from '../engine/stream/evaluate.ts'
import { ruleClosure } from '../ir/rule-closure.ts'
import type { Program, Rule, RuleId } from '../ir/rule.ts'

/** A rule tried on one recording. */
export interface RuleTestOutcome {
  readonly expected: number
  readonly alerts: readonly Alert[]
  readonly passed: boolean
}

/**
 * Runs one rule, and what it names, on a recording and compares the number of its alerts.
 *
 * @param program the mapped program that holds the rule
 */
export function runRuleTest(
  program: Program,
  rule: RuleId,
  events: Iterable<EventRecord>,
  expected: number,
): RuleTestOutcome {
  const { alerts } = evaluate(programOf(program, rule), events)
  const own = alerts.filter((alert) => alert.rule === rule)
  return { expected, alerts: own, passed: own.length === expected }
}

/** The part of a program that one rule needs; the rule itself alerts, whatever `generate` says of it. */
export function programOf(program: Program, wanted: RuleId): Program {
  const rule = program.rules.get(wanted)
  const needed = new Set(rule ? ruleClosure(rule, program) : [])
  const rules = new Map<RuleId, Rule>()
  for (const [id, rule] of program.rules) if (needed.has(rule)) rules.set(id, { ...rule, alone: id === wanted })
  return { rules }
}
