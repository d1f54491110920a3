import type { ApplyResult, Plan } from '../../../target/plan.ts'

/** The plan as it is and, when it was applied, what became of each object: `done`, `nothing`, `failed`, `skipped`. */
export function renderPlanJson(plan: Plan, applied: ApplyResult | undefined): string {
  const outcomes = applied?.outcomes.map(({ action, result }) => ({ object: action.object, result })) ?? null
  return `${JSON.stringify({ plan, outcomes }, null, 2)}\n`
}
