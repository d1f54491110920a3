import { existsSync, readFileSync } from 'node:fs'
import { byPlace, hasErrors } from '../../../diagnostic/diagnostic.ts'
import type { Time } from '../../../event/record.ts'
import { parseReviewed } from '../../../govern/baseline/reviewed.ts'
import { approve } from '../../../govern/profile/approval.ts'
import { readSources } from '../../../pack/files.ts'
import { checkAttacks } from '../../attacks.ts'
import { approvedPlace, nextHistory } from '../../baselines.ts'
import { ExitCode } from '../../exit-code.ts'
import { actor } from '../../identity.ts'
import { loadMappedRules } from '../../packs.ts'
import { exitCodeOf, report } from '../../report.ts'
import type { Shared } from '../../shared.ts'
import { say } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'
import { writeWhole } from '../../whole-file.ts'
import { durationOf } from '../harden/propose.ts'
import { driftInWords, driftTo, programOfBaseline, standingOf, standingProgram } from './proposal.ts'

export interface ApproveOptions {
  readonly why: string
  readonly as?: string
  readonly for: string
}

/** Makes a proposal the baseline of its subject; the one before it is kept for the sum of all changes, and for undo. */
export function approveBaseline(shared: Shared, file: string, options: ApproveOptions): ExitCode {
  const during = durationOf(options.for)
  if (options.why.trim() === '') throw new Unusable('--why takes a reason')
  const read = readSources([file])
  const parsed = read.sources.map((source) => ({ source, ...parseReviewed(source) }))[0]
  const found = [...read.diagnostics, ...(parsed?.diagnostics ?? [])].sort(byPlace)
  report(found, shared.color)
  if (parsed?.reviewed === undefined) return exitCodeOf(found)
  const { baseline, proposedBy } = parsed.reviewed
  const by = actor(options.as)
  const approved = approve(parsed.source.text, proposedBy, { by, at: Date.now() as Time, during, why: options.why })
  report(approved.diagnostics, shared.color)
  if (approved.text === undefined) return ExitCode.no
  const loaded = loadMappedRules([], undefined)
  const { configuration } = loaded
  const standing = standingOf(configuration, baseline.subject)
  // A reviewer may have changed the proposal, and tests may have been added since.
  const attacks = checkAttacks(
    loaded,
    standingProgram(standing, baseline, loaded),
    programOfBaseline(baseline, 'whole', loaded),
  )
  report(attacks, shared.color)
  if (hasErrors(attacks)) return ExitCode.no
  const drift = driftTo(baseline, standing)
  if (drift !== undefined) for (const line of driftInWords(drift)) say(line)
  const place = approvedPlace(configuration, baseline.subject)
  if (existsSync(place)) writeWhole(nextHistory(configuration, baseline.subject), readFileSync(place, 'utf8'))
  writeWhole(place, approved.text)
  say(`the baseline of "${baseline.subject}" is approved by "${by}" for ${options.for}: ${place}`)
  return ExitCode.ok
}
