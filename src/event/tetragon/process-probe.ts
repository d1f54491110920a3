import { linuxCapability, linuxCapabilities } from '../recording/linux-capability.ts'
import type { Use } from '../recording/use.ts'
import { toldNumber, toldObject, toldText } from '../recording/told-json.ts'
import type { UsePart } from '../use-event.ts'
import { cloneFlags, mountFlags, ptraceRequest, signalName } from '../system-call/flag-name.ts'
import { NAMESPACE_FLAGS } from '../system-call/surroundings-call.ts'
import { capabilitySet } from './processes.ts'
import { certainly, fileAt, tell, type Probe, type ProbeHandler } from './probe.ts'

/** Functions on processes, privileges and the system around them: what each was used for. */
export const PROCESS_PROBES: readonly (readonly [names: string, handler: ProbeHandler])[] = [
  ['commit_creds', (probe) => changePrivileges(certainly(probe))],
  [
    'sys_setuid sys_setreuid sys_setresuid sys_setfsuid sys_setgid sys_setregid sys_setresgid sys_setgroups sys_capset security_task_fix_setuid security_capset',
    changePrivileges,
  ],
  ['security_capable cap_capable capable ns_capable', askCapability],
  ['sys_ptrace', trace],
  ['security_ptrace_access_check sys_process_vm_readv sys_process_vm_writev', (probe) => inspect(probe, 0)],
  ['sys_kill sys_tkill', (probe) => signal(probe, 0, 1)],
  ['sys_tgkill', (probe) => signal(probe, 0, 2)],
  ['security_task_kill', (probe) => signal(probe, 0, 0)],
  ['sys_unshare', changeNamespaces],
  ['sys_setns create_user_ns security_create_user_ns', changeNamespaces],
  ['sys_mount path_mount do_mount security_sb_mount', mount],
  ['sys_umount sys_umount2 security_sb_umount sys_pivot_root security_sb_pivotroot sys_move_mount', unmount],
  ['do_init_module sys_init_module sys_finit_module security_kernel_module_request', loadModule],
  [
    'bpf_check security_bpf security_bpf_prog security_bpf_prog_load security_bpf_map security_bpf_map_create bpf_map_alloc sys_bpf',
    bpf,
  ],
  ['sys_memfd_create', (probe) => make(probe, 'memfd')],
  ['sys_pipe sys_pipe2', (probe) => make(probe, 'pipe')],
  ['sys_pidfd_getfd', (probe) => tell(probe, { action: 'descriptor_take', unknown: ['detpack.object.id'] })],
  ['sys_dup sys_dup2 sys_dup3', duplicate],
  ['security_file_mprotect sys_mprotect', protect],
]

function changePrivileges(probe: Probe): void {
  const { args } = probe
  const credentials = args.object('process_credentials_arg')
  const sets = toldObject(credentials, 'caps') ?? args.object('cred_arg')
  const effective = capabilitySet(sets, 'effective') ?? linuxCapabilities(args.text('cap_effective_arg'))
  const permitted = capabilitySet(sets, 'permitted') ?? linuxCapabilities(args.text('cap_permitted_arg'))
  const [euid, uid] = [toldNumber(credentials, 'euid'), toldNumber(credentials, 'uid')]
  const { thread } = probe.occasion
  const capabilities = { ...(effective && { effective }), ...(permitted && { permitted }) }
  const ownProcess: Partial<UsePart<'process'>> = {
    thread: { ...(thread !== undefined && { id: thread }), capabilities },
  }
  tell(probe, {
    action: 'privilege_change',
    ...((effective ?? permitted) && { ownProcess }),
    ...((euid !== undefined || uid !== undefined) && {
      user: {
        ...(euid !== undefined && { effective: { id: String(euid) } }),
        ...(uid !== undefined && { changes: { id: String(uid) } }),
      },
    }),
  })
}

/** The kernel's own question: what it answers is the return value, 0 for yes. */
function askCapability(probe: Probe): void {
  const told = probe.args.object('capability_arg')
  const name = toldText(told, 'name') ?? linuxCapability(toldNumber(told, 'value') ?? probe.args.numbers.at(-1))
  if (name === undefined) return probe.session.ignore(probe.name)
  const granted = probe.returned === undefined ? undefined : probe.returned === 0
  tell(probe, {
    action: 'privilege_use',
    detpack: { linux_capability: name, ...(granted !== undefined && { granted }) },
    ...(granted === undefined && { unknown: ['detpack.granted'] }),
  })
}

function targetAt(probe: Probe, at: number): Pick<Use, 'target' | 'unknown'> {
  const pid = probe.args.numbers[at]
  if (pid === undefined || pid <= 0) return { unknown: ['detpack.object.process.pid'] }
  return { target: { pid, process: undefined }, unknown: ['detpack.object.process.entity_id'] }
}

/** Requests that look into or change the other process; stopping and continuing it do not. */
const INSPECTING = /^PTRACE_(?:ATTACH|SEIZE|PEEK\w*|POKE\w*|GETREGS|SETREGS|GETFPREGS|SETFPREGS|GETREGSET|SETREGSET)$/

