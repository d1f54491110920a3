import type { Use } from '../recording/use.ts'
import { NAMESPACE_FLAGS } from '../system-call/surroundings-call.ts'
import type { ToldHost } from '../recording/told-host.ts'
import type { FalcoAlert } from './alert.ts'
import type { ToldDescriptor } from './descriptor.ts'
import { commandOf } from './processes.ts'

/** What an event of Falco was used for; undefined where it is no use of a capability. */
export interface Happening {
  readonly alert: FalcoAlert
  readonly host: ToldHost
  readonly descriptor: ToldDescriptor | undefined
  readonly succeeded: boolean
  /** What the call gave back, where that is told. */
  readonly returned: number | undefined
}

type ToUse = (happening: Happening) => Use | undefined

/** By `evt.type`. */
export const USES: ReadonlyMap<string, ToUse> = new Map<string, ToUse>([
  ...named('open openat openat2 open_by_handle_at creat', open),
  ...named('read pread readv preadv', (one) => transfer(one, 'in')),
  ...named('recv recvfrom recvmsg recvmmsg', (one) => transfer(one, 'in')),
  ...named('write pwrite writev pwritev', (one) => transfer(one, 'out')),
  ...named('send sendto sendmsg sendmmsg', (one) => transfer(one, 'out')),
  ...named('sendfile splice copy_file_range', move),
  ...named('connect', (one) => ({ action: 'network_connect', ...ofDescriptor(one), ...outward(one) })),
  ...named('accept accept4', (one) => ({ action: 'network_accept', ...ofDescriptor(one), ...inward(one) })),
  ...named('listen', (one) => ({
    action: 'network_listen',
    ...ofDescriptor(one),
    to: one.descriptor?.ends?.local,
    inward: true,
  })),
  ...named('execve execveat', execute),
  ...named('procexit', exit),
  ...named('kill tkill tgkill', signal),
  ...named('ptrace process_vm_readv process_vm_writev', (one) => ({
    action: 'process_inspect',
    ...target(one, 'pid'),
  })),
  ...named('setuid setresuid setreuid setgid setresgid setregid capset', changePrivileges),
  ...named('unshare setns', changeNamespaces),
  ...named('mount umount umount2 umount_1 pivot_root', mount),
  ...named('init_module finit_module', loadModule),
  ...named('bpf', bpf),
  ...named('unlink unlinkat rmdir', (one) => ofName(one, 'file_delete', 'fs.path.name', ['name', 'path'])),
  ...named('rename renameat renameat2', rename),
  ...named('mkdir mkdirat mknod mknodat', (one) => ofName(one, 'file_create', 'fs.path.name', ['path', 'name'])),
  ...named('link linkat symlink symlinkat', link),
  ...named('chmod fchmod fchmodat', mode),
  ...named('chown lchown fchown fchownat truncate ftruncate setxattr', (one) =>
    one.descriptor === undefined
      ? ofName(one, 'file_attribute', 'fs.path.name', ['path', 'filename', 'name'])
      : { action: 'file_attribute', ...ofDescriptor(one) },
  ),
  ...named('mmap mmap2', map),
  ...named('mprotect', protect),
  ...named('memfd_create', (one) => make(one, 'memfd')),
  ...named('pipe pipe2', (one) => make(one, 'pipe')),
  ...named('socket socketpair', (one) => make(one, 'socket')),
  ...named('dup dup2 dup3', (one) => ({ action: 'descriptor_duplicate', ...ofDescriptor(one) })),
  ...named('pidfd_getfd', (one) => ({ action: 'descriptor_take', ...ofDescriptor(one) })),
])

function named(names: string, use: ToUse): [string, ToUse][] {
  return names.split(' ').map((name) => [name, use])
}

type OfDescriptor = Pick<Use, 'descriptor' | 'object' | 'file' | 'unknown'>

function ofDescriptor({ descriptor, alert }: Happening): OfDescriptor {
  const number = alert.number('fd.num')
  const known = number === undefined || number < 0 ? {} : { descriptor: number }
  if (descriptor === undefined) return { ...known, unknown: ['detpack.object.id'] }
  return { ...known, object: descriptor.object, ...(descriptor.file && { file: descriptor.file }) }
}

function outward({ descriptor }: Happening): Pick<Use, 'from' | 'to' | 'inward'> {
  return { from: descriptor?.ends?.local, to: descriptor?.ends?.remote, inward: false }
}

