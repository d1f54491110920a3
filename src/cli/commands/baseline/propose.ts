import { changesOf } from '../../../behaviour/baseline/baseline-change.ts'
import type { Baseline } from '../../../behaviour/baseline/baseline.ts'
import { WELL_KNOWN } from '../../../behaviour/baseline/compile-baseline.ts'
import { behaviourOf } from '../../../behaviour/baseline/learned.ts'
import { proposeBaseline } from '../../../behaviour/baseline/propose-baseline.ts'
import { FLEET } from '../../../behaviour/baseline/subject.ts'
import { hasErrors } from '../../../diagnostic/diagnostic.ts'
import { Source } from '../../../diagnostic/source.ts'
import type { Alert } from '../../../event/alert.ts'
import type { EventRecord, Time } from '../../../event/record.ts'
import { renderBaseline } from '../../../govern/baseline/baseline-file.ts'
import type { Program, Rule } from '../../../ir/rule.ts'
import { inPack } from '../../../pack/configuration.ts'
import { silenced } from '../../../prove/silenced.ts'
import { holderOf } from '../../../behaviour/baseline/holder.ts'
import { checkAttacks } from '../../attacks.ts'
import { fileName, PROPOSALS } from '../../baselines.ts'
import { EventFile } from '../../events.ts'
import { ExitCode } from '../../exit-code.ts'
import { actor } from '../../identity.ts'
import { checkClasses, classesDigest, learnedPlace, readLearned } from '../../learned.ts'
import { loadMappedRules } from '../../packs.ts'
import { plural } from '../../render/plural.ts'
import { report } from '../../report.ts'
import { loadResources } from '../../resources.ts'
import type { Shared } from '../../shared.ts'
import { produce, say } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'
import { writeWhole } from '../../whole-file.ts'
import { driftInWords, driftTo, programOfBaseline, standingOf, standingProgram } from './proposal.ts'
import { subjectNamed } from './show.ts'

export interface ProposeOptions {
  readonly learned?: string
  readonly events?: readonly string[]
  readonly seenIn: string
  readonly as?: string
  readonly owner?: string
  readonly output?: string
  readonly dryRun?: boolean
}

/** Writes what was learned of a subject as a baseline, unless it would make a recorded attack normal. Nothing is applied. */
export async function propose(shared: Shared, wanted: string, options: ProposeOptions): Promise<ExitCode> {
  const seenIn = Number(options.seenIn)
  if (!Number.isSafeInteger(seenIn) || seenIn < 1)
    throw new Unusable(`--seen-in takes a number from 1, not "${options.seenIn}"`)
  const loaded = loadMappedRules([], undefined)
  const { configuration, tasks } = loaded
  const place = learnedPlace(configuration, options.learned)
  const file = readLearned(place)
  const other = checkClasses([[place, file]], classesDigest(loadResources(undefined)))
  report(other, shared.color)
  if (hasErrors(other)) return ExitCode.no
  const subject = subjectNamed(wanted, file.learned)
  if (subject === FLEET)
    throw new Unusable('the fleet has no baseline of its own: propose one for a task, a unit or "undeclared"')
  const behaviour = behaviourOf(file.learned, subject)
  const name = options.output ?? inPack(configuration, `${PROPOSALS}/${fileName(subject)}.behaviour.yml`)
  const span = { source: new Source(name, ''), start: 0, end: 0 }
  const by = actor(options.as)
  const task = holderOf(subject, tasks, span)
  const isService = task?.holder.kind === 'unit' || subject.startsWith('service/')
  const made = proposeBaseline(subject, behaviour, {
    isService,
    owner: options.owner ?? task?.owner ?? by,
    seenIn,
    span,
  })
  report(made.diagnostics, shared.color)
  if (made.proposed === undefined || behaviour === undefined) return ExitCode.no
  const { baseline, seldom, withheld } = made.proposed
  const standing = standingOf(configuration, subject)
  const [before, after] = [standingProgram(standing, baseline, loaded), programOfBaseline(baseline, 'whole', loaded)]
  const attacks = checkAttacks(loaded, before, after)
  report(attacks, shared.color)
  const events = (options.events ?? []).flatMap(recordsOf)
  const silent = silenced(before, after, events)
  const evidence = {
    by,
    at: Date.now() as Time,
    uses: behaviour.events,
    from: behaviour.first,
    to: behaviour.last,
    hosts: file.learned.hosts.size,
    silences: countsOf(silent, before),
    events: events.length,
  }
  tell(baseline, standing.current?.baseline ?? null, seldom, withheld)
  for (const [rule, count] of Object.entries(evidence.silences))
    say(`  would silence ${plural(count, 'alert')} of ${rule}`)
  const drift = driftTo(baseline, standing)
  if (drift !== undefined) for (const line of driftInWords(drift)) say(line)
  if (hasErrors(attacks)) return ExitCode.no
  const text = renderBaseline(made.proposed, evidence)
  if (options.dryRun === true) await produce(text)
  else {
    writeWhole(name, text)
    say(
      `proposal in ${name}; nothing is applied. Somebody else than "${by}" approves it: detpack baseline approve ${name} --why REASON`,
    )
  }
  return ExitCode.ok
}

function recordsOf(file: string): EventRecord[] {
  return [...new EventFile(file).records()]
}

function countsOf(alerts: readonly Alert[], program: Program): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { rule } of alerts) {
    const name = program.rules.get(rule as Rule['id'])?.name ?? rule
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function tell(
  baseline: Baseline,
  before: Baseline | null,
  seldom: readonly string[],
  withheld: readonly string[],
): void {
  const changes = changesOf(before, baseline)
  const count = (kind: string): number => changes.filter((one) => one.kind === kind).length
  say(
    `${before === null ? 'a first baseline' : 'against the baseline now'}: ${count('added')} added, ${count('removed')} removed, ${count('changed')} changed`,
  )
  if (baseline.runs !== null && baseline.runs < WELL_KNOWN)
    say(
      `  learned of ${plural(baseline.runs, 'run')}: of fewer than ${WELL_KNOWN}, no amounts and gaps are told, nor what is nobody's secret or a grant covers by its class`,
    )
  if (seldom.length > 0) say(`  ${plural(seldom.length, 'entry', 'entries')} seen in too few runs left out`)
  if (withheld.length > 0)
    say(
      `  ${plural(withheld.length, 'use')} of classes that are never learned left out: the task declares them or they alert`,
    )
}
