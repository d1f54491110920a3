import { createInterface } from 'node:readline/promises'
import { hasErrors } from '../../diagnostic/diagnostic.ts'
import { writes, type ApplyOptions, type ApplyResult, type Plan, type Planning } from '../../target/plan.ts'
import type { Shared } from '../shared.ts'
import { ExitCode } from '../exit-code.ts'
import { desiredElastic, elasticConnection, type ElasticOptions } from '../elastic.ts'
import { desiredLocal, localStoreFile } from '../local-store.ts'
import { loadMappedRules, type MappedRules } from '../packs.ts'
import { renderPlanJson } from '../render/plan/json.ts'
import { renderOutcomes, renderPlan } from '../render/plan/text.ts'
import { exitCodeOf, exitCodeOfTarget, report } from '../report.ts'
import { OutputLost, paintFor, produce, say } from '../terminal.ts'
import { Unusable } from '../unusable.ts'
import { applyLocal, planLocal } from '../../target/local/deploy.ts'
import { applyElastic, planElastic } from '../../target/elastic/deploy.ts'

export interface DeployOptions extends ElasticOptions {
  readonly target: 'local' | 'elastic'
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly prune?: boolean
  readonly format: 'text' | 'json'
  readonly mapping?: string
  readonly pipeline?: readonly string[]
  readonly store?: string
}

/** A target, bound to where it is and to what the pack wants there. */
interface Destination {
  plan(): Promise<Planning>
  apply(plan: Plan, options: ApplyOptions): Promise<ApplyResult>
}

/** Shows the plan, then does exactly it. A rule with a mistake stops everything: half a pack is not deployed. */
export async function deploy(shared: Shared, options: DeployOptions): Promise<ExitCode> {
  const loaded = loadMappedRules([], options.mapping, { pipelines: options.pipeline })
  if (hasErrors(loaded.diagnostics)) {
    report(loaded.diagnostics, shared.color)
    say('nothing was changed: the pack has errors')
    return exitCodeOf(loaded.diagnostics)
  }
  const destination = destinationOf(loaded, options, shared)
  const planning = await destination.plan()
  report(planning.diagnostics, shared.color)
  if (planning.kind === 'failed') {
    say('nothing was changed')
    return exitCodeOfTarget(planning.diagnostics)
  }
  const { plan } = planning
  const paint = paintFor(process.stdout, shared.color)
  if (options.format === 'text' && !(await shown(renderPlan(plan, paint))))
    throw new Unusable('nothing was changed: the plan could not be shown')
  if (options.dryRun === true) {
    if (options.format === 'json') await produce(renderPlanJson(plan, undefined))
    return codeOfPlan(plan)
  }
  if (plan.actions.some(writes) && !(await agreed(options))) {
    say('nothing was changed')
    return ExitCode.no
  }
  const result = await destination.apply(plan, { onProgress: showProgress() })
  report(result.diagnostics, shared.color)
  await shown(options.format === 'json' ? renderPlanJson(plan, result) : renderOutcomes(result.outcomes, paint))
  return exitCodeOfTarget(result.diagnostics) || codeOfPlan(plan)
}

/** False when nobody reads; what was done, and how it ended, stands nevertheless. */
async function shown(text: string): Promise<boolean> {
  try {
    await produce(text)
    return true
  } catch (problem) {
    if (problem instanceof OutputLost) return false
    throw problem
  }
}

function destinationOf(loaded: MappedRules, options: DeployOptions, shared: Shared): Destination {
  switch (options.target) {
    case 'local': {
      const file = localStoreFile(loaded.configuration, options.store)
      const { desired, diagnostics } = desiredLocal(loaded, options.prune === true)
      report(diagnostics, shared.color)
      return { plan: () => planLocal(desired, file), apply: (plan, how) => applyLocal(plan, file, how) }
    }
    case 'elastic': {
      const connection = elasticConnection(loaded, options)
      const { desired, diagnostics } = desiredElastic(loaded, options.prune === true)
      report(diagnostics, shared.color)
      return {
        plan: () => planElastic(desired, connection),
        apply: (plan, how) => applyElastic(plan, connection, how),
      }
    }
  }
}

/** A plan that leaves something out is not a yes. */
function codeOfPlan(plan: Plan): ExitCode {
  return plan.actions.some((action) => action.kind === 'blocked') ? ExitCode.no : ExitCode.ok
}

/** Asks on a terminal. Where nobody can answer, the plan has been shown and running the command is the agreement. */
async function agreed(options: DeployOptions): Promise<boolean> {
  if (options.yes === true || !process.stdin.isTTY || !process.stderr.isTTY) return true
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await prompt.question('Do this? [y/N] ')).trim())
  } finally {
    prompt.close()
  }
}

function showProgress(): NonNullable<ApplyOptions['onProgress']> {
  if (!process.stderr.isTTY) return () => undefined
  return ({ done, total, action }) => {
    process.stderr.write(`\r\u001b[K${done}/${total} ${action.object.kind} ${action.object.id}`)
    if (done === total) process.stderr.write('\r\u001b[K')
  }
}