function inward({ descriptor }: Happening): Pick<Use, 'from' | 'to' | 'inward'> {
  return { from: descriptor?.ends?.remote, to: descriptor?.ends?.local, inward: true }
}

function flagsIn(text: string | undefined): readonly string[] | undefined {
  const flags = text?.match(/\bO_[A-Z_]{1,20}\b/g) ?? []
  return flags.length === 0 ? undefined : flags.filter((flag) => !flag.startsWith('O_F_') && flag !== 'O_NONE')
}

function open(one: Happening): Use {
  const { alert, descriptor, succeeded, host } = one
  const flags = flagsIn(alert.argument('flags'))
  const made = alert.text('evt.type') === 'creat' || (flags?.includes('O_CREAT') === true && flags.includes('O_EXCL'))
  const action = made && alert.text('evt.type') !== 'creat' ? 'file_create' : 'file_open'
  const known = { action, ...(flags ? { flags } : {}) } as const
  const missing = flags ? [] : ['detpack.descriptor.flags']
  if (descriptor !== undefined && succeeded) {
    const told = ofDescriptor(one)
    return { ...known, ...told, unknown: [...(told.unknown ?? []), ...missing] }
  }
  const path = alert.first('fd.name', 'fs.path.name') ?? alert.argument('name')
  if (path?.startsWith('/') && succeeded) return { ...known, object: host.file(path, 'program'), unknown: missing }
  return {
    ...known,
    ...(path !== undefined && { path }),
    unknown: ['detpack.object.id', ...(path === undefined ? ['file.path'] : []), ...missing],
  }
}

function bytesOf({ returned, alert }: Happening): number | undefined {
  const told = returned ?? alert.number('evt.rawarg.res') ?? alert.number('evt.buflen')
  return told === undefined || told < 0 ? undefined : told
}

/** What is moved through a descriptor; without one that is told, what was done is a guess, and says so. */
function transfer(one: Happening, way: 'in' | 'out'): Use {
  const { descriptor } = one
  const bytes = bytesOf(one)
  const socket = descriptor === undefined ? isSocketCall(one.alert) : descriptor.object.kind === 'socket'
  const told = ofDescriptor(one)
  if (socket) {
    const action = way === 'in' ? 'network_receive' : 'network_send'
    return { action, ...told, ...(way === 'in' ? inward(one) : outward(one)), bytes }
  }
  const action = way === 'in' ? 'file_read' : 'file_write'
  if (descriptor !== undefined) return { action, ...told, bytes }
  return { action, ...told, bytes, unknown: ['detpack.object.id', 'event.action'] }
}

function isSocketCall(alert: FalcoAlert): boolean {
  return /^(?:send|recv)/.test(alert.text('evt.type') ?? '')
}

/** Falco names the descriptor that data goes to. */
function move(one: Happening): Use {
  const route = one.alert.text('evt.type') === 'sendfile' ? 'sendfile' : 'splice'
  return { ...transfer(one, 'out'), route }
}

function execute({ alert, host, succeeded }: Happening): Use {
  const path = alert.first('proc.exepath', 'proc.exe') ?? alert.argument('filename')
  const memory = alert.text('proc.is_exe_from_memfd') === 'true'
  const ownProcess = commandOf(alert)
  const unlisted = ownProcess.args === undefined ? ['process.args'] : []
  if (path?.startsWith('/') !== true)
    return { action: 'process_exec', ownProcess, unknown: ['detpack.object.id', 'file.path', ...unlisted] }
  if (!succeeded) return { action: 'process_exec', path, ownProcess, unknown: ['detpack.object.id', ...unlisted] }
  const object = host.file(path, 'kernel', memory || path.startsWith('/memfd:') ? 'memfd' : 'file')
  const inode = alert.text('proc.exe_ino')
  return {
    action: 'process_exec',
    object,
    ...(inode !== undefined && { file: { inode } }),
    ownProcess,
    unknown: unlisted,
  }
}

function exit({ alert }: Happening): Use {
  const status = Number(alert.argument('ret') ?? alert.argument('status') ?? NaN)
  return {
    action: 'process_exit',
    ...(Number.isInteger(status) ? { ownProcess: { exit_code: status & 0xff } } : { unknown: ['process.exit_code'] }),
  }
}

