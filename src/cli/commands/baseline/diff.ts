import { existsSync } from 'node:fs'
import { changesOf, type BaselineChange } from '../../../behaviour/baseline/baseline-change.ts'
import { byPlace } from '../../../diagnostic/diagnostic.ts'
import { printable } from '../../../diagnostic/frame.ts'
import { parseReviewed } from '../../../govern/baseline/reviewed.ts'
import { inPack } from '../../../pack/configuration.ts'
import { readSources } from '../../../pack/files.ts'
import { approvedPlace, fileName, PROPOSALS } from '../../baselines.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { exitCodeOf, report } from '../../report.ts'
import type { Shared } from '../../shared.ts'
import { paintFor, produce, say, type Paint } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'
import { driftInWords, driftTo, standingOf } from './proposal.ts'

/** What a proposal changes, and the sum of all approvals since the first one. Exit code 1: there are changes. */
export async function diffBaseline(shared: Shared, wanted: string): Promise<ExitCode> {
  const configuration = loadUsableConfiguration('.')
  const proposal = existsSync(wanted) ? wanted : inPack(configuration, `${PROPOSALS}/${fileName(wanted)}.behaviour.yml`)
  const file = existsSync(proposal) ? proposal : approvedPlace(configuration, wanted)
  if (!existsSync(file)) throw new Unusable(`there is neither a proposal nor a baseline of "${wanted}"`)
  const read = readSources([file])
  const parsed = read.sources.map(parseReviewed)[0]
  const found = [...read.diagnostics, ...(parsed?.diagnostics ?? [])].sort(byPlace)
  report(found, shared.color)
  if (parsed?.reviewed === undefined) return exitCodeOf(found)
  const { baseline } = parsed.reviewed
  const standing = standingOf(configuration, baseline.subject)
  const paint = paintFor(process.stdout, shared.color)
  const isProposal = file === proposal
  const changes = isProposal ? changesOf(standing.current?.baseline ?? null, baseline) : []
  await produce(changes.map((one) => `${line(one, paint)}\n`).join(''))
  const drift = driftTo(baseline, isProposal ? standing : { ...standing, current: undefined })
  if (drift !== undefined) {
    for (const text of driftInWords(drift)) say(text)
    if (!isProposal) await produce(drift.changes.map((one) => `${line(one, paint)}\n`).join(''))
  }
  return changes.length > 0 ? ExitCode.no : ExitCode.ok
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const
const TONES = { added: 'warn', removed: 'good', changed: 'warn' } as const

function line({ set, kind, entry }: BaselineChange, paint: Paint): string {
  return paint(TONES[kind], `${SIGNS[kind]} ${set.padEnd(12)}  ${printable(entry)}`)
}
