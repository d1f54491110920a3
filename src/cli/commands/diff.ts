import { hasErrors } from '../../diagnostic/diagnostic.ts'
import { writes } from '../../target/plan.ts'
import { withDeployment } from '../deployment.ts'
import { ExitCode } from '../exit-code.ts'
import { renderPlanJson } from '../render/plan/json.ts'
import { renderPlan } from '../render/plan/text.ts'
import { exitCodeOf, exitCodeOfTarget, report } from '../report.ts'
import type { Shared } from '../shared.ts'
import { paintFor, produce } from '../terminal.ts'
import { planOf, type PlanningOptions } from './deploy.ts'

export interface DiffOptions extends PlanningOptions {
  readonly format: 'text' | 'json'
}

/** What differs between the pack and a target, each field as last written, as it is and as wanted. 1 when anything does. */
export async function diff(shared: Shared, options: DiffOptions): Promise<ExitCode> {
  return withDeployment(options, async (deployment) => {
    if (hasErrors(deployment.diagnostics)) {
      report(deployment.diagnostics, shared.color)
      return exitCodeOf(deployment.diagnostics)
    }
    // What is there and no longer wanted differs as well; nothing is deleted by looking.
    const planning = await planOf(deployment, { ...options, prune: options.only === undefined })
    report(planning.diagnostics, shared.color)
    if (planning.kind === 'failed') return exitCodeOfTarget(planning.diagnostics)
    const { plan } = planning
    const paint = paintFor(process.stdout, shared.color)
    await produce(options.format === 'json' ? renderPlanJson(plan, undefined) : renderPlan(plan, paint))
    return plan.actions.some((action) => writes(action) || action.kind === 'blocked') ? ExitCode.no : ExitCode.ok
  })
}
