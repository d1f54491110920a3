import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { error } from '../../../diagnostic/diagnostic.ts'
import { bundleFiles, fileOf, INDEX_FILE, indexOf, type BundleFile } from '../../../govern/evidence/bundle.ts'
import { drawEvidence, type Evidence } from '../../../govern/evidence/model.ts'
import { seal } from '../../../govern/log/envelope.ts'
import { formatAnchor } from '../../../govern/log/merkle.ts'
import { formatDay } from '../../../govern/day.ts'
import { isWithin, type Period } from '../../../govern/period.ts'
import { GAPS, GAP_KINDS } from '../../../govern/trace/gap.ts'
import { reason } from '../../../pack/system-reason.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadHistory } from '../../history.ts'
import { periodOf } from '../../period.ts'
import { plural } from '../../render/plural.ts'
import { exitCodeOf, report } from '../../report.ts'
import { anchorsOf, signingAs } from '../../review-log.ts'
import type { Shared } from '../../shared.ts'
import { produce, say } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'
import { writePieces } from '../../whole-file.ts'
import type { SigningOptions } from '../review/start.ts'

export interface EvidenceBuildOptions extends SigningOptions {
  readonly period: string
  readonly output?: string
  readonly anchor?: readonly string[]
  readonly force?: boolean
  readonly strict?: boolean
}

/** Writes the evidence of a period to a folder, whole or not at all. 1 with --strict when there are gaps. */
export async function evidenceBuild(shared: Shared, options: EvidenceBuildOptions): Promise<ExitCode> {
  const period = periodOf(options.period)
  const anchors = anchorsOf(options.anchor ?? [])
  if (period.to > Date.now()) {
    const hint = 'until then hosts would seem silent and reviews missing; take a shorter one: a month, a week or a day'
    const message = `${period.name} ends on ${formatDay(period.to)}`
    report([error('govern/period-not-over', message, undefined, { hint })], shared.color)
    return ExitCode.no
  }
  const { history, loaded, configuration, diagnostics } = await loadHistory({ anchors, runTests: true })
  report(diagnostics, shared.color)
  if (exitCodeOf(diagnostics) !== ExitCode.ok) return exitCodeOf(diagnostics)
  if (!isKnown(history, period)) {
    const hint = '"detpack triage pull" and "detpack evidence coverage" fetch what there is'
    report([error('govern/no-data', `nothing is known of ${period.name}`, undefined, { hint })], shared.color)
    return ExitCode.no
  }
  const { key } = signingAs(configuration, options.key)
  const folder = options.output ?? path.join('evidence', period.name)
  if (existsSync(folder) && options.force !== true)
    throw new Unusable(`"${folder}" is there already; --force puts the new evidence in its place`)
  const evidence = drawEvidence(history, period)
  const files = bundleFiles(evidence, { log: loaded.text, signers: loaded.signersText })
  const index = `${seal(indexOf(evidence, files), key)}\n`
  writeFolder(folder, new Map([...files, [INDEX_FILE, fileOf(index)]]))
  await produce(summaryOf(evidence))
  say(`${plural(files.size + 1, 'file')} in ${folder}; read ${path.join(folder, 'report.html')}`)
  return options.strict === true && evidence.gaps.length > 0 ? ExitCode.no : ExitCode.ok
}

type Known = Evidence['history']

function isKnown({ alerts, deployments, stretches, hosts, reviews }: Known, period: Period): boolean {
  return (
    hosts.some(({ at }) => isWithin(at, period)) ||
    alerts.some(({ raised }) => isWithin(raised, period)) ||
    deployments.some(({ at }) => isWithin(at, period)) ||
    stretches.some(({ from, to }) => from < period.to && to >= period.from) ||
    reviews.reviews.some((each) => each.period === period.name)
  )
}

function summaryOf({ period, gaps, metrics, controls, history }: Evidence): string {
  const satisfied = controls.filter((each) => each.satisfied).length
  const lines = GAP_KINDS.flatMap((kind) => {
    const count = gaps.filter((gap) => gap.kind === kind).length
    return count === 0 ? [] : [`  ${String(count).padStart(6)}  ${GAPS[kind].title}`]
  })
  return [
    `${period.name}: ${plural(metrics.alerts, 'alert')}, ${plural(gaps.length, 'gap')}, ${satisfied} of ${controls.length} controls without one`,
    ...lines,
    `log: ${formatAnchor(history.log.anchor)}`,
    '',
  ].join('\n')
}

/** All files, or the folder as it was. */
function writeFolder(folder: string, files: ReadonlyMap<string, BundleFile>): void {
  const [made, old] = [`${folder}.${process.pid}.new`, `${folder}.${process.pid}.old`]
  try {
    for (const [name, { pieces }] of files) {
      const file = path.join(made, name)
      mkdirSync(path.dirname(file), { recursive: true })
      writePieces(file, pieces())
    }
    const before = existsSync(folder)
    if (before) renameSync(folder, old)
    try {
      renameSync(made, folder)
    } catch (problem) {
      if (before) renameSync(old, folder)
      throw problem
    }
    rmSync(old, { recursive: true, force: true })
  } catch (problem) {
    if (problem instanceof Unusable) throw problem
    throw new Unusable(`cannot write "${folder}": ${reason(problem)}`)
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}
