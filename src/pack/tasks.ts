import { existsSync } from 'node:fs'
import path from 'node:path'
import { checkTask } from '../behaviour/check-task.ts'
import { usesOf } from '../behaviour/compile-grant.ts'
import { compileTask } from '../behaviour/compile-task.ts'
import { inheritTasks } from '../behaviour/inherit.ts'
import { parseTask } from '../behaviour/parse-task.ts'
import { checkTaskReferences } from '../behaviour/references.ts'
import { isOfClause } from '../behaviour/rule-id.ts'
import { surroundingsOf, type Surroundings } from '../behaviour/surroundings.ts'
import type { Grant, Task } from '../behaviour/task.ts'
import { grantInWords } from '../behaviour/words.ts'
import { warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import { decodeResources } from '../event/resource-file.ts'
import { ResourceTable } from '../event/resource.ts'
import type { EventRule, Rule } from '../ir/rule.ts'
import { filesBelow, inPack, type Configuration } from './configuration.ts'
import { findFiles, readSources } from './files.ts'

/** Where the tasks of a pack lie, below its folder. */
export const TASKS = 'rules/tasks'

/** The tasks of a pack, each with what it inherits. */
export interface LoadedTasks {
  readonly tasks: ReadonlyMap<string, Task>
  /** The task files that were read. */
  readonly files: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The tasks of a pack, read once they are asked for; outside a pack there are none. A task with a mistake is left out.
 */
export function loadTasks(configuration: Configuration): LoadedTasks {
  const below = inPack(configuration, TASKS)
  if (configuration.file === null || !existsSync(below)) return { tasks: new Map(), files: [], diagnostics: [] }
  const found = findFiles([below], ['.yml', '.yaml'])
  let known: ReturnType<typeof readTasks> | undefined
  const read = (): ReturnType<typeof readTasks> => (known ??= readTasks(found.files))
  return {
    files: found.files,
    get tasks() {
      return read().tasks
    },
    get diagnostics() {
      return [...found.diagnostics, ...read().diagnostics]
    },
  }
}

function readTasks(files: readonly string[]): Omit<LoadedTasks, 'files'> {
  const read = readSources(files)
  const parsed = read.sources.map(parseTask)
  const inherited = inheritTasks(parsed.flatMap(({ task }) => task ?? []))
  return {
    tasks: new Map(inherited.tasks.map((task) => [task.name, task])),
    diagnostics: [...read.diagnostics, ...parsed.flatMap((one) => one.diagnostics), ...inherited.diagnostics],
  }
}

/** The rules that the tasks of some files compile to. A task that names what is not there gives none. */
export function compileTasks(
  loaded: LoadedTasks,
  files: readonly string[],
  configuration: Configuration,
): { rules: Rule[]; diagnostics: Diagnostic[] } {
  const chosen = files.length === 0 ? [] : tasksOf(loaded.tasks, files)
  if (chosen.length === 0) return { rules: [], diagnostics: [] }
  const { around, diagnostics } = surroundings(loaded.tasks, configuration)
  const rules: Rule[] = []
  for (const task of chosen) {
    const missing = checkTaskReferences(task, around)
    diagnostics.push(...missing)
    if (missing.length === 0) rules.push(...compileTask(task, around))
  }
  return { rules, diagnostics }
}

/** What is wrong with the tasks of some files although each compiles, and the rules that tell that a grant is used. */
export function checkTasks(
  tasks: LoadedTasks['tasks'],
  files: readonly string[],
  configuration: Configuration,
): { uses: EventRule[]; diagnostics: Diagnostic[] } {
  const chosen = tasksOf(tasks, files)
  if (chosen.length === 0) return { uses: [], diagnostics: [] }
  const { around } = surroundings(tasks, configuration)
  const whole = chosen.filter((task) => checkTaskReferences(task, around).length === 0)
  return {
    uses: whole.flatMap((task) => task.grants.map((grant) => usesOf(grant, task, around))),
    diagnostics: whole.flatMap((task) => [...checkTask(task, around), ...checkName(task)]),
  }
}

function checkName({ name, span }: Task): Diagnostic[] {
  const base = path.basename(span.source.name).replace(/\.ya?ml$/, '')
  if (base === name) return []
  const hint = `rename the file to ${name}.yml; people look for a task by its name`
  return [warning('pack/task-name', `the task "${name}" stands in "${base}"`, span, { hint })]
}

function tasksOf(tasks: LoadedTasks['tasks'], files: readonly string[]): Task[] {
  const wanted = new Set(files.map((file) => path.resolve(file)))
  return [...tasks.values()].filter((task) => wanted.has(path.resolve(task.span.source.name)))
}

/** What tasks and baselines of a pack mean depends on its classes of paths and on all its tasks. */
export function surroundings(
  tasks: LoadedTasks['tasks'],
  configuration: Configuration,
): { around: Surroundings; diagnostics: Diagnostic[] } {
  const { table, diagnostics } = loadClasses(configuration)
  return { around: surroundingsOf([...tasks.values()], table), diagnostics: [...diagnostics] }
}

function loadClasses(configuration: Configuration): { table: ResourceTable; diagnostics: readonly Diagnostic[] } {
  const file = inPack(configuration, configuration.resources)
  const { sources, diagnostics } = readSources(existsSync(file) ? [file] : [])
  const decoded = sources[0] && decodeResources(sources[0])
  return {
    table: decoded?.table ?? new ResourceTable([], []),
    diagnostics: [...diagnostics, ...(decoded?.diagnostics ?? [])],
  }
}

/** Tells whether a file is a task of the pack. */
export function taskFiles(configuration: Configuration): (file: string) => boolean {
  return filesBelow(configuration, [TASKS])
}

/** The words of a task or baseline that an alert of a rule says were broken. */
export interface BrokenClause {
  readonly words: string
  readonly span: Span
}

/**
 * The clause that a rule's `detpack: grant` names; of a rule that was compiled from a grant, the very condition; of one that
 * was compiled because there is no grant, or of a baseline, what is granted or usual instead.
 */
export function clauseOf(rule: Rule, tasks: ReadonlyMap<string, Task>): BrokenClause | undefined {
  const grant = grantOf(rule, tasks)
  if (grant === undefined) {
    const { description, span } = rule
    return rule.governance.grant === null && description !== null && isOfClause(rule)
      ? { words: description, span }
      : undefined
  }
  const { source, start, end } = grant.span
  const within = rule.span.source === source && rule.span.start >= start && rule.span.end <= end
  return { words: grantInWords(grant), span: within ? rule.span : grant.span }
}

function grantOf(rule: Rule, tasks: ReadonlyMap<string, Task>): Grant | undefined {
  const [task, id] = rule.governance.grant?.split('/') ?? []
  return tasks.get(task ?? '')?.grants.find((grant) => grant.id === id)
}
