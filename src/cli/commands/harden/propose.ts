import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { hasErrors } from '../../../diagnostic/diagnostic.ts'
import type { Time } from '../../../event/record.ts'
import { parseDuration, type Duration } from '../../../ir/duration.ts'
import { renderDropIn } from '../../../govern/observed/drop-in.ts'
import { Observer } from '../../../govern/observed/observer.ts'
import { renderProposal } from '../../../govern/observed/proposal-file.ts'
import { PHASES, propose, type Phase } from '../../../govern/observed/proposal.ts'
import { countSystemCalls } from '../../../govern/observed/system-calls.ts'
import { profileFor } from '../../../govern/profile/choose.ts'
import { loadUnit, loadUnitFile } from '../../../govern/systemd/load-unit.ts'
import { serviceName } from '../../../govern/systemd/unit-path.ts'
import type { Assignment } from '../../../govern/systemd/unit-text.ts'
import { inPack } from '../../../pack/configuration.ts'
import { reason } from '../../../pack/system-reason.ts'
import { EventFile } from '../../events.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { loadProfiles } from '../../profiles.ts'
import { fileProgress } from '../../progress.ts'
import { report } from '../../report.ts'
import type { Shared } from '../../shared.ts'
import { produce, say } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'
import { writeWhole } from '../../whole-file.ts'

export interface HardenProposeOptions {
  readonly events: readonly string[]
  readonly everything?: boolean
  readonly root: string
  readonly systemCalls?: readonly string[]
  readonly without?: readonly string[]
  readonly by?: string
  readonly owner?: string
  readonly reviewEvery: string
  readonly output?: string
  readonly dryRun?: boolean
}

/** Writes a proposal for a unit from what it was seen to do, and prints its drop-in. Nothing is applied. */
export async function hardenPropose(shared: Shared, named: string, options: HardenProposeOptions): Promise<ExitCode> {
  const unit = serviceName(path.basename(named))
  const configuration = loadUsableConfiguration('.')
  const { profiles, diagnostics } = loadProfiles(configuration)
  report(diagnostics, shared.color)
  const reviewEvery = durationOf(options.reviewEvery)
  const observer = new Observer(unit, options.everything === true)
  for (const file of options.events) observe(file, observer, shared)
  const profile = profileFor(unit, profiles)
  const made = propose(observer.observation(), {
    unit: assignmentsOf(named, unit, options.root),
    profile,
    systemCalls: options.systemCalls === undefined ? null : systemCallsOf(options.systemCalls),
    without: (options.without ?? []).map(phaseOf),
  })
  report(made.diagnostics, shared.color)
  if (made.proposal === undefined || hasErrors(made.diagnostics)) return ExitCode.no
  await produce(renderDropIn(made.proposal))
  if (options.dryRun === true) return ExitCode.ok
  const file = options.output ?? inPack(configuration, `rules/baselines/proposals/${unit}.yml`)
  const by = options.by ?? os.userInfo().username
  const owner = options.owner ?? profile?.owner ?? by
  writeWhole(file, renderProposal(made.proposal, { by, at: Date.now() as Time, owner, reviewEvery }))
  say(
    `proposal in ${file}; nothing is applied. Somebody else than "${by}" approves it: detpack harden approve ${file} --by NAME`,
  )
  return ExitCode.ok
}

export function durationOf(text: string): Duration {
  const duration = parseDuration(text)
  if (duration === undefined) throw new Unusable(`"${text}" is no time such as 180d`)
  return duration
}

function phaseOf(word: string): Phase {
  const phase = PHASES.find((one) => one === word)
  if (phase === undefined) throw new Unusable(`--without takes ${PHASES.join(', ')}, not "${word}"`)
  return phase
}

function observe(file: string, observer: Observer, shared: Shared): void {
  const progress = fileProgress(file, 'read')
  const events = new EventFile(file, { onProgress: progress.read })
  for (const record of events.records()) observer.add(record)
  progress.done()
  report(events.diagnostics, shared.color)
}

/** The lines of the unit as it stands; none where there is no such unit here. */
function assignmentsOf(named: string, unit: string, root: string): readonly Assignment[] {
  const loading = named.includes('/') ? loadUnitFile(named) : loadUnit(root, unit)
  if (loading.kind === 'unit') return loading.unit.assignments
  if (named.includes('/')) throw new Unusable(`there is no unit file "${named}"`)
  say(`there is no ${unit} below "${root}": the proposal does not know what it has now`)
  return []
}

function systemCallsOf(files: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const file of files) {
    let text
    try {
      text = readFileSync(file, 'utf8')
    } catch (problem) {
      throw new Unusable(`cannot read "${file}": ${reason(problem)}`)
    }
    const own = countSystemCalls(text)
    if (own.size === 0) throw new Unusable(`"${file}" names no system call: give a recording of strace -f`)
    for (const [name, count] of own) counts.set(name, (counts.get(name) ?? 0) + count)
  }
  return counts
}
