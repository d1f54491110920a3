import { existsSync } from 'node:fs'
import { renderLearned, type LearnedFile } from '../../../behaviour/baseline/learned-file.ts'
import { doubtsOf, mergeLearned, type Learned } from '../../../behaviour/baseline/learned.ts'
import { Learner } from '../../../behaviour/baseline/learner.ts'
import type { UseSearch } from '../../../behaviour/baseline/use-lines.ts'
import { hasErrors, type Diagnostic } from '../../../diagnostic/diagnostic.ts'
import type { Work } from '../../crew.ts'
import { readLines } from '../../event-lines.ts'
import { ExitCode } from '../../exit-code.ts'
import { checkClasses, classesDigest, classesOf, learnedPlace, readLearned } from '../../learned.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { fileProgress } from '../../progress.ts'
import { plural } from '../../render/plural.ts'
import { exitCodeOf, report } from '../../report.ts'
import { loadResources } from '../../resources.ts'
import type { Shared } from '../../shared.ts'
import { say } from '../../terminal.ts'
import { threadsOf, type Threads } from '../../threads.ts'
import { writeWhole } from '../../whole-file.ts'

export interface LearnOptions {
  readonly events: readonly string[]
  readonly add?: boolean
  readonly resources?: string
  readonly timeField?: string
  readonly output?: string
  readonly threads?: string
}

/** Counts what tasks, services and all others do in events, and keeps the counts; nothing is taken for normal by it. */
export async function learn(shared: Shared, options: LearnOptions): Promise<ExitCode> {
  const threads = threadsOf(options.threads)
  const place = learnedPlace(loadUsableConfiguration('.'), options.output)
  const resources = loadResources(options.resources)
  const classes = classesDigest(resources)
  const before = options.add === true && existsSync(place) ? [readLearned(place)] : []
  const wrong = checkClasses(
    before.map((one) => [place, one]),
    classes,
  )
  report(wrong, shared.color)
  if (hasErrors(wrong)) return ExitCode.no
  const search: UseSearch = { homes: resources.homes, timeField: options.timeField }
  const learner = new Learner({ ...search, classes: classesOf(resources) })
  const diagnostics: Diagnostic[] = []
  for (const file of options.events) diagnostics.push(...(await learnFrom(file, learner, search, threads)))
  const learned = learner.end()
  const parts = [...before.map((one) => one.learned), learned]
  const whole = mergeLearned(parts)
  report([...diagnostics, ...doubtsOf(parts, whole)], shared.color)
  writeWhole(place, renderLearned({ learned: whole, classes }))
  say(`${plural(learned.events, 'event')} learned; ${summaryOf(whole)} in ${place}`)
  return exitCodeOf(diagnostics)
}

async function learnFrom(
  file: string,
  learner: Learner,
  search: UseSearch,
  threads: Threads,
): Promise<readonly Diagnostic[]> {
  const progress = fileProgress(file, 'learning')
  const work: Work = { program: 'learn-worker', data: search }
  const { diagnostics } = await readLines(file, learner, { threads, work, onProgress: progress.read })
  progress.done()
  return diagnostics
}

/** Puts together what was learned in several places. */
export function merge(shared: Shared, files: readonly string[], options: { readonly output?: string }): ExitCode {
  const place = learnedPlace(loadUsableConfiguration('.'), options.output)
  const read: [string, LearnedFile][] = files.map((file) => [file, readLearned(file)])
  const classes = read[0]?.[1].classes ?? ''
  const wrong = checkClasses(read, classes)
  const parts = read.map(([, { learned }]) => learned)
  const whole = mergeLearned(parts)
  report([...wrong, ...doubtsOf(parts, whole)], shared.color)
  if (hasErrors(wrong)) return ExitCode.no
  writeWhole(place, renderLearned({ learned: whole, classes }))
  say(`${plural(files.length, 'file')} put together; ${summaryOf(whole)} in ${place}`)
  return ExitCode.ok
}

function summaryOf({ subjects, hosts }: Learned): string {
  const runs = subjects.sorted().reduce((sum, [, behaviour]) => sum + behaviour.runs, 0)
  return `${plural(subjects.size, 'subject')}, ${plural(runs, 'run')}, ${plural(hosts.size, 'host')}`
}
