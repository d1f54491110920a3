import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import path from 'node:path'
import { bindParameters } from '../../behaviour/bind.ts'
import type { Task } from '../../behaviour/task.ts'
import type { Binding } from '../../event/binding.ts'
import { reason } from '../../pack/system-reason.ts'
import { loadTasks } from '../../pack/tasks.ts'
import type { ExitCode } from '../exit-code.ts'
import { loadUsableConfiguration } from '../packs.ts'
import { endOf, sensorProgram } from '../sensor-program.ts'
import type { Shared } from '../shared.ts'
import { Unusable } from '../unusable.ts'

export interface RunOptions {
  readonly task: string
  readonly bind?: readonly string[]
  readonly agent?: string
  readonly user?: string
  readonly allowRoot?: boolean
  readonly control?: string
}

/**
 * Starts a command as a declared task; it does not start unless the sensor has labelled it and taken what its parameters
 * are bound to. Gives its exit status.
 */
export async function runTask(_shared: Shared, command: readonly string[], options: RunOptions): Promise<ExitCode> {
  const given = [
    'launch',
    '--task',
    options.task,
    ...bindingsOf(options).flatMap((each) => ['--bind', each]),
    ...(options.agent === undefined ? [] : ['--agent', options.agent]),
    ...(options.user === undefined ? [] : ['--user', options.user]),
    ...(options.allowRoot === true ? ['--allow-root'] : []),
    ...(options.control === undefined ? [] : ['--control', options.control]),
    '--',
    ...command,
  ]
  const child = spawn(sensorProgram(), given, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  // The command's own status, whatever it means: scripts ask for it.
  return (await endOf(child)) as ExitCode
}

/**
 * What parameters are bound to, with whole paths. What is wrong by the pack here is said at once; the sensor looks again, by
 * the tasks that it was started with.
 */
function bindingsOf({ task: name, bind = [] }: RunOptions): readonly string[] {
  const task = loadTasks(loadUsableConfiguration('.')).tasks.get(name)
  if (task === undefined) return bind
  const given = bind.map((each) => withWholePath(task, each))
  const bound = bindParameters(task, given)
  const problems = 'problems' in bound ? bound.problems : bound.bindings.flatMap(missing)
  if (problems.length > 0) throw new Unusable(`nothing was started: ${problems.join('; ')}`)
  return given
}

function withWholePath({ parameters }: Task, text: string): string {
  const equals = text.indexOf('=')
  const parameter = parameters.find(({ name }) => name === text.slice(0, equals))
  const value = text.slice(equals + 1)
  const isPath = parameter?.kind === 'file' || parameter?.kind === 'directory'
  return isPath && value !== '' ? `${parameter.name}=${path.resolve(value)}` : text
}

function missing({ name, kind, value }: Binding): string[] {
  if (kind !== 'file' && kind !== 'directory') return []
  try {
    const found = statSync(value)
    const right = kind === 'file' ? found.isFile() : found.isDirectory()
    return right ? [] : [`"${name}" is to be a ${kind}, and ${value} is none`]
  } catch (problem) {
    return [`"${name}" cannot be bound to ${value}: ${reason(problem)}`]
  }
}
