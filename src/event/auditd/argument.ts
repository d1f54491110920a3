import type { Value } from '../system-call/value.ts'
import {
  bpfCommand,
  cloneFlags,
  closeRangeFlags,
  descriptorFlags,
  fcntlCommand,
  mapFlags,
  memfdFlags,
  mountFlags,
  openFlags,
  prctlOption,
  protections,
  ptraceRequest,
  signalName,
  socketFamily,
  socketType,
  unmountFlags,
} from '../system-call/flag-name.ts'
import type { RawCall } from './raw-call.ts'
import { decodeText, type Fields } from './record.ts'

type Decode = (raw: RawCall) => readonly Value[]

/** Fills the place of an argument that nobody asks for. */
const GAP: Value = { kind: 'word', text: '' }

const word = (text: string): Value => ({ kind: 'word', text })
const address = (raw: RawCall): Value => ({ kind: 'address', endpoint: raw.address?.endpoint })
const mode = (number: number): Value => word(`0${(number & 0o7777).toString(8)}`)

const descriptor: Decode = (raw) => [raw.word(0)]
const path: Decode = (raw) => [raw.path()]
const made: Decode = (raw) => [raw.path(undefined, true)]
const pathAt: Decode = (raw) => {
  const directory = raw.directory(0)
  return [directory, raw.path(directory)]
}
const madeAt: Decode = (raw) => {
  const directory = raw.directory(0)
  return [directory, raw.path(directory, true)]
}
const none: Decode = () => []

/** A call that makes one descriptor, with the place of its flags and the name of that for close-on-exec. */
function maker(flagsAt: number, flag: string): Decode {
  return (raw) => [...gaps(flagsAt), word((raw.int(flagsAt) & 0o2000000) === 0 ? '' : flag)]
}

function gaps(count: number): Value[] {
  return Array.from({ length: count }, () => GAP)
}

function pair(raw: RawCall): Value {
  const fields = raw.of('FD_PAIR')
  const numbers = [fields?.raw('fd0'), fields?.raw('fd1')].filter((number) => number !== undefined)
  return { kind: 'list', items: numbers.map(word) }
}

function message(raw: RawCall): Value {
  return { kind: 'struct', fields: new Map([['msg_name', address(raw)]]) }
}

function messages(raw: RawCall): Value {
  return { kind: 'list', items: [{ kind: 'struct', fields: new Map([['msg_hdr', message(raw)]]) }] }
}

/** The program that is run: by its name, or as the kernel names it where it has none any more. */
function program(raw: RawCall, directory?: Value): Value {
  const exe = raw.fields.text('exe')
  const nameless = exe !== undefined && (exe.startsWith('/memfd:') || exe.endsWith(' (deleted)'))
  if (nameless && raw.fields.raw('success') === 'yes') return { kind: 'text', text: exe, truncated: false }
  return raw.named(
    raw.items.find((item) => item.item === 0),
    directory,
  )
}

/** More arguments than this are not told. */
const MOST_ARGUMENTS = 4096

/** `argc=`, `a0=`…; a long one is `a1_len=… a1[0]=… a1[1]=…`, also over several records. */
function programArguments(raw: RawCall): Value {
  const records = raw.records.filter((record) => record.type === 'EXECVE').map((record) => record.fields)
  const count = records.map((fields) => fields.number('argc')).find((one) => one !== undefined)
  if (count === undefined) return GAP
  const items = Array.from({ length: Math.min(count, MOST_ARGUMENTS) }, (_, at): Value => {
    const text = argumentText(records, at)
    return text === undefined ? GAP : { kind: 'text', text, truncated: false }
  })
  return { kind: 'list', items: count > MOST_ARGUMENTS ? [...items, GAP] : items }
}

function argumentText(records: readonly Fields[], at: number): string | undefined {
  for (const fields of records) {
    const whole = fields.raw(`a${at}`)
    if (whole !== undefined) return decodeText(whole) ?? whole
  }
  const pieces: string[] = []
  for (;;) {
    const name = `a${at}[${pieces.length}]`
    const piece = records.map((fields) => fields.raw(name)).find((one) => one !== undefined)
    if (piece === undefined) break
    pieces.push(piece)
  }
  if (pieces.length === 0) return undefined
  // Pieces in hex may end within a character: their bytes are joined first.
  if (pieces.every((piece) => /^[0-9A-F]*$/.test(piece))) return decodeText(pieces.join(''))
  return pieces.map((piece) => decodeText(piece) ?? '').join('')
}

