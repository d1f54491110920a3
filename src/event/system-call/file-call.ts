import type { Slot, TracedObject } from '../recording/descriptor.ts'
import { parseNode } from './shown-node.ts'
import type { Use } from '../recording/use.ts'
import { tell, type CallHandler, type Moment } from './moment.ts'
import { fieldOf, flagsOf, numberOf, textOf, wordOf, type Value } from './value.ts'

/** Calls on names and attributes of files; arguments by their place in the call. */
export const FILE_CALLS: Readonly<Record<string, CallHandler>> = {
  open: (moment) => open(moment, { path: 0, flags: flagsOf(moment.call.args[1]) }),
  creat: (moment) => open(moment, { path: 0, flags: ['O_WRONLY', 'O_CREAT', 'O_TRUNC'] }),
  openat: (moment) => open(moment, { directory: 0, path: 1, flags: flagsOf(moment.call.args[2]) }),
  openat2: (moment) => open(moment, { directory: 0, path: 1, flags: flagsOf(fieldOf(moment.call.args[2], 'flags')) }),
  truncate: (moment) => attribute(moment, 0),
  ftruncate: (moment) => attributeOfDescriptor(moment),
  chmod: (moment) => attribute(moment, 0, undefined, 1),
  fchmod: (moment) => attributeOfDescriptor(moment, 1),
  fchmodat: (moment) => attribute(moment, 1, 0, 2),
  fchmodat2: (moment) => attribute(moment, 1, 0, 2),
  chown: (moment) => attribute(moment, 0),
  lchown: (moment) => attribute(moment, 0),
  fchown: (moment) => attributeOfDescriptor(moment),
  fchownat: (moment) => attribute(moment, 1, 0),
  utimensat: (moment) => attribute(moment, 1, 0),
  setxattr: (moment) => attribute(moment, 0),
  lsetxattr: (moment) => attribute(moment, 0),
  fsetxattr: (moment) => attributeOfDescriptor(moment),
  removexattr: (moment) => attribute(moment, 0),
  lremovexattr: (moment) => attribute(moment, 0),
  fremovexattr: (moment) => attributeOfDescriptor(moment),
  unlink: (moment) => remove(moment, 0),
  rmdir: (moment) => remove(moment, 0),
  unlinkat: (moment) => remove(moment, 1, 0),
  rename: (moment) => rename(moment, { from: 0, to: 1 }),
  renameat: (moment) => rename(moment, { fromDirectory: 0, from: 1, toDirectory: 2, to: 3 }),
  renameat2: (moment) => rename(moment, { fromDirectory: 0, from: 1, toDirectory: 2, to: 3, flags: 4 }),
  link: (moment) => link(moment, { from: 0, to: 1 }),
  linkat: (moment) => link(moment, { fromDirectory: 0, from: 1, toDirectory: 2, to: 3, flags: 4 }),
  symlink: (moment) => symlink(moment, 1),
  symlinkat: (moment) => symlink(moment, 2, 1),
  mkdir: (moment) => create(moment, 0, undefined, 'directory'),
  mkdirat: (moment) => create(moment, 1, 0, 'directory'),
  mknod: (moment) => create(moment, 0, undefined, 'file'),
  mknodat: (moment) => create(moment, 1, 0, 'file'),
  chdir: (moment) => {
    const path = moment.trace.path(moment.process, moment.call.args[0])
    if (succeeded(moment) && path?.startsWith('/')) moment.process.cwd = path
  },
  fchdir: (moment) => {
    const path = moment.trace.directory(moment.process, moment.call.args[0])
    if (succeeded(moment) && path !== undefined) moment.process.cwd = path
  },
}

export function succeeded(moment: Moment): boolean {
  return moment.call.result.kind === 'value'
}

function argument(moment: Moment, at: number | undefined): Value | undefined {
  return at === undefined ? undefined : moment.call.args[at]
}

function open(moment: Moment, at: { directory?: number; path: number; flags: readonly string[] }): void {
  const { trace, process, call } = moment
  const path = trace.path(process, argument(moment, at.path), argument(moment, at.directory))
  const isMade = (at.flags.includes('O_CREAT') && at.flags.includes('O_EXCL')) || at.flags.includes('O_TMPFILE')
  const action = isMade ? 'file_create' : 'file_open'
  if (call.result.kind !== 'value') return tell(moment, { action, ...ofPath(moment, path), flags: at.flags })
  const number = call.result.number
  if (number === undefined) return
  const shown = call.result.value.kind === 'descriptor' ? parseNode(call.result.value) : undefined
  const object = shown ? trace.objects.shown(shown) : path === undefined ? undefined : trace.objects.named(path)
  if (object === undefined) {
    trace.close(process, number)
    return tell(moment, {
      action,
      descriptor: number,
      flags: at.flags,
      unknown: ['detpack.object.id', 'file.path'],
    })
  }
  if (at.flags.includes('O_DIRECTORY') && object.kind === 'file') object.kind = 'directory'
  const slot = trace.install(process, number, {
    object,
    origin: 'opened',
    flags: at.flags,
    at: moment.ended ?? moment.began,
  })
  tell(moment, { action, descriptor: number, slot, ...(shown === undefined && otherName(object, path)) })
}

/** The name that was used, where the object goes by another. */
function otherName(object: TracedObject, path: string | undefined): Pick<Use, 'path'> {
  return path === undefined || path === object.path ? {} : { path }
}

/** A file that is known by a path only. A failed call makes no object. */
function ofPath(moment: Moment, path: string | undefined): Pick<Use, 'object' | 'path' | 'unknown'> {
  if (path === undefined) return { unknown: ['detpack.object.id', 'file.path'] }
  if (!path.startsWith('/')) return { path, unknown: ['detpack.object.id', 'file.path'] }
  if (!succeeded(moment)) return { path, unknown: ['detpack.object.id'] }
  const object = moment.trace.objects.named(path)
  return { object, ...otherName(object, path) }
}

