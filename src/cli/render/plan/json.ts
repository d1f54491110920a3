import type { ApplyResult } from '../../../target/apply.ts'
import { planDigest } from '../../../target/plan-file.ts'
import type { Plan } from '../../../target/plan.ts'
import type { RulePreview } from '../../../target/preview.ts'

/**
 * The plan as it is with its digest and, when it was applied, the receipt and what became of each object: `done`,
 * `nothing`, `failed`, `skipped`, `undone`.
 *
 * @param previews what its rules would have found, where that was asked
 */
export function renderPlanJson(
  plan: Plan,
  applied: ApplyResult | undefined,
  previews?: readonly RulePreview[],
): string {
  const outcomes = applied?.outcomes.map(({ action, result }) => ({ object: action.object, result })) ?? null
  const receipt = applied?.receipt ?? null
  return `${JSON.stringify({ plan, digest: planDigest(plan), outcomes, receipt, previews }, null, 2)}\n`
}
