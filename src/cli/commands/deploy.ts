import { readFileSync } from 'node:fs'
import { error, hasErrors, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { reason } from '../../pack/system-reason.ts'
import { planDeployment } from '../../target/deployment.ts'
import { readPlanFile } from '../../target/plan-file.ts'
import type { Planning } from '../../target/plan.ts'
import { carryOut, type CarryOutOptions } from '../carry-out.ts'
import { openTarget, selectOnly, withDeployment, type Deployment, type TargetOptions } from '../deployment.ts'
import { ExitCode } from '../exit-code.ts'
import { loadUsableConfiguration } from '../packs.ts'
import { exitCodeOf, report } from '../report.ts'
import type { Shared } from '../shared.ts'
import { say } from '../terminal.ts'
import { Unusable } from '../unusable.ts'

export interface PlanningOptions extends TargetOptions {
  readonly only?: readonly string[]
  readonly prune?: boolean
  readonly overwrite?: readonly string[]
  readonly adopt?: readonly string[]
}

export interface DeployOptions extends Omit<PlanningOptions, 'target'>, CarryOutOptions {
  readonly target?: string
  /** A plan that was made before. */
  readonly plan?: string
}

/** Shows the plan, then does exactly it. A rule with a mistake stops everything: half a pack is not deployed. */
export async function deploy(shared: Shared, options: DeployOptions): Promise<ExitCode> {
  // Before anybody is asked anything.
  if (options.preview !== undefined) (await import('../preview.ts')).previewed(options.preview)
  if (options.plan !== undefined) return deployPlan(shared, options.plan, options)
  const { target: name } = options
  if (name === undefined)
    throw new Unusable('where to? -t elastic, -t splunk, -t local, or the name of a target in detpack.yml')
  return withDeployment({ ...options, target: name }, async (deployment) => {
    if (hasErrors(deployment.diagnostics)) {
      report(deployment.diagnostics, shared.color)
      say('nothing was changed: the pack has errors')
      return exitCodeOf(deployment.diagnostics)
    }
    const refusal = await whyNotYet(deployment, options)
    if (refusal !== undefined) {
      report([refusal], shared.color)
      say('nothing was changed')
      return ExitCode.no
    }
    return carryOut(await planOf(deployment, { ...options, target: name }), deployment.target, options, shared)
  })
}

/** The plan that the pack, the target and the options make. */
export async function planOf(deployment: Deployment, options: PlanningOptions): Promise<Planning> {
  const { only = [], overwrite = [], adopt = [] } = options
  if (only.length > 0 && options.prune === true) throw new Unusable('--prune needs the whole pack: not with --only')
  const desired = selectOnly(deployment.desired, only, deployment.loaded.selected)
  const planning = await planDeployment(desired, deployment.target, {
    pack: deployment.pack,
    prune: options.prune === true,
    overwrite: new Set(overwrite),
    adopt: new Set(adopt),
  })
  return { ...planning, diagnostics: [...deployment.diagnostics, ...planning.diagnostics] }
}

/** Does a plan that was made, and looked at, before. The target's name and place are in it. */
async function deployPlan(shared: Shared, file: string, options: DeployOptions): Promise<ExitCode> {
  const read = readPlanFile(textOf(file), file)
  if (read.diagnostic !== undefined) {
    report([read.diagnostic], shared.color)
    say('nothing was changed')
    return ExitCode.unusable
  }
  const { plan } = read
  const target = await openTarget(loadUsableConfiguration('.'), {
    ...options,
    target: options.target ?? plan.place.name,
  })
  try {
    return await carryOut({ kind: 'plan', plan, diagnostics: [] }, target, options, shared)
  } finally {
    await target.close()
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (problem) {
    throw new Unusable(`cannot read the plan "${file}": ${reason(problem)}`)
  }
}

/** A target that comes after another takes only the state of the pack that the other holds. */
async function whyNotYet(
  { loaded, pack, settings }: Deployment,
  options: DeployOptions,
): Promise<Diagnostic | undefined> {
  const { after } = settings
  if (after === null) return undefined
  // Addresses on the command line are those of the target that is deployed to.
  const { mapping, pipeline, secretStdin } = options
  const before = await openTarget(loaded.configuration, {
    target: after,
    ...(mapping !== undefined && { mapping }),
    ...(pipeline !== undefined && { pipeline }),
    ...(secretStdin !== undefined && { secretStdin }),
  })
  try {
    if (before.receipts === null) {
      const hint = 'receipts of Elastic are kept in Elasticsearch: give its address as well'
      const message = `no receipts are kept in "${after}", so that nobody can say what it holds`
      return error('target/not-promoted', message, undefined, { hint })
    }
    const heads = await before.receipts.heads(pack.name, 1)
    if (heads.kind === 'failed') return heads.diagnostic
    const last = heads.value[0]
    if (last?.state === 'done' && last.purpose === 'deploy' && last.pack.digest === pack.digest) return undefined
    const there =
      last === undefined
        ? 'holds nothing of it'
        : `had ${last.purpose} ${last.state} of digest ${last.pack.digest.slice(0, 12)}`
    const message = `the pack (digest ${pack.digest.slice(0, 12)}) is not deployed to "${after}" yet, which ${there}`
    return error('target/not-promoted', message, undefined, {
      hint: `deploy it to "${after}" first, and look at it there`,
    })
  } finally {
    await before.close()
  }
}
