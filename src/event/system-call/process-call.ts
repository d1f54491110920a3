import type { UsePart } from '../use-event.ts'
import { redactArguments } from '../recording/argument.ts'
import { succeeded } from './file-call.ts'
import { parseNode } from './shown-node.ts'
import { owned } from '../recording/owned.ts'
import type { Use } from '../recording/use.ts'
import { tell, type CallHandler, type Moment } from './moment.ts'
import { fieldOf, flagsOf, itemsOf, numberOf, textOf, wordOf, type DescriptorValue, type Value } from './value.ts'

/** Calls on processes: other programs, signals, inspection, privileges. fork, clone and exit are the importer's. */
export const PROCESS_CALLS: Readonly<Record<string, CallHandler>> = {
  execve: (moment) => execute(moment, moment.call.args[0], moment.call.args[1]),
  execveat: (moment) => execute(moment, moment.call.args[1], moment.call.args[2], moment.call.args[0]),
  kill: (moment) => signal(moment, pidOf(moment.call.args[0]), moment.call.args[1]),
  tkill: (moment) => signal(moment, pidOf(moment.call.args[0]), moment.call.args[1]),
  tgkill: (moment) => signal(moment, pidOf(moment.call.args[0]), moment.call.args[2]),
  pidfd_send_signal: (moment) => {
    const pidfd = moment.trace.slot(moment.process, moment.call.args[0])?.slot.description.object
    signal(moment, pidfd?.pid, moment.call.args[1])
  },
  ptrace: (moment) => {
    const request = wordOf(moment.call.args[0]) ?? ''
    if (INSPECTING.test(request)) inspect(moment, pidOf(moment.call.args[1]), undefined)
  },
  process_vm_readv: (moment) => inspect(moment, pidOf(moment.call.args[0]), resultOf(moment)),
  process_vm_writev: (moment) => inspect(moment, pidOf(moment.call.args[0]), resultOf(moment)),
  setuid: (moment) => changeUser(moment, moment.call.args[0], moment.call.args[0]),
  setreuid: (moment) => changeUser(moment, moment.call.args[1], moment.call.args[0]),
  setresuid: (moment) => changeUser(moment, moment.call.args[1], moment.call.args[0]),
  setfsuid: (moment) => tell(moment, { action: 'privilege_change' }),
  setgid: (moment) => tell(moment, { action: 'privilege_change' }),
  setregid: (moment) => tell(moment, { action: 'privilege_change' }),
  setresgid: (moment) => tell(moment, { action: 'privilege_change' }),
  setfsgid: (moment) => tell(moment, { action: 'privilege_change' }),
  setgroups: (moment) => tell(moment, { action: 'privilege_change' }),
  capset: (moment) => changeCapabilities(moment),
  prctl: (moment) => {
    if (PRIVILEGED.has(wordOf(moment.call.args[0]) ?? '')) tell(moment, { action: 'privilege_change' })
  },
}

/** Requests that look into or change the other process; stopping and continuing it do not. */
const INSPECTING = /^PTRACE_(?:ATTACH|SEIZE|PEEK\w*|POKE\w*|GETREGS|SETREGS|GETFPREGS|SETFPREGS|GETREGSET|SETREGSET)$/

const PRIVILEGED: ReadonlySet<string> = new Set([
  'PR_CAP_AMBIENT',
  'PR_SET_KEEPCAPS',
  'PR_SET_SECUREBITS',
  'PR_SET_DUMPABLE',
])

function resultOf(moment: Moment): number | undefined {
  return moment.call.result.kind === 'value' ? moment.call.result.number : undefined
}

function pidOf(value: Value | undefined): number | undefined {
  return numberOf(value)
}

function targetOf(moment: Moment, pid: number | undefined): Pick<Use, 'target' | 'unknown'> {
  if (pid === undefined || pid <= 0) return { unknown: ['detpack.object.process.pid'] }
  return { target: { pid, process: moment.trace.find(pid) } }
}