function attribute(moment: Moment, at: number, directory?: number, mode?: number): void {
  const { trace, process } = moment
  const value = argument(moment, at)
  // utimensat(3</path>, NULL, …) is about the descriptor itself.
  if (directory !== undefined && (wordOf(value) === 'NULL' || textOf(value) === '')) {
    return attributeOfDescriptor(moment, mode)
  }
  const path = trace.path(process, value, argument(moment, directory))
  tell(moment, { action: 'file_attribute', ...ofPath(moment, path), ...modeOf(moment, mode) })
}

function attributeOfDescriptor(moment: Moment, mode?: number): void {
  const held = moment.trace.slot(moment.process, moment.call.args[0])
  tell(moment, {
    action: 'file_attribute',
    ...(held ? { descriptor: held.number, slot: held.slot } : { unknown: ['detpack.object.id', 'file.path'] }),
    ...modeOf(moment, mode),
  })
}

function modeOf(moment: Moment, at: number | undefined): Pick<Use, 'file'> {
  const mode = numberOf(argument(moment, at))
  return mode === undefined ? {} : { file: { mode: mode.toString(8).padStart(4, '0') } }
}

function remove(moment: Moment, at: number, directory?: number): void {
  const { trace, process } = moment
  const path = trace.path(process, argument(moment, at), argument(moment, directory))
  const use = ofPath(moment, path)
  tell(moment, { action: 'file_delete', ...use })
  if (use.object && path !== undefined) trace.objects.remove(path)
}

interface Names {
  readonly fromDirectory?: number
  readonly from: number
  readonly toDirectory?: number
  readonly to: number
  readonly flags?: number
}

function pathsOf(moment: Moment, at: Names): { from: string | undefined; to: string | undefined } {
  const { trace, process } = moment
  return {
    from: trace.path(process, argument(moment, at.from), argument(moment, at.fromDirectory)),
    to: trace.path(process, argument(moment, at.to), argument(moment, at.toDirectory)),
  }
}

function rename(moment: Moment, at: Names): void {
  const { from, to } = pathsOf(moment, at)
  const previous = from === undefined ? {} : { detpack: { file: { previous_path: from } } }
  if (!succeeded(moment) || !from?.startsWith('/') || !to?.startsWith('/')) {
    const unknown = ['detpack.object.id', ...(to?.startsWith('/') ? [] : ['file.path'])]
    return tell(moment, {
      action: 'file_rename',
      ...(to !== undefined && { path: to }),
      unknown,
      ...previous,
    })
  }
  const { objects } = moment.trace
  const exchanged = flagsOf(argument(moment, at.flags)).includes('RENAME_EXCHANGE')
  const object: TracedObject = exchanged ? objects.exchange(from, to) : objects.rename(from, to)
  tell(moment, { action: 'file_rename', object, ...otherName(object, to), ...previous })
}

function link(moment: Moment, at: Names): void {
  const { from, to } = pathsOf(moment, at)
  if (to === undefined) return tell(moment, { action: 'file_create', ...ofPath(moment, to) })
  const held = linkedDescriptor(moment, at)
  if (held) return linkHeld(moment, held, to)
  if (!succeeded(moment) || from === undefined) return tell(moment, { action: 'file_create', ...ofPath(moment, to) })
  const object = moment.trace.objects.link(from, to)
  tell(moment, { action: 'file_create', object, path: to, file: { target_path: from } })
}

/** The names that a process has for its own descriptors. */
const OWN_DESCRIPTOR = /^(?:\/proc\/(?:self|thread-self)|\/dev)\/fd\/(\d{1,10})$/

/** The descriptor whose file is linked, where the call says one and not a name of the file. */
function linkedDescriptor({ trace, process, call }: Moment, at: Names): ReturnType<Moment['trace']['slot']> {
  const value = call.args[at.from]
  const flags = flagsOf(at.flags === undefined ? undefined : call.args[at.flags])
  if (at.fromDirectory !== undefined && textOf(value) === '' && flags.includes('AT_EMPTY_PATH'))
    return trace.slot(process, call.args[at.fromDirectory])
  const [, number] = (flags.includes('AT_SYMLINK_FOLLOW') && OWN_DESCRIPTOR.exec(textOf(value) ?? '')) || []
  return number === undefined ? undefined : trace.slot(process, { kind: 'word', text: number })
}

function linkHeld(moment: Moment, { number, slot }: { number: number; slot: Slot }, to: string): void {
  const { object } = slot.description
  const from = object.path
  if (succeeded(moment)) moment.trace.objects.name(object, to)
  tell(moment, {
    action: 'file_create',
    descriptor: number,
    slot,
    path: to,
    ...(from !== undefined && { file: { target_path: from } }),
  })
}

function symlink(moment: Moment, at: number, directory?: number): void {
  const target = textOf(moment.call.args[0])
  const path = moment.trace.path(moment.process, argument(moment, at), argument(moment, directory))
  tell(moment, {
    action: 'file_create',
    ...ofPath(moment, path),
    ...(target !== undefined && { file: { target_path: target, type: 'symlink' } }),
  })
}

function create(moment: Moment, at: number, directory: number | undefined, kind: 'file' | 'directory'): void {
  const path = moment.trace.path(moment.process, argument(moment, at), argument(moment, directory))
  const use = ofPath(moment, path)
  // Where the source named the inode it also said what it is.
  if (use.object && use.object.identity !== 'kernel') use.object.kind = kind
  tell(moment, { action: 'file_create', ...use })
}
