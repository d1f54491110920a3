import { applyPlan, type ApplyOptions, type ApplyResult } from '../../src/target/apply.ts'
import { planDeployment, type DeploymentOptions } from '../../src/target/deployment.ts'
import type { BlockedObject, Desired, DesiredObject } from '../../src/target/object.ts'
import type { PackIdentity, Plan, Planning } from '../../src/target/plan.ts'
import type { Target } from '../../src/target/target.ts'

export const PACK: PackIdentity = { name: 'agents', version: '1.2.0', digest: 'a'.repeat(64) }

/** A pack of these objects, all of them. */
export function packOf(objects: readonly DesiredObject[], blocked: readonly BlockedObject[] = []): Desired {
  return { objects, blocked }
}

export function options(more: Partial<DeploymentOptions> = {}): DeploymentOptions {
  return { pack: PACK, prune: true, overwrite: new Set(), adopt: new Set(), ...more }
}

/** The plan, or the reasons why there is none as an error. */
export function planOf(planning: Planning): Plan {
  if (planning.kind === 'failed') throw new Error(planning.diagnostics.map((one) => one.message).join('\n'))
  return planning.plan
}

export async function plan(desired: Desired, target: Target, more: Partial<DeploymentOptions> = {}): Promise<Plan> {
  return planOf(await planDeployment(desired, target, options(more)))
}

export async function apply(planned: Plan, target: Target, more: Partial<ApplyOptions> = {}): Promise<ApplyResult> {
  return applyPlan(planned, target, { by: 'tester@here', ...more })
}

export async function deploy(desired: Desired, target: Target, more: Partial<ApplyOptions> = {}): Promise<ApplyResult> {
  return apply(await plan(desired, target), target, more)
}

/** `kind id` of each action. */
export function summary(planned: Plan): readonly string[] {
  return planned.actions.map((action) => `${action.kind} ${action.object.id}`)
}

/** `result id` of each outcome. */
export function results(applied: ApplyResult): readonly string[] {
  return applied.outcomes.map((one) => `${one.result} ${one.action.object.id}`)
}

/**
 * The cuts of a run that made these requests: before each was carried out, and after. Of what changes nothing both are the
 * same.
 */
export function cuts(
  requests: readonly string[],
): readonly { readonly after: number; readonly answer: 'drop' | 'lose' }[] {
  return requests.flatMap((request, after) => [
    { after, answer: 'drop' as const },
    ...(/^GET |_export/.test(request) ? [] : [{ after, answer: 'lose' as const }]),
  ])
}
