import { hasErrors } from '../../diagnostic/diagnostic.ts'
import { printable } from '../../diagnostic/frame.ts'
import { wishFor } from '../../artifact/deployable.ts'
import { isRuleKind } from '../../target/object.ts'
import { withDeployment, type Deployment, type TargetOptions } from '../deployment.ts'
import { ExitCode } from '../exit-code.ts'
import { plural } from '../render/plural.ts'
import { exitCodeOf, exitCodeOfTarget, report } from '../report.ts'
import type { Shared } from '../shared.ts'
import { say } from '../terminal.ts'
import { Unusable } from '../unusable.ts'
import { openWatch } from '../watch-elastic.ts'

export interface BackfillOptions extends Omit<TargetOptions, 'target'> {
  readonly target?: string
  readonly from?: string
  readonly to?: string
  readonly only?: readonly string[]
  /** Over what shippers say came late in the last day. */
  readonly late?: boolean
  readonly dryRun?: boolean
}

/** A stretch of event time, RFC 3339. */
interface Stretch {
  readonly from: string
  readonly to: string
}

/** Runs rules again over event times whose events came late; what is an alert already is none again. */
export async function backfill(shared: Shared, options: BackfillOptions): Promise<ExitCode> {
  const { target: name } = options
  if (name === undefined) throw new Unusable('where? -t elastic, -t splunk, or the name of a target in detpack.yml')
  return withDeployment({ ...options, target: name }, async (deployment) => {
    if (hasErrors(deployment.diagnostics)) {
      report(deployment.diagnostics, shared.color)
      return exitCodeOf(deployment.diagnostics)
    }
    const { target } = deployment
    if (target.place.kind === 'local')
      throw new Unusable(
        'the local store has no events to run again: "detpack eval --keep --events FILE" runs rules on a file',
      )
    const stretches = options.late === true ? await lateStretches(deployment, shared) : [given(options)]
    if (stretches === undefined) return ExitCode.target
    if (stretches.length === 0) {
      say('no shipper says that anything came late in the last day')
      return ExitCode.ok
    }
    let code: ExitCode = ExitCode.ok
    for (const stretch of stretches) {
      if (options.dryRun === true) say(printable(`would run the rules again from ${stretch.from} to ${stretch.to}`))
      else {
        const ended =
          target.runAgain === null
            ? await searchAgain(deployment, stretch, options, shared)
            : await askAgain(deployment, stretch, options, shared)
        code = code === ExitCode.ok ? ended : code
      }
    }
    return code
  })
}

/** The target runs the rules itself. */
async function askAgain(
  { target, desired, pack, loaded }: Deployment,
  stretch: Stretch,
  options: BackfillOptions,
  shared: Shared,
): Promise<ExitCode> {
  const wanted = chosen(loaded, options, target.place.kind === 'splunk' ? 'splunk' : 'elastic')
  const live = await target.read(
    pack.name,
    desired.objects.filter((each) => isRuleKind(each.kind)),
  )
  if (live.kind === 'failed') {
    report([live.diagnostic], shared.color)
    return exitCodeOfTarget([live.diagnostic])
  }
  const rules = live.value.filter((rule) => {
    const on = target.policy(rule.kind).isOn?.(rule.content) ?? rule.content['enabled'] === true
    return on && rule.mark?.pack === pack.name && wanted(rule.id)
  })
  const result = (await target.runAgain?.(rules, stretch.from, stretch.to)) ?? { taken: 0, diagnostics: [] }
  report(result.diagnostics, shared.color)
  say(
    printable(`${target.place.name} runs ${plural(result.taken, 'rule')} again from ${stretch.from} to ${stretch.to}`),
  )
  return exitCodeOfTarget(result.diagnostics)
}

/** detpack runs the queries. */
async function searchAgain(
  { target, loaded }: Deployment,
  stretch: Stretch,
  options: BackfillOptions,
  shared: Shared,
): Promise<ExitCode> {
  const wanted = chosen(loaded, options, 'elastic')
  const told = {
    onAlerts: () => Promise.resolve(),
    onProblem: (found: Parameters<typeof report>[0]) => report(found, shared.color),
  }
  const { client, scheduler, rules } = await openWatch(loaded, { ...options, from: target.place.name }, told)
  try {
    const [from, to] = [Date.parse(stretch.from), Date.parse(stretch.to)]
    let [found, alerts] = [0, 0]
    const picked = rules.filter((rule) => wanted(rule.id))
    for (const rule of picked) {
      // `to` is in the stretch; a window ends before its end.
      const result = await scheduler.runWindow(rule, { from, to: to + 1 })
      if ('diagnostic' in result) continue
      found += result.found
      alerts += result.alerts
    }
    const { failed } = scheduler.stats
    const words = `${plural(found, 'chain')}, ${plural(alerts, 'new alert')}${failed > 0 ? `, ${failed} failed` : ''}`
    say(printable(`${plural(picked.length, 'rule')} run again from ${stretch.from} to ${stretch.to}: ${words}`))
    return failed > 0 ? ExitCode.target : ExitCode.ok
  } finally {
    await client.close()
  }
}

function chosen(
  { selected, configuration }: Deployment['loaded'],
  { only }: BackfillOptions,
  kind: 'elastic' | 'splunk',
): (id: string) => boolean {
  const rules = selected.filter((rule) => wishFor(rule, configuration[kind].rules) === 'enabled')
  const named = rules.filter((rule) => only?.some((name) => [rule.id, rule.name, rule.title].includes(name)) ?? true)
  if (named.length === 0) throw new Unusable('no rule of the pack that is switched on answers to --only')
  const ids = new Set<string>(named.map((rule) => rule.id))
  return (id) => ids.has(id)
}

async function lateStretches({ target, pack }: Deployment, shared: Shared): Promise<readonly Stretch[] | undefined> {
  const told = await target.status?.(pack.name, Date.now() - 86_400_000)
  if (told?.kind === 'failed') {
    report([told.diagnostic], shared.color)
    return undefined
  }
  const late = told?.value.late ?? []
  // Any host may say what it likes there.
  const timed = late.filter(({ from, to }) => !Number.isNaN(Date.parse(from)) && !Number.isNaN(Date.parse(to)))
  const others = late.length - timed.length
  if (others > 0) say(`${plural(others, 'shipper')} told of late events without a time that can be read`)
  return timed
}

function given({ from, to }: BackfillOptions): Stretch {
  if (from === undefined || to === undefined) throw new Unusable('over which events? --from TIME --to TIME, or --late')
  const [start, end] = [Date.parse(from), Date.parse(to)]
  if (Number.isNaN(start) || Number.isNaN(end))
    throw new Unusable('--from and --to take times such as 2026-01-31T10:00:00Z')
  if (end < start) throw new Unusable('--to is before --from')
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() }
}
