import { createInterface } from 'node:readline/promises'
import { printable } from '../diagnostic/frame.ts'
import { applyPlan, type ApplyOptions } from '../target/apply.ts'
import { renderPlanFile } from '../target/plan-file.ts'
import { writes, type Plan, type Planning } from '../target/plan.ts'
import type { Target } from '../target/target.ts'
import { operator } from './deployment.ts'
import { ExitCode } from './exit-code.ts'
import type { PreviewOptions } from './preview.ts'
import { renderPlanJson } from './render/plan/json.ts'
import { renderOutcomes, renderPlan } from './render/plan/text.ts'
import { exitCodeOfTarget, report } from './report.ts'
import type { Shared } from './shared.ts'
import { OutputLost, paintFor, produce, say } from './terminal.ts'
import { Unusable } from './unusable.ts'
import { writeWhole } from './whole-file.ts'

export interface CarryOutOptions extends PreviewOptions {
  readonly dryRun?: boolean
  /** Where the plan is written, to be done later. */
  readonly out?: string
  readonly yes?: boolean
  /** The file of a plan that was looked at before. */
  readonly plan?: string
  readonly atomic?: boolean
}

/**
 * Shows a plan, asks, and does exactly it: the one way in which anything is changed in a target.
 *
 * @param agree asks; an `Unusable` where nobody can answer, unless the agreement was given beforehand
 */
export async function carryOut(
  planning: Planning,
  target: Target,
  options: CarryOutOptions,
  shared: Shared,
  agree: (plan: Plan) => Promise<boolean> = (of) => agreed(of, options),
): Promise<ExitCode> {
  report(planning.diagnostics, shared.color)
  if (planning.kind === 'failed') {
    say('nothing was changed')
    return exitCodeOfTarget(planning.diagnostics)
  }
  const { plan } = planning
  const paint = paintFor(process.stdout, shared.color)
  if (options.format === 'text' && !(await shown(renderPlan(plan, paint))))
    throw new Unusable('nothing was changed: the plan could not be shown')
  if (options.out !== undefined) keepPlan(plan, options.out)
  if (options.preview !== undefined) {
    const { preview } = await import('./preview.ts')
    return (await preview(plan, target, options, shared)) || codeOfPlan(plan)
  }
  if (options.dryRun === true) {
    if (options.format === 'json') await produce(renderPlanJson(plan, undefined))
    return codeOfPlan(plan)
  }
  if (plan.actions.some(writes)) {
    if (target.receipts === null)
      say(`no receipt can be kept in ${target.place.at}: what is done here cannot be rolled back`)
    if (!(await agree(plan))) {
      say('nothing was changed')
      return ExitCode.no
    }
  }
  const progress = showProgress()
  const result = await applyPlan(plan, target, {
    by: operator(),
    // The local store is one transaction in any case.
    atomic: options.atomic === true || plan.place.kind === 'local',
    onProgress: progress.show,
  })
  progress.end()
  report(result.diagnostics, shared.color)
  await shown(options.format === 'json' ? renderPlanJson(plan, result) : renderOutcomes(result, paint))
  return exitCodeOfTarget(result.diagnostics) || codeOfPlan(plan)
}

function keepPlan(plan: Plan, file: string): void {
  writeWhole(file, renderPlanFile(plan))
  say(`the plan is kept in ${file}; "detpack deploy --plan ${file}" does it`)
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

/** A plan that leaves something out is not a yes. */
function codeOfPlan(plan: Plan): ExitCode {
  return plan.actions.some((action) => action.kind === 'blocked') ? ExitCode.no : ExitCode.ok
}

async function agreed({ place }: Plan, { yes, plan }: CarryOutOptions): Promise<boolean> {
  if (yes === true) return true
  const answer = await ask('Do this? [y/N] ')
  if (answer !== undefined) return /^y(es)?$/i.test(answer)
  // The store of this machine is nobody else's.
  if (plan !== undefined || place.kind === 'local') return true
  const ways = 'say --yes, or keep the plan with --out and do it, once it was looked at, with --plan'
  throw new Unusable(`nothing was changed: nobody can be asked here; ${ways}`)
}

/** What somebody on the terminal answers; undefined where nobody can. */
export async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await prompt.question(question)).trim()
  } finally {
    prompt.close()
  }
}

function showProgress(): { readonly show: NonNullable<ApplyOptions['onProgress']>; readonly end: () => void } {
  if (!process.stderr.isTTY) return { show: () => undefined, end: () => undefined }
  return {
    show: ({ done, total, action }) =>
      void process.stderr.write(`\r\u001b[K${done}/${total} ${action.object.kind} ${printable(action.object.id)}`),
    end: () => void process.stderr.write('\r\u001b[K'),
  }
}
