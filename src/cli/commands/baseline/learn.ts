import { existsSync } from 'node:fs'
import { renderLearned, type LearnedFile } from '../../../behaviour/baseline/learned-file.ts'
import { doubtsOf, mergeLearned, type Learned } from '../../../behaviour/baseline/learned.ts'
import { Learner } from '../../../behaviour/baseline/learner.ts'
import { hasErrors, type Diagnostic } from '../../../diagnostic/diagnostic.ts'
import { NdjsonReader } from '../../../event/ndjson.ts'
import type { ResourceTable } from '../../../event/resource.ts'
import { chunksOf } from '../../events.ts'
import { ExitCode } from '../../exit-code.ts'
import { checkClasses, classesDigest, classesOf, learnedPlace, readLearned, shapesOf } from '../../learned.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { fileProgress } from '../../progress.ts'
import { plural } from '../../render/plural.ts'
import { exitCodeOf, report } from '../../report.ts'
import { loadResources } from '../../resources.ts'
import type { Shared } from '../../shared.ts'
import { say } from '../../terminal.ts'
import { writeWhole } from '../../whole-file.ts'

export interface LearnOptions {
  readonly events: readonly string[]
  readonly add?: boolean
  readonly resources?: string
  readonly timeField?: string
  readonly output?: string
}

/** Counts what tasks, services and all others do in events, and keeps the counts; nothing is taken for normal by it. */
export function learn(shared: Shared, options: LearnOptions): ExitCode {
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
  const learner = learnerFor(resources, options.timeField)
  const diagnostics = options.events.flatMap((file) => learnFrom(file, learner))
  const learned = learner.end()
  const parts = [...before.map((one) => one.learned), learned]
  const whole = mergeLearned(parts)
  report([...diagnostics, ...doubtsOf(parts, whole)], shared.color)
  writeWhole(place, renderLearned({ learned: whole, classes }))
  say(`${plural(learned.events, 'event')} learned; ${summaryOf(whole)} in ${place}`)
  return exitCodeOf(diagnostics)
}

function learnerFor(resources: ResourceTable, timeField: string | undefined): Learner {
  return new Learner({ shapes: shapesOf(resources), classes: classesOf(resources), timeField })
}

function learnFrom(file: string, learner: Learner): readonly Diagnostic[] {
  const reader = new NdjsonReader({ name: file === '-' ? '<stdin>' : file })
  const progress = fileProgress(file, 'learning')
  let bytes = 0
  for (const chunk of chunksOf(file)) {
    reader.feed(chunk, learner)
    bytes += chunk.length
    progress.read(bytes)
  }
  for (const line of reader.end()) learner.take(line)
  progress.done()
  return reader.diagnostics
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
