import { hasErrors, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { writes, type ApplyOptions, type ApplyResult, type Outcome, type Plan, type PlanAction } from './plan.ts'

/** Does one writing action and reads it back; gives what went wrong. */
export type Doer = (action: PlanAction) => Promise<readonly Diagnostic[]>

/**
 * Does the actions of a plan one after the other, and stops at the first that fails: what came before it is done, what
 * comes after is not tried, and the outcomes say which.
 *
 * @param check runs before the first write; when it finds an error nothing is written
 */
export async function applyStepwise(
  plan: Plan,
  check: () => Promise<readonly Diagnostic[]>,
  act: Doer,
  options: ApplyOptions,
): Promise<ApplyResult> {
  const total = plan.actions.filter(writes).length
  const diagnostics: Diagnostic[] = total === 0 ? [] : [...(await check())]
  const outcomes: Outcome[] = []
  let done = 0
  for (const action of plan.actions) {
    if (!writes(action)) {
      outcomes.push({ action, result: 'nothing' })
      continue
    }
    if (hasErrors(diagnostics)) {
      outcomes.push({ action, result: 'skipped' })
      continue
    }
    const found = await act(action)
    diagnostics.push(...found)
    outcomes.push({ action, result: hasErrors(found) ? 'failed' : 'done' })
    done++
    options.onProgress?.({ done, total, action })
  }
  return { outcomes, diagnostics }
}
