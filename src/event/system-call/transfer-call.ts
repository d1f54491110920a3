import { succeeded } from './file-call.ts'
import type { Use } from '../recording/use.ts'
import { tell, type CallHandler, type Moment } from './moment.ts'
import { afterOf, flagsOf, numberOf, wordOf } from './value.ts'

/** Calls that move data between a process and an object, or between two objects. */
export const TRANSFER_CALLS: Readonly<Record<string, CallHandler>> = {
  read: (moment) => read(moment),
  pread64: (moment) => read(moment),
  pread: (moment) => read(moment),
  readv: (moment) => read(moment),
  preadv: (moment) => read(moment),
  preadv2: (moment) => read(moment),
  write: (moment) => write(moment),
  pwrite64: (moment) => write(moment),
  pwrite: (moment) => write(moment),
  writev: (moment) => write(moment),
  pwritev: (moment) => write(moment),
  pwritev2: (moment) => write(moment),
  mmap: (moment) => map(moment),
  mmap2: (moment) => map(moment),
  mprotect: (moment) => protect(moment),
  pkey_mprotect: (moment) => protect(moment),
  sendfile: (moment) => move(moment, { to: 0, from: 1, route: 'sendfile' }),
  sendfile64: (moment) => move(moment, { to: 0, from: 1, route: 'sendfile' }),
  splice: (moment) => move(moment, { from: 0, to: 2, route: 'splice' }),
  tee: (moment) => move(moment, { from: 0, to: 1, route: 'splice' }),
  copy_file_range: (moment) => move(moment, { from: 0, to: 2, route: 'splice' }),
  vmsplice: (moment) => write(moment, 'splice'),
}

/** Bytes moved; undefined for a failed call. */
export function bytesOf(moment: Moment): number | undefined {
  return moment.call.result.kind === 'value' ? moment.call.result.number : undefined
}

function read(moment: Moment): void {
  const held = moment.trace.slot(moment.process, moment.call.args[0])
  if (held === undefined) return tell(moment, { action: 'file_read', ...UNSEEN, bytes: bytesOf(moment) })
  const object = held.slot.description.object
  const use = { descriptor: held.number, slot: held.slot, bytes: bytesOf(moment) }
  switch (object.kind) {
    case 'socket':
      return tell(moment, {
        action: 'network_receive',
        ...use,
        from: object.remote,
        to: object.local,
        inward: true,
      })
    case 'file':
    case 'device':
    case 'pipe':
    case 'memfd':
    case 'directory':
      return tell(moment, { action: 'file_read', ...use })
    case 'process':
    case 'namespace':
    case 'other':
      return // counters of eventfd, timerfd and their like: no data of anybody
  }
}

function write(moment: Moment, route: 'syscall' | 'splice' = 'syscall'): void {
  const held = moment.trace.slot(moment.process, moment.call.args[0])
  if (held === undefined) return tell(moment, { action: 'file_write', ...UNSEEN, bytes: bytesOf(moment) })
  const kind = held.slot.description.object.kind
  if (kind === 'other' || kind === 'process' || kind === 'namespace') return
  tell(moment, { ...outward(moment, held), route, bytes: bytesOf(moment) })
}

const NOTHING_KNOWN = ['detpack.object.id', 'detpack.description.id', 'detpack.descriptor.origin'] as const
/** A descriptor of which nothing is known: that it is of a file and not of a socket is a guess. */
const UNSEEN = { unknown: ['event.action', ...NOTHING_KNOWN] } as const

/** Action, object and ends of a use that puts data into an object. */
export function outward(moment: Moment, held: { number: number; slot: Use['slot'] }): Use {
  const object = held.slot?.description.object
  const use = { descriptor: held.number, slot: held.slot }
  if (object?.kind !== 'socket') return { action: 'file_write', ...use }
  const sink = moment.trace.sinkOf(object)
  return { action: 'network_send', ...use, from: object.local, to: object.remote, inward: false, sink }
}

function move(moment: Moment, at: { from: number; to: number; route: 'sendfile' | 'splice' }): void {
  const { trace, process, call } = moment
  const source = trace.slot(process, call.args[at.from])
  const target = trace.slot(process, call.args[at.to])
  const taken = source && { descriptor: source.number, slot: source.slot }
  const use = { route: at.route, bytes: bytesOf(moment), taken }
  if (target === undefined) return tell(moment, { action: 'file_write', ...UNSEEN, ...use })
  tell(moment, { ...outward(moment, target), ...use })
}

/** A mapping of a file is a use of it; anonymous memory is one only when it becomes executable. */
function map(moment: Moment): void {
  const { trace, process, call } = moment
  const protection = protectionOf(call.args[2])
  const flags = flagsOf(call.args[3])
  if (flags.includes('MAP_ANONYMOUS') || numberOf(call.args[4]) === -1) {
    if (protection.includes('exec')) tell(moment, { action: 'memory_exec', detpack: { memory: { protection } } })
    return
  }
  const held = trace.slot(process, call.args[4])
  const shared = flags.includes('MAP_SHARED') || flags.includes('MAP_SHARED_VALIDATE')
  tell(moment, {
    action: 'file_map',
    route: 'mmap',
    ...(held ? { descriptor: held.number, slot: held.slot } : { unknown: NOTHING_KNOWN }),
    bytes: succeeded(moment) ? numberOf(call.args[1]) : undefined,
    detpack: { memory: { protection, ...(shared && { shared }) } },
  })
}

function protect(moment: Moment): void {
  const protection = protectionOf(moment.call.args[2])
  if (!protection.includes('exec')) return
  tell(moment, { action: 'memory_exec', detpack: { memory: { protection } } })
}

const PROTECTIONS: ReadonlyMap<string, string> = new Map([
  ['PROT_READ', 'read'],
  ['PROT_WRITE', 'write'],
  ['PROT_EXEC', 'exec'],
])

function protectionOf(value: Parameters<typeof flagsOf>[0]): readonly string[] {
  return wordOf(afterOf(value)) === 'PROT_NONE' ? [] : flagsOf(value).flatMap((flag) => PROTECTIONS.get(flag) ?? [])
}