/** `SIGKILL`, and `0(NULL)` for a question. */
function signal(one: Happening): Use | undefined {
  const name = /\bSIG[A-Z0-9+-]{2,10}\b/.exec(one.alert.argument('sig') ?? '')?.[0]
  if (one.alert.argument('sig')?.startsWith('0') === true) return undefined
  return { action: 'process_signal', ...target(one, 'pid'), ...(name !== undefined && { detpack: { signal: name } }) }
}

/** `1234(python3)` */
function target({ alert }: Happening, argument: string): Pick<Use, 'target' | 'unknown'> {
  const told = /^(\d{1,10})(?:\(([^)]{1,64})\))?/.exec(alert.argument(argument) ?? '')
  const pid = Number(told?.[1] ?? 0)
  if (pid <= 0) return { unknown: ['detpack.object.process.pid'] }
  return { target: { pid, process: undefined, name: told?.[2] }, unknown: ['detpack.object.process.entity_id'] }
}

function changePrivileges({ alert }: Happening): Use {
  const id = (name: string): string | undefined => /^(\d{1,10})/.exec(alert.argument(name) ?? '')?.[1]
  const effective = id('euid') ?? (alert.text('evt.type') === 'setuid' ? id('uid') : undefined)
  const real = id('ruid') ?? (alert.text('evt.type') === 'setuid' ? id('uid') : undefined)
  const sets = alert
    .text('thread.cap_effective')
    ?.split(' ')
    .filter((one) => one.startsWith('CAP_'))
  return {
    action: 'privilege_change',
    ...((effective ?? real) !== undefined && {
      user: {
        ...(effective !== undefined && { effective: { id: effective } }),
        ...(real !== undefined && { changes: { id: real } }),
      },
    }),
    ...(sets !== undefined && sets.length > 0 && { ownProcess: { thread: { capabilities: { effective: sets } } } }),
  }
}

function changeNamespaces({ alert }: Happening): Use {
  const flags = (alert.argument('flags') ?? alert.argument('nstype') ?? '').match(/CLONE_NEW[A-Z]+/g) ?? []
  const kind = [...new Set(flags.flatMap((flag) => NAMESPACE_FLAGS.get(flag) ?? []))]
  return {
    action: 'namespace_change',
    ...(kind.length > 0 ? { detpack: { namespace: { kind } } } : { unknown: ['detpack.namespace.kind'] }),
  }
}

function mount({ alert }: Happening): Use {
  const path = alert.argument('dir') ?? alert.argument('name') ?? alert.text('fs.path.target')
  const [source, type] = [alert.argument('dev'), alert.argument('type')]
  const flags = alert.argument('flags')?.match(/\bMS_[A-Z]{1,20}\b/g) ?? []
  return {
    action: 'mount',
    ...(path === undefined ? { unknown: ['file.path'] } : { path }),
    detpack: {
      mount: {
        ...(source !== undefined && { source }),
        ...(type !== undefined && { type }),
        ...(flags.length > 0 && { flags }),
      },
    },
  }
}

function loadModule(one: Happening): Use {
  const name = /([^/]+?)(?:\.ko(?:\.[gx]z|\.zst)?)?$/.exec(one.alert.text('fd.name') ?? '')?.[1]
  return {
    action: 'module_load',
    ...(one.descriptor && ofDescriptor(one)),
    ...(name === undefined ? { unknown: ['detpack.module.name'] } : { detpack: { module: { name } } }),
  }
}

/** Commands that make, load or attach (linux/bpf.h); looking up and asking are none. */
const BPF_USES =
  /^BPF_(?:MAP_CREATE|PROG_LOAD|OBJ_PIN|OBJ_GET|PROG_ATTACH|PROG_DETACH|RAW_TRACEPOINT_OPEN|BTF_LOAD|LINK_CREATE|LINK_UPDATE|LINK_DETACH)$/

function bpf({ alert }: Happening): Use | undefined {
  const command = /\bBPF_[A-Z_]{1,32}\b/.exec(alert.argument('cmd') ?? '')?.[0]
  if (command === undefined) return { action: 'bpf_use', unknown: ['detpack.bpf.command'] }
  return BPF_USES.test(command) ? { action: 'bpf_use', detpack: { bpf: { command } } } : undefined
}

function nameOf(alert: FalcoAlert, field: string, names: readonly string[]): string | undefined {
  const told = alert.text(field) ?? names.map((name) => alert.argument(name)).find((one) => one !== undefined)
  // A relative name is told with its place in brackets: `a(/tmp/a)`.
  return /\((\/[^)]*)\)$/.exec(told ?? '')?.[1] ?? told
}

