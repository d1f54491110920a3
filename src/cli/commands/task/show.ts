import { checkTaskReferences } from '../../../behaviour/references.ts'
import type { Task } from '../../../behaviour/task.ts'
import { suggest } from '../../../diagnostic/suggest.ts'
import { formatTime } from '../../../event/record.ts'
import { loadTasks, surroundings } from '../../../pack/tasks.ts'
import { taskMatrix, type TaskMatrix } from '../../../prove/task/matrix.ts'
import { loadBaselines, type LoadedBaselines } from '../../baselines.ts'
import type { ExitCode } from '../../exit-code.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { renderTaskMarkdown } from '../../render/task/markdown.ts'
import { renderTaskLine } from '../../render/task/ndjson.ts'
import { taskSheet, type KnownBaseline } from '../../render/task/sheet.ts'
import { renderTaskText } from '../../render/task/text.ts'
import { exitCodeOf, report } from '../../report.ts'
import type { Shared } from '../../shared.ts'
import { paintFor, produce, type Paint } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'
import type { SheetFormat } from './format.ts'

export interface TaskShowOptions {
  readonly format: SheetFormat
}

/** What tasks may do, and what of it would be told: of those named, else of all. */
export async function showTasks(
  shared: Shared,
  names: readonly string[],
  { format }: TaskShowOptions,
): Promise<ExitCode> {
  const configuration = loadUsableConfiguration('.')
  const { tasks, diagnostics } = loadTasks(configuration)
  const { around, diagnostics: ofClasses } = surroundings(tasks, configuration)
  const chosen = names.length === 0 ? [...tasks.values()] : [...new Set(names)].map((name) => taskNamed(name, tasks))
  const missing = chosen.flatMap((task) => checkTaskReferences(task, around))
  const baselines = loadBaselines(configuration)
  const all = [...diagnostics, ...ofClasses, ...missing]
  report(all, shared.color)
  const paint = paintFor(process.stdout, shared.color)
  let isFirst = true
  for (const task of chosen) {
    // One that names what is not there compiles to no rules.
    if (checkTaskReferences(task, around).length > 0) continue
    const text = renderTask(taskMatrix(task, around), baselineOf(task, baselines), format, paint)
    await produce(isFirst || format === 'ndjson' ? text : `\n${text}`)
    isFirst = false
  }
  return exitCodeOf(all)
}

function renderTask(matrix: TaskMatrix, baseline: KnownBaseline, format: SheetFormat, paint: Paint): string {
  switch (format) {
    case 'text':
      return renderTaskText(taskSheet(matrix, baseline), paint)
    case 'markdown':
      return renderTaskMarkdown(taskSheet(matrix, baseline))
    case 'ndjson':
      return renderTaskLine(matrix, baseline)
  }
}

function taskNamed(name: string, tasks: ReadonlyMap<string, Task>): Task {
  const task = tasks.get(name)
  if (task !== undefined) return task
  const near = suggest(name, tasks.keys())
  const way = near === undefined ? `"detpack list tasks" shows those there are` : `did you mean "${near}"?`
  throw new Unusable(`there is no task "${name}"; ${way}`)
}

function baselineOf({ name, holder }: Task, { baselines }: LoadedBaselines): KnownBaseline {
  const subject = holder.kind === 'undeclared' ? 'undeclared' : `task/${name}`
  const own = baselines.find(({ baseline }) => {
    return baseline.subject === subject || (holder.kind === 'unit' && baseline.subject === `service/${holder.unit}`)
  })
  if (own === undefined) return null
  const { file, force, approval } = own
  return { file, force, until: approval === null ? null : formatTime(approval.until).slice(0, 10) }
}
