import type { Span } from '../../diagnostic/source.ts'
import type { Correlation, Program, RuleUse } from '../../ir/rule.ts'
import { and, no } from './condition.ts'
import type { Emission } from './emission.ts'
import type { Role } from './group.ts'
import { emitPredicate } from './predicate.ts'

/**
 * The role of the events of a rule that a correlation names. A correlation of correlations is refused: its alerts are
 * no documents.
 *
 * @param guarded whether the correlation's guard must hold (steps and counted events), or not (absences)
 */
export function emitRole(
  name: string,
  use: RuleUse,
  guarded: boolean,
  of: Correlation,
  program: Program,
  emission: Emission,
): Role {
  const rule = program.rules.get(use.rule)
  if (rule?.kind !== 'event') {
    refuseInner(use.span, emission)
    return { name, rule: use.rule, where: no }
  }
  const where = emitPredicate(rule.where, emission)
  return { name, rule: use.rule, where: guarded ? and([where, emitPredicate(of.guard, emission)]) : where }
}

function refuseInner(span: Span, emission: Emission): void {
  emission.refuse('a correlation of the alerts of another correlation', span)
}