function ofName(one: Happening, action: Use['action'], field: string, names: readonly string[]): Use {
  const { alert, host, succeeded } = one
  const path = nameOf(alert, field, names)
  if (path === undefined) return { action, unknown: ['detpack.object.id', 'file.path'] }
  if (!path.startsWith('/') || !succeeded) return { action, path, unknown: ['detpack.object.id'] }
  if (action === 'file_delete') return { action, object: host.objects.remove(path) }
  return { action, object: host.file(path, 'program') }
}

function rename({ alert, host, succeeded }: Happening): Use {
  const from = nameOf(alert, 'fs.path.source', ['oldpath'])
  const to = nameOf(alert, 'fs.path.target', ['newpath'])
  const previous = from === undefined ? {} : { detpack: { file: { previous_path: from } } }
  if (from?.startsWith('/') && to?.startsWith('/') && succeeded)
    return { action: 'file_rename', object: host.objects.rename(from, to), ...previous }
  return {
    action: 'file_rename',
    ...(to !== undefined && { path: to }),
    unknown: ['detpack.object.id', ...(to === undefined ? ['file.path'] : [])],
    ...previous,
  }
}

function link(one: Happening): Use {
  const target = nameOf(one.alert, 'fs.path.source', ['oldpath', 'target'])
  const made = ofName(one, 'file_create', 'fs.path.target', ['newpath', 'linkpath'])
  return { ...made, ...(target !== undefined && { file: { target_path: target } }) }
}

/** `S_IXOTH|S_IWUSR|…`, or a number. */
function mode(one: Happening): Use {
  const { alert, descriptor } = one
  const base: Use =
    descriptor === undefined
      ? ofName(one, 'file_attribute', 'fs.path.name', ['filename', 'path'])
      : { action: 'file_attribute', ...ofDescriptor(one) }
  const bits = modeBits(alert.argument('mode'))
  return bits === undefined ? base : { ...base, file: { ...base.file, mode: bits.toString(8).padStart(4, '0') } }
}

const MODE_NAMES: Readonly<Record<string, number>> = {
  S_ISUID: 0o4000,
  S_ISGID: 0o2000,
  S_ISVTX: 0o1000,
  S_IRUSR: 0o400,
  S_IWUSR: 0o200,
  S_IXUSR: 0o100,
  S_IRGRP: 0o40,
  S_IWGRP: 0o20,
  S_IXGRP: 0o10,
  S_IROTH: 0o4,
  S_IWOTH: 0o2,
  S_IXOTH: 0o1,
}

function modeBits(text: string | undefined): number | undefined {
  const names = text?.match(/S_I[A-Z]{4}/g)
  if (names) return names.reduce((bits, name) => bits | (MODE_NAMES[name] ?? 0), 0)
  return text !== undefined && /^0?[0-7]{3,4}$/.test(text) ? Number.parseInt(text, 8) & 0o7777 : undefined
}

function protectionIn(text: string | undefined): readonly string[] {
  return (text?.match(/PROT_(?:READ|WRITE|EXEC)/g) ?? []).map((one) => one.slice(5).toLowerCase())
}

function map(one: Happening): Use | undefined {
  const protection = protectionIn(one.alert.argument('prot'))
  const shared = /MAP_SHARED/.test(one.alert.argument('flags') ?? '')
  const memory = { protection, ...(shared && { shared }) }
  if (one.descriptor !== undefined)
    return { action: 'file_map', route: 'mmap', ...ofDescriptor(one), detpack: { memory } }
  return protection.includes('exec') ? { action: 'memory_exec', detpack: { memory: { protection } } } : undefined
}

function protect({ alert }: Happening): Use | undefined {
  const protection = protectionIn(alert.argument('prot'))
  return protection.includes('exec') ? { action: 'memory_exec', detpack: { memory: { protection } } } : undefined
}

function make(one: Happening, kind: 'memfd' | 'pipe' | 'socket'): Use {
  if (one.descriptor !== undefined) return { action: 'descriptor_create', ...ofDescriptor(one) }
  const told = ofDescriptor(one)
  const family = /AF_[A-Z0-9]+/
    .exec(one.alert.argument('domain') ?? '')?.[0]
    ?.replace('AF_', '')
    .toLowerCase()
  const object = one.host.objects.create({ kind, key: undefined })
  if (family !== undefined) object.family = family
  return { action: 'descriptor_create', ...told, object, unknown: [] }
}
