import type { NAMESPACE_KINDS } from '../own-field.ts'
import { succeeded } from './file-call.ts'
import { parseNode } from './shown-node.ts'
import { tell, type CallHandler, type Moment } from './moment.ts'
import { fieldOf, flagsOf, textOf, wordOf, type Value } from './value.ts'

/** Calls that change the system around a process: namespaces, mounts, modules, BPF. */
export const SURROUNDINGS_CALLS: Readonly<Record<string, CallHandler>> = {
  unshare: (moment) => {
    const flags = flagsOf(moment.call.args[0])
    if (flags.includes('CLONE_FILES') && succeeded(moment)) moment.process.table = moment.process.table.unshare()
    changeNamespaces(moment, flags)
  },
  setns: (moment) => {
    const held = moment.trace.slot(moment.process, moment.call.args[0])
    const shown = moment.call.args[0]
    const id = shown?.kind === 'descriptor' && parseNode(shown).kind === 'namespace' ? shown.shown : undefined
    const kind = namespaceKinds([
      ...flagsOf(moment.call.args[1]),
      ...(id === undefined ? [] : [FLAG_BY_NODE.get(id.split(':')[0] ?? '') ?? '']),
    ])
    tell(moment, {
      action: 'namespace_change',
      ...(held && { descriptor: held.number, slot: held.slot }),
      detpack: { namespace: { kind, ...(id !== undefined && { id }) } },
    })
  },
  mount: (moment) => mount(moment, { source: 0, target: 1, type: 2, flags: 3 }),
  umount: (moment) => mount(moment, { target: 0 }),
  umount2: (moment) => mount(moment, { target: 0, flags: 1 }),
  pivot_root: (moment) => mount(moment, { target: 0 }),
  move_mount: (moment) => mount(moment, { directory: 2, target: 3, flags: 4 }),
  mount_setattr: (moment) => mount(moment, { directory: 0, target: 1 }),
  init_module: (moment) => tell(moment, { action: 'module_load', unknown: ['detpack.module.name'] }),
  finit_module: (moment) => {
    const held = moment.trace.slot(moment.process, moment.call.args[0])
    const path = held?.slot.description.object.path
    const name = path === undefined ? undefined : /([^/]+?)(?:\.ko(?:\.[gx]z|\.zst)?)?$/.exec(path)?.[1]
    tell(moment, {
      action: 'module_load',
      ...(held && { descriptor: held.number, slot: held.slot }),
      ...(name !== undefined && { detpack: { module: { name } } }),
    })
  },
  bpf: (moment) => bpf(moment),
}

export const NAMESPACE_FLAGS: ReadonlyMap<string, (typeof NAMESPACE_KINDS)[number]> = new Map([
  ['CLONE_NEWNS', 'mnt'],
  ['CLONE_NEWNET', 'net'],
  ['CLONE_NEWPID', 'pid'],
  ['CLONE_NEWUSER', 'user'],
  ['CLONE_NEWUTS', 'uts'],
  ['CLONE_NEWIPC', 'ipc'],
  ['CLONE_NEWCGROUP', 'cgroup'],
  ['CLONE_NEWTIME', 'time'],
])
const FLAG_BY_NODE: ReadonlyMap<string, string> = new Map([...NAMESPACE_FLAGS].map(([flag, kind]) => [kind, flag]))

function namespaceKinds(flags: readonly string[]): (typeof NAMESPACE_KINDS)[number][] {
  return [...new Set(flags.flatMap((flag) => NAMESPACE_FLAGS.get(flag) ?? []))]
}

/** unshare, and clone with flags for new namespaces. */
export function changeNamespaces(moment: Moment, flags: readonly string[]): void {
  const kind = namespaceKinds(flags)
  if (kind.length > 0) tell(moment, { action: 'namespace_change', detpack: { namespace: { kind } } })
}

interface MountArguments {
  readonly source?: number
  readonly directory?: number
  readonly target: number
  readonly type?: number
  readonly flags?: number
}

function mount(moment: Moment, at: MountArguments): void {
  const { trace, process, call } = moment
  const argument = (index: number | undefined): Value | undefined =>
    index === undefined ? undefined : call.args[index]
  const path = trace.path(process, argument(at.target), argument(at.directory))
  const source = textOf(argument(at.source))
  const type = textOf(argument(at.type))
  const flags = flagsOf(argument(at.flags))
  tell(moment, {
    action: 'mount',
    ...(path === undefined ? { unknown: ['file.path'] } : { path }),
    detpack: {
      mount: {
        ...(source !== undefined && { source }),
        ...(type !== undefined && { type }),
        ...(flags.length > 0 && { flags }),
      },
    },
  })
}

/** Commands that make, load or attach (linux/bpf.h); looking up and asking are none. */
const BPF_USES =
  /^BPF_(?:MAP_CREATE|PROG_LOAD|OBJ_PIN|OBJ_GET|PROG_ATTACH|PROG_DETACH|RAW_TRACEPOINT_OPEN|BTF_LOAD|LINK_CREATE|LINK_UPDATE|LINK_DETACH|ITER_CREATE|PROG_BIND_MAP|TOKEN_CREATE)$/

function bpf(moment: Moment): void {
  const { trace, process, call } = moment
  const command = wordOf(call.args[0])
  if (command === undefined || !BPF_USES.test(command)) return
  const { result } = call
  const object = trace.objects.create({ kind: 'other', key: undefined })
  const slot =
    result.kind === 'value' && result.number !== undefined && result.value.kind === 'descriptor'
      ? trace.install(process, result.number, {
          object,
          origin: 'opened',
          flags: ['O_CLOEXEC'],
          at: moment.ended ?? moment.began,
        })
      : undefined
  const attributes = call.args[1]
  const program = textOf(fieldOf(attributes, 'prog_name')) ?? textOf(fieldOf(attributes, 'map_name'))
  const type = wordOf(fieldOf(attributes, 'prog_type')) ?? wordOf(fieldOf(attributes, 'map_type'))
  tell(moment, {
    action: 'bpf_use',
    ...(slot && result.kind === 'value' && { descriptor: result.number, slot }),
    detpack: {
      bpf: {
        command,
        ...(program !== undefined && program !== '' && { program }),
        ...(type !== undefined && { type }),
      },
    },
  })
}
