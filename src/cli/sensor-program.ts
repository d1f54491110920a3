import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { renderTaskTable } from '../behaviour/task-table.ts'
import { renderClassTable } from '../event/class-table.ts'
import { loadTasks } from '../pack/tasks.ts'
import { reason } from '../pack/system-reason.ts'
import { packaged } from './package-root.ts'
import { loadUsableConfiguration } from './packs.ts'
import { loadResources } from './resources.ts'
import { Unusable } from './unusable.ts'
import { writeWhole } from './whole-file.ts'

/** What is to be watched, as every command that starts the sensor takes it. */
export interface ScopeOptions {
  readonly all?: boolean
  readonly tree?: readonly string[]
  readonly cgroup?: readonly string[]
  readonly unit?: readonly string[]
  readonly tasks?: boolean
}

/** Who may change what lies here: root. The sensor reads no table of tasks from elsewhere. */
const RUN_FOLDER = '/run/detpack'

/** The sensor's own program: the one that DETPACK_SENSOR names, else the one built in this checkout or package. */
export function sensorProgram(): string {
  const named = process.env['DETPACK_SENSOR']
  const program = named ?? packaged('sensor', 'detpack-sensor')
  try {
    accessSync(program, constants.X_OK)
    return program
  } catch (problem) {
    const way = 'build it with "make -C sensor" (Linux on x86-64), or name it in DETPACK_SENSOR'
    throw new Unusable(`there is no sensor at ${program}: ${reason(problem)}; ${way}`)
  }
}

export const NAME_A_SCOPE = 'give --all, --tree, --cgroup, --unit or --tasks'

export function scopeArguments(scope: ScopeOptions): string[] {
  return [
    ...(scope.all === true ? ['--all'] : []),
    ...(scope.tree ?? []).flatMap((pid) => ['--tree', pid]),
    ...(scope.cgroup ?? []).flatMap((name) => ['--cgroup', name]),
    ...(scope.unit ?? []).flatMap((name) => ['--unit', name]),
    ...(scope.tasks === true ? ['--task'] : []),
  ]
}

/** Where services of the host keep what must outlive them; who wants runs remembered there makes the folder. */
const STATE_FOLDER = '/var/lib/detpack'

/**
 * How the sensor is told where it remembers how a run ended, so that the next one names it. Without a file: in the host's
 * folder for that, one file for each command, and nowhere when there is no such folder or it cannot be written.
 */
export function stateArguments(file: string | undefined, command: string, folder = STATE_FOLDER): string[] {
  if (file !== undefined) return file === 'none' ? [] : ['--state', file]
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return ['--state', path.join(folder, `${command}.state`)]
  } catch {
    return []
  }
}

export interface StartedSensor {
  readonly child: ChildProcess
  /** Once it has ended: its exit code, or 128 and the number of the signal that ended it. The tables are gone then. */
  readonly ended: Promise<number>
}

/** Starts `detpack-sensor run` with the pack's classes and, where tasks are watched, its tasks. */
export function startSensor(
  scope: ScopeOptions,
  options: readonly string[],
  stdio: StdioOptions,
  resources?: string,
): StartedSensor {
  const program = sensorProgram()
  const tables = new Tables()
  try {
    const given = [
      'run',
      ...scopeArguments(scope),
      '--classes',
      tables.write('classes', classes(resources)),
      ...options,
    ]
    if (scope.tasks === true) given.push('--tasks', tables.writeTrusted('tasks', taskTable()))
    const child = spawn(program, given, { stdio })
    return { child, ended: endOf(child).finally(() => tables.remove()) }
  } catch (problem) {
    tables.remove()
    throw problem
  }
}

/**
 * Writes the pack's tables where a service of the sensor reads them: `classes`, and `tasks` where the pack has any. The
 * names of what was written.
 */
export function writeTables(folder: string, resources?: string): readonly string[] {
  const hasTasks = loadTasks(loadUsableConfiguration('.')).tasks.size > 0
  const tables = [['classes', classes(resources)], ...(hasTasks ? [['tasks', taskTable()]] : [])] as const
  return tables.map(([name = '', text = '']) => {
    const file = path.join(folder, name)
    writeWhole(file, text)
    return file
  })
}

/** Resolves when the program is gone; one that could not be started is an `Unusable`. */
export function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const program = child.spawnfile
    child.on('error', (problem) => reject(new Unusable(`the sensor ${program} cannot be started: ${reason(problem)}`)))
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)))
  })
}

function classes(resources: string | undefined): string {
  const rendered = renderClassTable(loadResources(resources))
  if ('text' in rendered) return rendered.text
  throw new Unusable(`the sensor takes no tab or line end in a pattern: ${rendered.refused.join(', ')}`)
}

function taskTable(): string {
  const { tasks } = loadTasks(loadUsableConfiguration('.'))
  if (tasks.size === 0) throw new Unusable('there are no tasks here: write one below rules/tasks, or leave --tasks out')
  const rendered = renderTaskTable(tasks.values())
  if ('text' in rendered) return rendered.text
  throw new Unusable(`the sensor takes no such name of a task or agent: ${rendered.refused.join(', ')}`)
}

/** Files that the sensor reads at its start; removed when it has ended. */
class Tables {
  readonly #folders: string[] = []

  write(name: string, text: string): string {
    return this.#put(tmpdir(), name, text)
  }

  writeTrusted(name: string, text: string): string {
    try {
      mkdirSync(RUN_FOLDER, { recursive: true, mode: 0o755 })
    } catch (problem) {
      throw new Unusable(`cannot write to ${RUN_FOLDER}: ${reason(problem)}; tasks need root`)
    }
    return this.#put(RUN_FOLDER, name, text)
  }

  remove(): void {
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  }

  #put(below: string, name: string, text: string): string {
    try {
      const folder = mkdtempSync(path.join(below, 'detpack-'))
      this.#folders.push(folder)
      const file = path.join(folder, name)
      writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
      return file
    } catch (problem) {
      throw new Unusable(`cannot write below ${below}: ${reason(problem)}`)
    }
  }
}
