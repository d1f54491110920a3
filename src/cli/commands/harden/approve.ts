import path from 'node:path'
import { byPlace } from '../../../diagnostic/diagnostic.ts'
import type { Time } from '../../../event/record.ts'
import { approve } from '../../../govern/profile/approval.ts'
import { parseProfile } from '../../../govern/profile/profile.ts'
import { inPack } from '../../../pack/configuration.ts'
import { readSources } from '../../../pack/files.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { UNITS } from '../../profiles.ts'
import { exitCodeOf, report } from '../../report.ts'
import type { Shared } from '../../shared.ts'
import { say } from '../../terminal.ts'
import { writeWhole } from '../../whole-file.ts'
import { durationOf } from './propose.ts'

export interface HardenApproveOptions {
  readonly by: string
  readonly for: string
  readonly output?: string
}

/** Makes a proposal the baseline that its unit is judged by, until it ends. */
export function hardenApprove(shared: Shared, file: string, options: HardenApproveOptions): ExitCode {
  const during = durationOf(options.for)
  const read = readSources([file])
  const parsed = read.sources.map((source) => ({ source, ...parseProfile(source) }))[0]
  const found = [...read.diagnostics, ...(parsed?.diagnostics ?? [])].sort(byPlace)
  report(found, shared.color)
  if (parsed?.profile === undefined) return exitCodeOf(found)
  const { id, proposedBy } = parsed.profile
  const approved = approve(parsed.source.text, proposedBy, { by: options.by, at: Date.now() as Time, during })
  report(approved.diagnostics, shared.color)
  if (approved.text === undefined) return ExitCode.no
  const place = options.output ?? inPack(loadUsableConfiguration('.'), path.join(UNITS, `${path.basename(id)}.yml`))
  writeWhole(place, approved.text)
  say(`"${id}" is approved by "${options.by}" for ${options.for}: ${place}`)
  return ExitCode.ok
}
