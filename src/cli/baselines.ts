import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { compileBaseline, type Force } from '../behaviour/baseline/compile-baseline.ts'
import { holderOf } from '../behaviour/baseline/holder.ts'
import type { SubjectName } from '../behaviour/baseline/subject.ts'
import type { Task } from '../behaviour/task.ts'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Time } from '../event/record.ts'
import { forceOf, parseReviewed, type ReviewedBaseline } from '../govern/baseline/reviewed.ts'
import type { Rule } from '../ir/rule.ts'
import { inPack, type Configuration } from '../pack/configuration.ts'
import { findFiles, readSources } from '../pack/files.ts'
import { surroundings } from '../pack/tasks.ts'

/** Baselines that people have approved, one for each subject. */
export const APPROVED = 'rules/baselines/behaviour'
/** What was approved before, each subject's in a folder of its own, numbered from 1. */
export const HISTORY = 'rules/baselines/history'
export const PROPOSALS = 'rules/baselines/proposals'

/** What the files of a subject are called. */
export function fileName(subject: SubjectName): string {
  return subject.slice(subject.indexOf('/') + 1).replace(/[^\w.@-]/g, '_')
}

export function approvedPlace(configuration: Configuration, subject: SubjectName): string {
  return inPack(configuration, path.join(APPROVED, `${fileName(subject)}.yml`))
}

export interface LoadedBaselines {
  readonly baselines: readonly (ReviewedBaseline & { readonly file: string; readonly force: Force })[]
  readonly files: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The baselines of a pack, and how far each is in force now. Two of one subject are none. */
export function loadBaselines(configuration: Configuration): LoadedBaselines {
  const folder = inPack(configuration, APPROVED)
  if (configuration.file === null || !existsSync(folder)) return { baselines: [], files: [], diagnostics: [] }
  const { files } = findFiles([folder], ['.yml', '.yaml'])
  const read = readSources(files)
  const diagnostics: Diagnostic[] = [...read.diagnostics]
  const bySubject = new Map<SubjectName, LoadedBaselines['baselines'][number]>()
  const now = Date.now() as Time
  for (const source of read.sources) {
    const parsed = parseReviewed(source)
    diagnostics.push(...parsed.diagnostics)
    if (parsed.reviewed === undefined) continue
    const { subject, span } = parsed.reviewed.baseline
    const { force, diagnostics: found } = forceOf(parsed.reviewed, now)
    diagnostics.push(...found)
    const first = bySubject.get(subject)
    if (first === undefined) bySubject.set(subject, { ...parsed.reviewed, file: source.name, force })
    else {
      const notes = [{ message: 'first here', span: first.baseline.span }]
      diagnostics.push(error('govern/duplicate-baseline', `there are two baselines of "${subject}"`, span, { notes }))
      bySubject.set(subject, { ...first, force: 'nothing' })
    }
  }
  return { baselines: [...bySubject.values()], files, diagnostics }
}

/** Baselines of a pack as rules. `govern/unknown-subject`: one is of a task that the pack does not have. */
export function baselineRules(
  loaded: LoadedBaselines,
  tasks: ReadonlyMap<string, Task>,
  configuration: Configuration,
): { readonly rules: readonly Rule[]; readonly diagnostics: readonly Diagnostic[] } {
  if (loaded.baselines.length === 0) return { rules: [], diagnostics: [] }
  const { around, diagnostics } = surroundings(tasks, configuration)
  const rules = loaded.baselines.flatMap(({ baseline, force }) => {
    const task = holderOf(baseline.subject, tasks, baseline.span)
    if (task !== undefined) return compileBaseline(baseline, task, around, force)
    const message = `no event is of "${baseline.subject}": there is no such task, or it is a template of units`
    diagnostics.push(
      error('govern/unknown-subject', message, baseline.span, { hint: 'take the file away, or write the task' }),
    )
    return []
  })
  return { rules, diagnostics }
}

/** What was approved before of a subject, the first one first. Files that cannot be read any more are told. */
export function loadHistory(
  configuration: Configuration,
  subject: SubjectName,
): {
  readonly all: readonly (ReviewedBaseline & { readonly file: string })[]
  readonly diagnostics: readonly Diagnostic[]
} {
  const files = historyFiles(configuration, subject)
  const read = readSources(files)
  const parsed = read.sources.map((source) => ({ ...parseReviewed(source), file: source.name }))
  return {
    all: parsed.flatMap(({ reviewed, file }) => (reviewed === undefined ? [] : [{ ...reviewed, file }])),
    diagnostics: [...read.diagnostics, ...parsed.flatMap((one) => one.diagnostics)],
  }
}

/** In order. */
export function historyFiles(configuration: Configuration, subject: SubjectName): string[] {
  const folder = inPack(configuration, path.join(HISTORY, fileName(subject)))
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => /^\d{4}\.yml$/.test(name))
    .sort()
    .map((name) => path.join(folder, name))
}

/** Where the next one goes. */
export function nextHistory(configuration: Configuration, subject: SubjectName): string {
  const last = historyFiles(configuration, subject).at(-1)
  const number = last === undefined ? 0 : Number(path.basename(last, '.yml'))
  const name = `${String(number + 1).padStart(4, '0')}.yml`
  return inPack(configuration, path.join(HISTORY, fileName(subject), name))
}