function trace(probe: Probe): void {
  const [request] = probe.args.numbers
  if (request === undefined || INSPECTING.test(ptraceRequest(request))) inspect(probe, 1)
  else probe.session.ignore(probe.name)
}

function inspect(probe: Probe, at: number): void {
  tell(probe, { action: 'process_inspect', ...targetAt(probe, at) })
}

/** @param signalAt 0 where the signal is the only number told */
function signal(probe: Probe, pidAt: number, signalAt: number): void {
  const number = probe.args.numbers[signalAt]
  if (number === 0) return probe.session.ignore(probe.name)
  const target = signalAt === pidAt ? { unknown: ['detpack.object.process.pid'] } : targetAt(probe, pidAt)
  tell(probe, {
    action: 'process_signal',
    ...target,
    ...(number !== undefined && { detpack: { signal: signalName(number) } }),
  })
}

function changeNamespaces(probe: Probe): void {
  const flags = cloneFlags(probe.args.numbers.at(-1) ?? 0).split('|')
  const kind = flags.flatMap((flag) => NAMESPACE_FLAGS.get(flag) ?? [])
  const told = probe.name.includes('create_user_ns') ? ['user' as const] : kind
  if (probe.name === 'sys_unshare' && told.length === 0) return probe.session.ignore(probe.name)
  tell(probe, {
    action: 'namespace_change',
    ...(told.length > 0 ? { detpack: { namespace: { kind: told } } } : { unknown: ['detpack.namespace.kind'] }),
  })
}

/** mount(source, target, type, flags): a policy asks for texts in this order; the hook knows the target's path. */
function mount(probe: Probe): void {
  const { args } = probe
  const target = args.paths[0]?.path
  const [source, second, third] = args.texts
  const [path, type] = target === undefined ? [second, third] : [target, second]
  const number = args.numbers.at(-1)
  const flags = number === undefined ? [] : mountFlags(number).split('|').filter(Boolean)
  tell(probe, {
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

function unmount(probe: Probe): void {
  const { object, ...file } = fileAt(probe)
  const path = object?.path ?? file.path
  tell(probe, { action: 'mount', ...(path === undefined ? { unknown: ['file.path'] } : { path }) })
}

function loadModule(probe: Probe): void {
  const { args } = probe
  const [told] = args.paths
  const fromPath = told && /([^/]+?)(?:\.ko(?:\.[gx]z|\.zst)?)?$/.exec(told.path)?.[1]
  const name = toldText(args.object('module_arg'), 'name') ?? fromPath
  tell(probe, {
    action: 'module_load',
    ...(told && fileAt(probe)),
    ...(name === undefined ? { unknown: ['detpack.module.name'] } : { detpack: { module: { name } } }),
  })
}

const COMMANDS: Readonly<Record<string, string>> = {
  bpf_check: 'BPF_PROG_LOAD',
  security_bpf_prog_load: 'BPF_PROG_LOAD',
  bpf_map_alloc: 'BPF_MAP_CREATE',
  security_bpf_map_create: 'BPF_MAP_CREATE',
}

function bpf(probe: Probe): void {
  const { args, name } = probe
  const attribute = args.object('bpf_attr_arg') ?? args.object('bpf_prog_arg')
  const mapped = args.object('bpf_map_arg')
  const program = toldText(attribute, 'ProgName') ?? toldText(mapped, 'MapName')
  const type = toldText(attribute, 'ProgType') ?? toldText(mapped, 'MapType')
  const command = args.text('bpf_cmd_arg') ?? COMMANDS[name] ?? (mapped ? 'BPF_MAP_CREATE' : undefined)
  tell(probe, {
    action: 'bpf_use',
    detpack: {
      bpf: {
        ...(command !== undefined && { command }),
        ...(program !== undefined && { program }),
        ...(type !== undefined && { type }),
      },
    },
    ...(command === undefined && { unknown: ['detpack.bpf.command'] }),
  })
}

function make(probe: Probe, kind: 'memfd' | 'pipe'): void {
  const descriptor =
    kind === 'memfd' && probe.returned !== undefined && probe.returned >= 0 ? probe.returned : undefined
  const object = probe.host.objects.create({ kind, key: undefined })
  tell(probe, { action: 'descriptor_create', object, ...(descriptor !== undefined && { descriptor }) })
}

function duplicate(probe: Probe): void {
  const [told] = probe.args.paths
  tell(probe, { action: 'descriptor_duplicate', ...(told ? fileAt(probe) : { unknown: ['detpack.object.id'] }) })
}

function protect(probe: Probe): void {
  const protection = probe.args.numbers.at(-1) ?? 0
  if ((protection & 4) === 0) return probe.session.ignore(probe.name)
  const named = [...((protection & 1) !== 0 ? ['read'] : []), ...((protection & 2) !== 0 ? ['write'] : []), 'exec']
  tell(probe, { action: 'memory_exec', detpack: { memory: { protection: named } } })
}
