import { spawn } from 'node:child_process'
import type { ExitCode } from '../exit-code.ts'
import { endOf, sensorProgram } from '../sensor-program.ts'
import type { Shared } from '../shared.ts'

export interface RunOptions {
  readonly task: string
  readonly agent?: string
  readonly user?: string
  readonly allowRoot?: boolean
  readonly control?: string
}

/** Starts a command as a declared task; it does not start unless the sensor has labelled it. Gives its exit status. */
export async function runTask(_shared: Shared, command: readonly string[], options: RunOptions): Promise<ExitCode> {
  const given = [
    'launch',
    '--task',
    options.task,
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
