import type { Slot } from '../recording/descriptor.ts'
import { succeeded } from './file-call.ts'
import type { Node } from '../recording/node.ts'
import { parseNode } from './shown-node.ts'
import { tell, type CallHandler, type Moment } from './moment.ts'
import { flagsOf, itemsOf, numberOf, wordOf, type Value } from './value.ts'

/** Calls that make, copy, take and close descriptors. */
export const DESCRIPTOR_CALLS: Readonly<Record<string, CallHandler>> = {
  dup: (moment) => duplicate(moment, resultOf(moment), false),
  dup2: (moment) => duplicate(moment, resultOf(moment), false),
  dup3: (moment) => duplicate(moment, resultOf(moment), flagsOf(moment.call.args[2]).includes('O_CLOEXEC')),
  fcntl: (moment) => control(moment),
  fcntl64: (moment) => control(moment),
  close: (moment) => {
    // Linux closes the descriptor even when close fails, except with EBADF.
    const number = numberOf(moment.call.args[0])
    if (number !== undefined) moment.trace.close(moment.process, number)
  },
  close_range: (moment) => closeRange(moment),
  pipe: (moment) => pair(moment, []),
  pipe2: (moment) => pair(moment, flagsOf(moment.call.args[1])),
  memfd_create: (moment) => create(moment, 'memfd', 'MFD_CLOEXEC'),
  memfd_secret: (moment) => create(moment, 'memfd'),
  eventfd: (moment) => create(moment, 'other'),
  eventfd2: (moment) => create(moment, 'other', 'EFD_CLOEXEC'),
  epoll_create: (moment) => create(moment, 'other'),
  epoll_create1: (moment) => create(moment, 'other', 'EPOLL_CLOEXEC'),
  signalfd: (moment) => create(moment, 'other'),
  signalfd4: (moment) => create(moment, 'other', 'SFD_CLOEXEC'),
  timerfd_create: (moment) => create(moment, 'other', 'TFD_CLOEXEC'),
  inotify_init: (moment) => create(moment, 'other'),
  inotify_init1: (moment) => create(moment, 'other', 'IN_CLOEXEC'),
  userfaultfd: (moment) => create(moment, 'other', 'O_CLOEXEC'),
  io_uring_setup: (moment) => create(moment, 'other', 'O_CLOEXEC'),
  open_tree: (moment) => create(moment, 'other', 'OPEN_TREE_CLOEXEC'),
  fsopen: (moment) => create(moment, 'other', 'FSOPEN_CLOEXEC'),
  fsmount: (moment) => create(moment, 'other', 'FSMOUNT_CLOEXEC'),
  pidfd_open: (moment) => create(moment, 'process', 'O_CLOEXEC'),
  pidfd_getfd: (moment) => take(moment),
}

function resultOf(moment: Moment): Value | undefined {
  return moment.call.result.kind === 'value' ? moment.call.result.value : undefined
}

function duplicate(moment: Moment, result: Value | undefined, closeOnExec: boolean): void {
  const { trace, process } = moment
  const held = trace.slot(process, moment.call.args[0])
  const number = numberOf(result)
  if (held === undefined || number === undefined) return
  if (number === held.number) return // dup2 onto itself does nothing
  const slot: Slot = { ...held.slot, origin: 'duplicated', from: undefined, closeOnExec }
  trace.put(process, number, slot)
  tell(moment, { action: 'descriptor_duplicate', descriptor: number, slot })
}

function control(moment: Moment): void {
  const { process, call } = moment
  const command = wordOf(call.args[1])
  if (command === 'F_DUPFD' || command === 'F_DUPFD_CLOEXEC')
    return duplicate(moment, resultOf(moment), command === 'F_DUPFD_CLOEXEC')
  const number = numberOf(call.args[0])
  if (command !== 'F_SETFD' || number === undefined || !succeeded(moment)) return
  process.table.setCloseOnExec(number, flagsOf(call.args[2]).includes('FD_CLOEXEC'))
}

