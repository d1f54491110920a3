import { redactArguments } from '../recording/argument.ts'
import type { ToldHost } from '../recording/told-host.ts'
import type { TracedProcess } from '../recording/traced-process.ts'
import type { UsePart } from '../use-event.ts'
import type { FalcoAlert } from './alert.ts'

/** Nanoseconds of Falco's start times, as microseconds; it says 0 where it does not know. */
function startOf(nanos: number | undefined): number | undefined {
  return nanos === undefined || nanos <= 0 || nanos > 253_402_300_799e9 ? undefined : Math.floor(nanos / 1000)
}

/**
 * The process of an alert: by its number and its start (`proc.pid.ts`); without a start by the number alone, and then a
 * number that comes back with another parent and another program is of another process.
 */
export function processOf(host: ToldHost, alert: FalcoAlert): TracedProcess {
  const pid = alert.number('proc.pid')
  if (pid === undefined || pid <= 0) return host.stranger
  const start = startOf(alert.number('proc.pid.ts'))
  const parent = parentOf(host, alert)
  const executable = alert.first('proc.exepath', 'proc.exe')
  const key = keyOf(pid, start)
  let process = host.find(key)
  if (process !== undefined && start === undefined && isAnother(process, parent, executable)) {
    host.leave(key)
    process = undefined
  }
  process ??= meet(host, alert, key, { pid, start, parent })
  process.parent ??= parent
  update(process, alert, executable)
  return process
}

function meet(
  host: ToldHost,
  alert: FalcoAlert,
  key: string,
  met: { readonly pid: number; readonly start: number | undefined; readonly parent?: TracedProcess | undefined },
): TracedProcess {
  const entityId = `${host.frame.run.slice(0, 16)}-p${met.pid}-${met.start ?? alert.micros ?? 0}`
  return host.meet(key, { entityId, ...met })
}

export function keyOf(pid: number, start: number | undefined): string {
  return start === undefined ? `${pid}` : `${pid} ${start}`
}

/** Falco gives the start of the parent in an index of ancestors. */
function parentOf(host: ToldHost, alert: FalcoAlert): TracedProcess | undefined {
  const pid = alert.number('proc.ppid') ?? alert.number('proc.apid[1]')
  if (pid === undefined || pid <= 0) return undefined
  const start = startOf(alert.number('proc.ppid.ts'))
  const key = keyOf(pid, start)
  const parent = host.find(key) ?? meet(host, alert, key, { pid, start })
  parent.name ??= alert.first('proc.pname', 'proc.aname[1]')
  parent.executable ??= alert.first('proc.pexepath', 'proc.aexepath[1]', 'proc.pexe')
  return parent
}

function isAnother(process: TracedProcess, parent: TracedProcess | undefined, executable: string | undefined): boolean {
  if (parent === undefined || parent.pid === 1 || process.parent === undefined) return false
  if (process.parent.pid === parent.pid) return false
  return process.executable !== undefined && executable !== undefined && process.executable !== executable
}

function update(process: TracedProcess, alert: FalcoAlert, executable: string | undefined): void {
  const name = alert.first('proc.name')
  process.name = name?.slice(0, 15) ?? process.name
  process.executable = executable ?? process.executable
  process.cwd = alert.text('proc.cwd') ?? process.cwd
  process.user = alert.text('user.uid') ?? process.user
  process.userName = alert.text('user.name') ?? process.userName
  process.group = alert.text('group.gid') ?? process.group
  const terminal = alert.number('proc.tty')
  if (terminal !== undefined) process.interactive = terminal !== 0
  const container = alert.first('container.full_id', 'container.id')
  if (container !== undefined && container !== 'host') process.container = container
  process.pod = alert.first('k8s.pod.uid', 'k8s.pod.id') ?? process.pod
}

/** Of an exec. `proc.cmdline` is one text; single arguments come only one by one. */
export function commandOf(alert: FalcoAlert): Partial<UsePart<'process'>> {
  const listed = argumentsOf(alert)
  const line = alert.text('proc.cmdline')
  const cwd = alert.text('proc.cwd')
  const text = listed?.join(' ') ?? (line === undefined ? undefined : redactArguments(line.split(' ')).join(' '))
  return {
    ...(listed && { args: listed, args_count: listed.length }),
    ...(text !== undefined && { command_line: text }),
    ...(cwd !== undefined && { working_directory: cwd }),
  }
}

/** More arguments than this are asked for by no rule. */
const MOST_ARGUMENTS = 256

/** `proc.arg[0]` is the first after the program. */
function argumentsOf(alert: FalcoAlert): readonly string[] | undefined {
  const program = alert.first('proc.exe', 'proc.name')
  if (program === undefined || alert.text('proc.arg[0]') === undefined) return undefined
  const list = [program]
  for (let at = 0; at < MOST_ARGUMENTS; at++) {
    const text = alert.text(`proc.arg[${at}]`)
    if (text === undefined) break
    list.push(text)
  }
  return redactArguments(list)
}
