import { blocksEverything, onlyLocal } from './ip-address.ts'
import { passes } from './filter-list.ts'
import type { LinuxCapability } from './linux-capability.ts'
import { membersOf } from './read-setting.ts'
import type { Choice, Namespace, ServiceSettings, Switch } from './setting.ts'

/** One of the 81 items of `systemd-analyze security`: how bad, out of `range`, and how much it weighs. */
export interface ExposureItem {
  readonly id: string
  readonly directive: string
  readonly weight: number
  readonly range: number
  /** Null where the item does not apply to the service. */
  readonly badness: (settings: ServiceSettings) => number | null
}

/** Ids, weights and ranges: systemd 252 (`systemd-analyze security --json`, with its debug columns). */
export const EXPOSURE_ITEMS: readonly ExposureItem[] = [
  item('RootDirectoryOrRootImage', 'RootDirectory', 200, 1, (of) => Number(!of.rootDirectory)),
  item('SupplementaryGroups', 'SupplementaryGroups', 200, 1, (of) =>
    of.user === null ? null : Number(of.supplementaryGroups.length > 0),
  ),
  item('RemoveIPC', 'RemoveIPC', 100, 1, (of) => (of.user === null ? null : Number(!of.switches.RemoveIPC))),
  item('UserOrDynamicUser', 'User', 2000, 10, ({ user }) => (user === null ? 10 : user === 'nobody' ? 9 : 0)),
  ...[
    wanted('NoNewPrivileges', 1000),
    wanted('PrivateDevices', 1000),
    wanted('PrivateMounts', 1000),
    wanted('PrivateNetwork', 2500),
    wanted('PrivateTmp', 1000),
    wanted('PrivateUsers', 1000),
    wanted('ProtectClock', 1000),
    wanted('ProtectControlGroups', 1000),
    wanted('ProtectHostname', 50),
    wanted('ProtectKernelLogs', 1000),
    wanted('ProtectKernelModules', 1000),
    wanted('ProtectKernelTunables', 1000),
    wanted('LockPersonality', 100),
    wanted('MemoryDenyWriteExecute', 100),
    wanted('RestrictRealtime', 500),
    wanted('RestrictSUIDSGID', 1000),
  ],
  item('AmbientCapabilities', 'AmbientCapabilities', 500, 1, (of) => Number(of.ambientSet.size > 0)),
  ...[
    bounded('CAP_SYS_TIME', 1000, ['CAP_SYS_TIME']),
    bounded('CAP_SYS_PACCT', 25, ['CAP_SYS_PACCT']),
    bounded('CAP_KILL', 500, ['CAP_KILL']),
    bounded('CAP_WAKE_ALARM', 25, ['CAP_WAKE_ALARM']),
    bounded('CAP_DAC_FOWNER_IPC_OWNER', 1000, [
      'CAP_DAC_OVERRIDE',
      'CAP_DAC_READ_SEARCH',
      'CAP_FOWNER',
      'CAP_IPC_OWNER',
    ]),
    bounded('CAP_LINUX_IMMUTABLE', 75, ['CAP_LINUX_IMMUTABLE']),
    bounded('CAP_IPC_LOCK', 50, ['CAP_IPC_LOCK']),
    bounded('CAP_SYS_MODULE', 1000, ['CAP_SYS_MODULE']),
    bounded('CAP_BPF', 25, ['CAP_BPF']),
    bounded('CAP_SYS_TTY_CONFIG', 25, ['CAP_SYS_TTY_CONFIG']),
    bounded('CAP_SYS_BOOT', 100, ['CAP_SYS_BOOT']),
    bounded('CAP_SYS_CHROOT', 50, ['CAP_SYS_CHROOT']),
    bounded('CAP_BLOCK_SUSPEND', 25, ['CAP_BLOCK_SUSPEND']),
    bounded('CAP_LEASE', 25, ['CAP_LEASE']),
    bounded('CAP_MKNOD', 500, ['CAP_MKNOD']),
    bounded('CAP_CHOWN_FSETID_SETFCAP', 1000, ['CAP_CHOWN', 'CAP_FSETID', 'CAP_SETFCAP']),
    bounded('CAP_SET_UID_GID_PCAP', 1500, ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP']),
    bounded('CAP_MAC', 100, ['CAP_MAC_ADMIN', 'CAP_MAC_OVERRIDE']),
    bounded('CAP_SYS_RAWIO', 1000, ['CAP_SYS_RAWIO']),
    bounded('CAP_SYS_PTRACE', 1500, ['CAP_SYS_PTRACE']),
    bounded('CAP_SYS_NICE_RESOURCE', 500, ['CAP_SYS_NICE', 'CAP_SYS_RESOURCE']),
    bounded('CAP_NET_ADMIN', 1000, ['CAP_NET_ADMIN']),
    // The stray bracket is systemd's.
    bounded('CAP_NET_BIND_SERVICE_BROADCAST_RAW)', 500, ['CAP_NET_BIND_SERVICE', 'CAP_NET_BROADCAST', 'CAP_NET_RAW']),
    bounded('CAP_AUDIT', 500, ['CAP_AUDIT_CONTROL', 'CAP_AUDIT_READ', 'CAP_AUDIT_WRITE']),
    bounded('CAP_SYS_ADMIN', 1500, ['CAP_SYS_ADMIN']),
    bounded('CAP_SYSLOG', 500, ['CAP_SYSLOG']),
  ],
  ...(
    [
      ['user', 1500],
      ['pid', 500],
      ['net', 500],
      ['uts', 100],
      ['mnt', 500],
      ['cgroup', 500],
      ['ipc', 500],
    ] as const
  ).map(([name, weight]) => namespace(name, weight)),
  family('AF_PACKET', 1000, ['AF_PACKET']),
  family('AF_NETLINK', 200, ['AF_NETLINK']),
  family('AF_UNIX', 25, ['AF_UNIX']),
  family('AF_INET_INET6', 1500, ['AF_INET', 'AF_INET6']),
  item('RestrictAddressFamilies_OTHER', 'RestrictAddressFamilies', 1250, 1, otherFamilies),
  rated('ProtectSystem', 1000, 10, { no: 10, yes: 5, full: 3, strict: 0 }),
  rated('ProtectHome', 1000, 10, { no: 10, 'read-only': 5, tmpfs: 1, yes: 0 }),
  rated('ProtectProc', 1000, 3, { default: 3, noaccess: 1, invisible: 0, ptraceable: 0 }),
  rated('ProcSubset', 10, 1, { all: 1, pid: 0 }),
  rated('KeyringMode', 1000, 1, { private: 0, inherit: 1, shared: 1 }),
  rated('NotifyAccess', 1000, 1, { none: 0, main: 0, exec: 0, all: 1 }),
  item('Delegate', 'Delegate', 100, 1, (of) => Number(of.delegate)),
  item('SystemCallArchitectures', 'SystemCallArchitectures', 1000, 10, ({ architectures }) =>
    architectures.size === 0 ? 10 : architectures.size === 1 && architectures.has('native') ? 0 : 8,
  ),
  ...(
    [
      ['clock', 1000],
      ['cpu-emulation', 250],
      ['debug', 1000],
      ['module', 1000],
      ['mount', 1000],
      ['obsolete', 250],
      ['privileged', 700],
      ['raw-io', 1000],
      ['reboot', 1000],
      ['resources', 700],
      ['swap', 1000],
    ] as const
  ).map(([group, weight]) => calls(group, weight)),
  item('DeviceAllow', 'DeviceAllow', 1000, 10, (of) =>
    of.choices.DevicePolicy === 'auto' ? 10 : of.deviceAllow.length > 0 ? 5 : 0,
  ),
  item('IPAddressDeny', 'IPAddressDeny', 1000, 10, ipAddresses),
  item('UMask', 'UMask', 100, 10, ({ umask }) =>
    !(umask & 0o002) ? 10 : !(umask & 0o004) ? 5 : !(umask & 0o020) ? 2 : !(umask & 0o040) ? 1 : 0,
  ),
]

function item(
  id: string,
  directive: string,
  weight: number,
  range: number,
  badness: ExposureItem['badness'],
): ExposureItem {
  return { id, directive, weight, range, badness }
}

/** A switch that should be on. */
function wanted(name: Switch, weight: number): ExposureItem {
  return item(name, name, weight, 1, (of) => Number(!of.switches[name]))
}

/** Linux capabilities of which none should be left. */
function bounded(name: string, weight: number, capabilities: readonly LinuxCapability[]): ExposureItem {
  const left = (of: ServiceSettings): number => Number(capabilities.some((one) => of.boundingSet.has(one)))
  return item(`CapabilityBoundingSet_${name}`, 'CapabilityBoundingSet', weight, 1, left)
}

function namespace(name: Namespace, weight: number): ExposureItem {
  return item(`RestrictNamespaces_${name}`, 'RestrictNamespaces', weight, 1, (of) => Number(of.namespaces.has(name)))
}

/** systemd asks whether one of the names is on the list, whatever else the families have as names. */
function family(name: string, weight: number, names: readonly string[]): ExposureItem {
  const id = `RestrictAddressFamilies_${name}`
  return item(id, 'RestrictAddressFamilies', weight, 1, ({ addressFamilies }) => {
    if (addressFamilies === null) return 1
    return Number(names.some((one) => addressFamilies.names.has(one)) === addressFamilies.allow)
  })
}

const NAMED_FAMILIES = new Set(['AF_PACKET', 'AF_NETLINK', 'AF_UNIX', 'AF_INET', 'AF_INET6'])

function otherFamilies({ addressFamilies }: ServiceSettings): number {
  if (addressFamilies === null) return 1
  const others = [...addressFamilies.names].some((one) => !NAMED_FAMILIES.has(one))
  return Number(others === addressFamilies.allow)
}

function rated<Name extends Choice>(
  name: Name,
  weight: number,
  range: number,
  badness: Readonly<Record<ServiceSettings['choices'][Name], number>>,
): ExposureItem {
  return item(name, name, weight, range, (of) => badness[of.choices[name]])
}

/** A group of system calls of which none should pass. One that passes an allow list is less bad than no filter. */
function calls(group: string, weight: number): ExposureItem {
  const id = `SystemCallFilter_${group.replaceAll('-', '_')}`
  return item(id, 'SystemCallFilter', weight, 10, ({ systemCalls }) => {
    if (systemCalls === null || (!systemCalls.allow && systemCalls.names.size === 0)) return 10
    if (!membersOf(`@${group}`).some((one) => passes(systemCalls, one))) return 0
    return systemCalls.allow ? 9 : 10
  })
}

function ipAddresses(of: ServiceSettings): number {
  if (of.ipFilters.length > 0) return 0
  if (!blocksEverything(of.ipAddressDeny)) return 10
  if (of.ipAddressAllow.length === 0) return 0
  return onlyLocal(of.ipAddressAllow) ? 2 : 5
}