function closeRange(moment: Moment): void {
  const { trace, process, call } = moment
  if (!succeeded(moment)) return
  const first = numberOf(call.args[0]) ?? 0
  const last = numberOf(call.args[1]) ?? Number.MAX_SAFE_INTEGER
  const flags = flagsOf(call.args[2])
  if (flags.includes('CLOSE_RANGE_UNSHARE')) process.table = process.table.unshare()
  if (!flags.includes('CLOSE_RANGE_CLOEXEC'))
    return trace.closeWhere(process, (number) => number >= first && number <= last)
  process.table.closeOnExecWithin(first, last)
}

function create(moment: Moment, kind: Node['kind'], closeFlag?: string): void {
  const { trace, process, call } = moment
  const { result } = call
  if (result.kind !== 'value' || result.number === undefined)
    return tell(moment, { action: 'descriptor_create', detpack: { object: { kind } } })
  const shown = result.value.kind === 'descriptor' ? parseNode(result.value) : undefined
  const object = trace.objects.create({ ...(shown?.kind === kind ? shown : undefined), kind, key: undefined })
  if (kind === 'process') object.pid ??= numberOf(call.args[0])
  const closeOnExec =
    call.name === 'pidfd_open' || call.args.some((one) => closeFlag !== undefined && flagsOf(one).includes(closeFlag))
  const slot = trace.install(process, result.number, {
    object,
    origin: 'opened',
    flags: closeOnExec ? ['O_CLOEXEC'] : [],
    at: moment.ended ?? moment.began,
  })
  tell(moment, { action: 'descriptor_create', descriptor: result.number, slot })
}

function pair(moment: Moment, flags: readonly string[]): void {
  const { trace, process, call } = moment
  if (!succeeded(moment)) return tell(moment, { action: 'descriptor_create', detpack: { object: { kind: 'pipe' } } })
  const ends = itemsOf(call.args[0])
  const [first] = ends
  // Without -yy the two numbers tell no inode: one new object for both ends.
  const node: Node = first?.kind === 'descriptor' ? parseNode(first) : { kind: 'pipe', key: undefined }
  const object = trace.objects.shown(node)
  for (const [at, value] of ends.slice(0, 2).entries()) {
    const number = numberOf(value)
    if (number === undefined) continue
    const slot = trace.install(process, number, {
      object,
      origin: 'opened',
      flags: [at === 0 ? 'O_RDONLY' : 'O_WRONLY', ...flags],
      at: moment.ended ?? moment.began,
    })
    tell(moment, { action: 'descriptor_create', descriptor: number, slot })
  }
}

/** pidfd_getfd(pidfd, number there): the description is the other process's. */
function take(moment: Moment): void {
  const { trace, process, call } = moment
  const pidfd = trace.slot(process, call.args[0])?.slot.description.object
  const other = pidfd?.pid === undefined ? undefined : trace.find(pidfd.pid)
  const target = pidfd?.pid === undefined ? undefined : { pid: pidfd.pid, process: other }
  const { result } = call
  const there = numberOf(call.args[1])
  const known = other && there !== undefined ? other.table.get(there) : undefined
  if (result.kind !== 'value' || result.number === undefined)
    return tell(moment, { action: 'descriptor_take', slot: known, target })
  const shown = result.value.kind === 'descriptor' ? parseNode(result.value) : undefined
  const object = known?.description.object ?? trace.objects.shown(shown ?? { kind: 'other', key: undefined })
  const description =
    known?.description ?? trace.objects.describe({ object, flags: undefined, openedBy: undefined, openedAt: undefined })
  const slot: Slot = { description, origin: 'taken', from: other?.entityId, closeOnExec: true }
  trace.put(process, result.number, slot)
  tell(moment, {
    action: 'descriptor_take',
    descriptor: result.number,
    slot,
    target,
    ...(other === undefined && { unknown: ['detpack.descriptor.from'] }),
  })
}
