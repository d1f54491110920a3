import { mergeAlerts, type RegisteredAlert } from '../../../govern/triage/register.ts'
import { configurationFor } from '../../../pack/configuration.ts'
import { openTarget, type TargetOptions } from '../../deployment.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadMappedRules } from '../../packs.ts'
import { pullDeployments, pullKibana, pullLocal, pullSplunk, readSplunkExport } from '../../pull.ts'
import { readAlerts, readDeployments, REGISTERS, writeAlerts, writeDeployments } from '../../registers.ts'
import { stretchOf, type StretchOptions } from '../../period.ts'
import { plural } from '../../render/plural.ts'
import { exitCodeOfTarget, report } from '../../report.ts'
import { reviewFile } from '../../review-log.ts'
import type { Shared } from '../../shared.ts'
import { say } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'

export interface TriagePullOptions extends Omit<TargetOptions, 'target'>, StretchOptions {
  readonly from: string
  readonly file?: string
}

/** Fetches alerts with what analysts said of them, and deployments, into the registers of the pack. */
export async function triagePull(shared: Shared, options: TriagePullOptions): Promise<ExitCode> {
  const loaded = loadMappedRules([], options.mapping, { pipelines: options.pipeline })
  const named = configurationFor(loaded.configuration, options.from)
  if (named === undefined) throw new Unusable(`there is no target "${options.from}"`)
  const here = { ...loaded, configuration: named.configuration }
  const target: TargetOptions = { ...options, target: options.from }
  const period = stretchOf(options)
  const rules = new Map(
    loaded.selected.flatMap((rule) => {
      const known = { id: rule.id as string, title: rule.title, version: rule.governance.version }
      return [rule.id as string, rule.title, rule.name ?? rule.title].map((key) => [key, known] as const)
    }),
  )
  let pulled: readonly RegisteredAlert[]
  if (options.file !== undefined && named.kind !== 'splunk') throw new Unusable('--file is for Splunk')
  if (named.kind === 'splunk') {
    const { file, from } = options
    const read =
      file === undefined
        ? await pullSplunk(here.configuration, rules, period, target)
        : readSplunkExport(file, rules, from)
    if (read.passed > 0) say(`${plural(read.passed, 'result')} are of no rule of this pack, or no notables`)
    pulled = read.alerts
  } else if (named.kind === 'local') pulled = await pullLocal(here.configuration, rules, period, target)
  else pulled = await pullKibana(here, period, target, (count) => say(`${plural(count, 'alert')} read`))

  const register = new Map((await readAlerts(loaded.configuration)).map((alert) => [alert.id, alert]))
  const { added, changed } = mergeAlerts(register, pulled)
  writeAlerts(loaded.configuration, register.values())
  say(
    `${plural(added, 'alert')} new, ${changed} changed, ${plural(register.size, 'alert')} in ${reviewFile(loaded.configuration, REGISTERS.alerts)}`,
  )
  // What was exported elsewhere says that Splunk is not to be asked from here.
  return options.file === undefined ? await takeDeployments(shared, here, target) : ExitCode.ok
}

async function takeDeployments(
  shared: Shared,
  { configuration }: ReturnType<typeof loadMappedRules>,
  options: TargetOptions,
): Promise<ExitCode> {
  const target = await openTarget(configuration, options)
  try {
    const { deployments, diagnostics } = await pullDeployments(target, configuration.name)
    report(diagnostics, shared.color)
    const known = new Map((await readDeployments(configuration)).map((each) => [each.id, each]))
    const before = known.size
    for (const each of deployments) known.set(each.id, each)
    writeDeployments(configuration, known.values())
    say(`${plural(known.size - before, 'deployment')} new, ${plural(known.size, 'deployment')} known`)
    return exitCodeOfTarget(diagnostics)
  } finally {
    await target.close()
  }
}