function execute(moment: Moment, file: Value | undefined, args: Value | undefined, directory?: Value): void {
  const { trace, process, call } = moment
  const given = trace.path(process, file, directory)
  const opened = directory?.kind === 'descriptor' && textOf(file) === '' ? directory : undefined
  const path = opened ? pathOf(opened) : given
  const object = opened && trace.slot(process, opened)?.slot.description.object
  const texts =
    args?.kind === 'list' ? itemsOf(args).map((one) => (one.kind === 'text' ? one.text : undefined)) : undefined
  const told = texts?.filter((one) => one !== undefined)
  const cut =
    texts === undefined ||
    told?.length !== texts.length ||
    itemsOf(args).some((one) => one.kind === 'text' && one.truncated)
  const workingDirectory = process.cwd
  const redacted = told && redactArguments(told)
  const unknown = [
    ...(cut ? ['process.args', 'process.command_line'] : []),
    ...(path === undefined ? ['process.executable'] : []),
  ]
  if (succeeded(moment)) {
    process.image++
    process.table = process.table.unshare()
    trace.closeWhere(process, (_, slot) => slot.closeOnExec)
    const program = call.program
    process.executable = program ? program.executable : path === undefined ? undefined : owned(path)
    process.name = program ? program.name : nameOf(process.executable)
  }
  tell(moment, {
    action: 'process_exec',
    ...(path?.startsWith('/') && { path }),
    ...(path?.startsWith('/') && succeeded(moment) && { object: object ?? trace.objects.named(path) }),
    ownProcess: {
      ...(redacted && {
        args: redacted,
        args_count: texts?.length ?? redacted.length,
        command_line: redacted.join(' '),
      }),
      ...(workingDirectory !== undefined && { working_directory: workingDirectory }),
    },
    unknown,
  })
}

/** The kernel keeps 15 bytes of the base name. */
function nameOf(path: string | undefined): string | undefined {
  return path
    ?.slice(path.lastIndexOf('/') + 1)
    .replace(/ \(deleted\)$/, '')
    .slice(0, 15)
}

/** The path of a program that is run by a descriptor (execveat, fexecve), as the kernel names it: see d_path. */
function pathOf(opened: DescriptorValue): string | undefined {
  const { path } = parseNode(opened)
  return path !== undefined && opened.deleted ? `${path} (deleted)` : path
}

function signal(moment: Moment, pid: number | undefined, value: Value | undefined): void {
  const name = wordOf(value)
  if (name === undefined || name === '0') return
  tell(moment, { action: 'process_signal', ...targetOf(moment, pid), detpack: { signal: name } })
}

function inspect(moment: Moment, pid: number | undefined, bytes: number | undefined): void {
  tell(moment, { action: 'process_inspect', ...targetOf(moment, pid), bytes })
}

/** -1 leaves an id as it is. */
function changeUser(moment: Moment, effective: Value | undefined, real: Value | undefined): void {
  const idOf = (value: Value | undefined): string | undefined => {
    const id = numberOf(value)
    return id === undefined || id < 0 ? undefined : String(id)
  }
  const to = idOf(effective)
  const owner = idOf(real)
  if (succeeded(moment) && to !== undefined) moment.process.user = to
  tell(moment, {
    action: 'privilege_change',
    user: {
      ...(to !== undefined && { effective: { id: to } }),
      ...(owner !== undefined && { changes: { id: owner } }),
    },
  })
}

function changeCapabilities(moment: Moment): void {
  const data = moment.call.args[1]
  const effective = capabilitiesOf(fieldOf(data, 'effective'))
  const permitted = capabilitiesOf(fieldOf(data, 'permitted'))
  const capabilities = { ...(effective && { effective }), ...(permitted && { permitted }) }
  tell(moment, { action: 'privilege_change', ownProcess: threadPart(moment, capabilities) })
}

/** The thread with its Linux capabilities after a change. */
export function threadPart(
  moment: Moment,
  capabilities: NonNullable<UsePart<'process'>['thread']>['capabilities'],
): Partial<UsePart<'process'>> {
  const thread = moment.thread === undefined ? {} : { id: moment.thread }
  return { thread: { ...thread, ...(capabilities && { capabilities }) } }
}

/** `1<<CAP_NET_RAW|1<<CAP_CHOWN` */
function capabilitiesOf(value: Value | undefined): readonly string[] | undefined {
  if (value?.kind !== 'word') return undefined
  const names = flagsOf(value).map((flag) => flag.replace(/^1<</, ''))
  return names.every((name) => name.startsWith('CAP_')) ? names : undefined
}
