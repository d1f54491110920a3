import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Time } from '../../../event/record.ts'
import { endApproval } from '../../../govern/profile/approval.ts'
import { parseReviewed } from '../../../govern/baseline/reviewed.ts'
import { Source } from '../../../diagnostic/source.ts'
import { approvedPlace, historyFiles, nextHistory } from '../../baselines.ts'
import { ExitCode } from '../../exit-code.ts'
import { actor } from '../../identity.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { exitCodeOf, report } from '../../report.ts'
import type { Shared } from '../../shared.ts'
import { say } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'
import { writeWhole } from '../../whole-file.ts'

/** Puts the baseline before the last one back in its place; the last one is kept beside those that were before. */
export function undo(_shared: Shared, wanted: string): ExitCode {
  const configuration = loadUsableConfiguration('.')
  const place = approvedFile(wanted)
  const last = historyFiles(configuration, wanted).at(-1)
  const text = readFileSync(place, 'utf8')
  const time = new Date().toISOString().replace(/[:.]/g, '-')
  if (last === undefined) {
    const kept = path.join(path.dirname(nextHistory(configuration, wanted)), `undone-${time}.yml`)
    writeWhole(kept, text)
    rmSync(place)
    say(`"${wanted}" has no baseline any more: there was none before. What was undone is in ${kept}`)
    return ExitCode.ok
  }
  const kept = path.join(path.dirname(last), `undone-${time}.yml`)
  writeWhole(kept, text)
  writeWhole(place, readFileSync(last, 'utf8'))
  rmSync(last)
  say(`the baseline of "${wanted}" is the one before again: ${place}. What was undone is in ${kept}`)
  return ExitCode.ok
}

/** Ends the approval of a baseline now. */
export function expire(
  shared: Shared,
  wanted: string,
  options: { readonly why: string; readonly as?: string },
): ExitCode {
  const place = approvedFile(wanted)
  const source = new Source(place, readFileSync(place, 'utf8'))
  const { reviewed, diagnostics } = parseReviewed(source)
  report(diagnostics, shared.color)
  if (reviewed === undefined) return exitCodeOf(diagnostics)
  const ended = endApproval(source.text, reviewed.approval, {
    by: actor(options.as),
    at: Date.now() as Time,
    why: options.why,
  })
  report(ended.diagnostics, shared.color)
  if (ended.text === undefined) return ExitCode.no
  writeWhole(place, ended.text)
  say(`the baseline of "${wanted}" has ended; "detpack deploy" takes it to the targets`)
  return ExitCode.ok
}

function approvedFile(wanted: string): string {
  const place = approvedPlace(loadUsableConfiguration('.'), wanted)
  if (existsSync(place)) return place
  throw new Unusable(`"${wanted}" has no baseline: there is no ${place}`)
}