/** A mapped file's descriptor is in a record of its own: it is the fifth argument, and audit tells four. */
const map: Decode = (raw) => {
  const mapped = raw.of('MMAP')
  const size = raw.size(1)
  return [
    GAP,
    word(size === undefined ? '' : String(size)),
    word(protections(raw.int(2))),
    word(mapFlags(raw.int(3))),
    word(mapped?.raw('fd') ?? '-1'),
  ]
}

/** The old mmap of i386 has its arguments in memory. */
const oldMap: Decode = (raw) => {
  const mapped = raw.of('MMAP')
  const flags = Number.parseInt(mapped?.raw('flags') ?? '', 16)
  return [
    GAP,
    GAP,
    word('PROT_NONE'),
    word(Number.isNaN(flags) ? '' : mapFlags(flags)),
    word(mapped?.raw('fd') ?? '-1'),
  ]
}

/** What the arguments of each call were, in the order of the call, as far as audit tells them. */
export const ARGUMENTS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['open', (raw) => [raw.path(undefined, true), word(openFlags(raw.int(1)))]],
  ['creat', made],
  ['openat', (raw) => [...madeAt(raw), word(openFlags(raw.int(2)))]],
  [
    'openat2',
    (raw) => {
      const flags = Number.parseInt(raw.of('OPENAT2')?.raw('oflag') ?? '', 8)
      const how = Number.isNaN(flags) ? '' : openFlags(flags)
      return [...madeAt(raw), { kind: 'struct', fields: new Map([['flags', word(how)]]) }]
    },
  ],
  ...['truncate', 'chown', 'lchown', 'setxattr', 'lsetxattr', 'removexattr', 'lremovexattr'].map(of(path)),
  ...['unlink', 'rmdir', 'chdir'].map(of(path)),
  ...['fchownat', 'unlinkat', 'utimensat'].map(of(pathAt)),
  ...['mkdir', 'mknod'].map(of(made)),
  ...['mkdirat', 'mknodat'].map(of(madeAt)),
  ['chmod', (raw) => [raw.path(), mode(raw.int(1))]],
  ['fchmod', (raw) => [raw.word(0), mode(raw.int(1))]],
  ['fchmodat', (raw) => [...pathAt(raw), mode(raw.int(2))]],
  ['fchmodat2', (raw) => [...pathAt(raw), mode(raw.int(2))]],
  ['rename', (raw) => [raw.item(['DELETE']), raw.item(['CREATE'], undefined, 1)]],
  ...['renameat', 'renameat2'].map(of((raw) => twoNames(raw, 'DELETE'))),
  ['link', (raw) => [raw.item(['NORMAL']), raw.item(['CREATE'], undefined, 1)]],
  ['linkat', (raw) => twoNames(raw, 'NORMAL')],
  ['symlink', (raw) => [raw.item([]), raw.item(['CREATE'], undefined, 1)]],
  ['symlinkat', (raw) => [raw.item([]), raw.directory(1), raw.item(['CREATE'], raw.directory(1), 1)]],
  ...['ftruncate', 'fchown', 'fsetxattr', 'fremovexattr', 'fchdir'].map(of(descriptor)),
  ...['read', 'pread64', 'readv', 'preadv', 'preadv2', 'vmsplice'].map(of(descriptor)),
  ...['write', 'pwrite64', 'writev', 'pwritev', 'pwritev2'].map(of(descriptor)),
  ...['listen', 'close', 'send', 'recv', 'dup', 'finit_module'].map(of(descriptor)),
  ...['sendfile', 'tee', 'dup2', 'pidfd_getfd'].map(of((raw) => [raw.word(0), raw.word(1)])),
  ...['splice', 'copy_file_range'].map(of((raw) => [raw.word(0), GAP, raw.word(2)])),
  ['mmap', (raw) => (raw.compat ? oldMap(raw) : map(raw))],
  ['mmap2', map],
  ...['mprotect', 'pkey_mprotect'].map(of((raw) => [GAP, GAP, word(protections(raw.int(2)))])),
  ['socket', (raw) => [word(socketFamily(raw.int(0))), word(socketType(raw.int(1)))]],
  ['socketpair', (raw) => [word(socketFamily(raw.int(0))), word(socketType(raw.int(1))), GAP, pair(raw)]],
  ...['connect', 'bind', 'accept'].map(of((raw) => [raw.word(0), address(raw)])),
  ['accept4', (raw) => [raw.word(0), address(raw), GAP, word(socketType(raw.int(3)).replace(/^[^|]*\|?/, ''))]],
  ...['sendto', 'recvfrom'].map(of((raw) => [raw.word(0), GAP, GAP, GAP, address(raw)])),
  ...['sendmsg', 'recvmsg'].map(of((raw) => [raw.word(0), message(raw)])),
  ...['sendmmsg', 'recvmmsg'].map(of((raw) => [raw.word(0), messages(raw)])),
  ['dup3', (raw) => [raw.word(0), raw.word(1), word(descriptorFlags(raw.int(2)))]],
  ['fcntl', (raw) => [raw.word(0), word(fcntlCommand(raw.int(1))), word((raw.int(2) & 1) === 1 ? 'FD_CLOEXEC' : '0')]],
  [
    'close_range',
    (raw) => [word(String(raw.int(0) >>> 0)), word(String(raw.int(1) >>> 0)), word(closeRangeFlags(raw.int(2)))],
  ],
  ['pipe', (raw) => [pair(raw)]],
  ['pipe2', (raw) => [pair(raw), word(descriptorFlags(raw.int(1)))]],
  ['memfd_create', (raw) => [GAP, word(memfdFlags(raw.int(1)))]],
  ...['memfd_secret', 'eventfd', 'epoll_create', 'signalfd', 'inotify_init', 'io_uring_setup'].map(of(none)),
  ['eventfd2', maker(1, 'EFD_CLOEXEC')],
  ['epoll_create1', maker(0, 'EPOLL_CLOEXEC')],
  ['signalfd4', maker(3, 'SFD_CLOEXEC')],
  ['timerfd_create', maker(1, 'TFD_CLOEXEC')],
  ['inotify_init1', maker(0, 'IN_CLOEXEC')],
  ['userfaultfd', maker(0, 'O_CLOEXEC')],
  ['open_tree', maker(2, 'OPEN_TREE_CLOEXEC')],
  ['fsopen', maker(1, 'FSOPEN_CLOEXEC')],
  ['fsmount', maker(1, 'FSMOUNT_CLOEXEC')],
  ['pidfd_open', descriptor],
  ['execve', (raw) => [program(raw), programArguments(raw)]],
  ['execveat', (raw) => [raw.directory(0), program(raw, raw.directory(0)), programArguments(raw)]],
  ...['kill', 'tkill', 'pidfd_send_signal'].map(of((raw) => [raw.word(0), word(signalName(raw.int(1)))])),
  ['tgkill', (raw) => [raw.word(0), raw.word(1), word(signalName(raw.int(2)))]],
  ['ptrace', (raw) => [word(ptraceRequest(raw.int(0))), raw.word(1)]],
  ...['process_vm_readv', 'process_vm_writev'].map(of(descriptor)),
  ['prctl', (raw) => [word(prctlOption(raw.int(0)))]],
  ['unshare', (raw) => [word(cloneFlags(raw.int(0)))]],
  ['setns', (raw) => [raw.word(0), word(cloneFlags(raw.int(1)))]],
  ['mount', (raw) => [raw.named(bindSource(raw)), raw.path(), GAP, word(mountFlags(raw.int(3)))]],
  ['umount', path],
  ['umount2', (raw) => [raw.path(), word(unmountFlags(raw.int(1)))]],
  ['pivot_root', (raw) => [raw.named(raw.items.find((item) => item.nametype === 'NORMAL'))]],
  ['move_mount', (raw) => [GAP, GAP, raw.directory(2), raw.named(raw.items.at(-1), raw.directory(2)), GAP]],
  ['mount_setattr', pathAt],
  ['init_module', none],
  ['bpf', (raw) => [word(bpfCommand(raw.int(0)))]],
])

function of(decode: Decode): (name: string) => [string, Decode] {
  return (name) => [name, decode]
}

function twoNames(raw: RawCall, first: string): readonly Value[] {
  const [from, to] = [raw.directory(0), raw.directory(2)]
  return [from, raw.item([first], from), to, raw.item(['CREATE'], to, 1)]
}

/** Of a bind mount both names are looked up, the target first. */
function bindSource(raw: RawCall): RawCall['items'][number] | undefined {
  return (raw.int(3) & 0x1000) === 0 ? undefined : raw.items.filter((item) => item.nametype === 'NORMAL')[1]
}
