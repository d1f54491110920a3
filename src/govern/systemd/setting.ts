import type { Span } from '../../diagnostic/source.ts'
import type { FilterList } from './filter-list.ts'
import type { LinuxCapability } from './linux-capability.ts'

/** Settings that are on or off. All are off unless set. */
export const SWITCHES = [
  'DynamicUser',
  'LockPersonality',
  'MemoryDenyWriteExecute',
  'NoNewPrivileges',
  'PrivateDevices',
  'PrivateMounts',
  'PrivateNetwork',
  'PrivateTmp',
  'PrivateUsers',
  'ProtectClock',
  'ProtectControlGroups',
  'ProtectHostname',
  'ProtectKernelLogs',
  'ProtectKernelModules',
  'ProtectKernelTunables',
  'RemoveIPC',
  'RestrictRealtime',
  'RestrictSUIDSGID',
] as const

export type Switch = (typeof SWITCHES)[number]

/** Settings of one word out of a list; the first word is the default of a system service. */
export const CHOICES = {
  ProtectSystem: ['no', 'yes', 'full', 'strict'],
  ProtectHome: ['no', 'yes', 'read-only', 'tmpfs'],
  ProtectProc: ['default', 'noaccess', 'invisible', 'ptraceable'],
  ProcSubset: ['all', 'pid'],
  KeyringMode: ['private', 'inherit', 'shared'],
  NotifyAccess: ['none', 'main', 'exec', 'all'],
  DevicePolicy: ['auto', 'closed', 'strict'],
} as const

export type Choice = keyof typeof CHOICES

export const NAMESPACES = ['user', 'pid', 'net', 'uts', 'mnt', 'cgroup', 'ipc'] as const
export type Namespace = (typeof NAMESPACES)[number]

/** What a service may do, as systemd would run it: lines merged, and what one setting implies for others taken in. */
export interface ServiceSettings {
  /** Of [Unit]: no means that it may start before there are the file systems that some settings are about. */
  readonly defaultDependencies: boolean
  /** Null: root. */
  readonly user: string | null
  readonly supplementaryGroups: readonly string[]
  readonly switches: Readonly<Record<Switch, boolean>>
  readonly choices: { readonly [Name in Choice]: (typeof CHOICES)[Name][number] }
  /** What is left after other settings took their part, such as CAP_SYS_MODULE by ProtectKernelModules. */
  readonly boundingSet: ReadonlySet<LinuxCapability>
  /** As the unit's lines say it, before that. */
  readonly writtenBoundingSet: ReadonlySet<LinuxCapability>
  readonly ambientSet: ReadonlySet<LinuxCapability>
  /** Null: every call. Names of system calls, groups resolved. */
  readonly systemCalls: FilterList | null
  /** `native`, `x86-64`, ...; empty: all. */
  readonly architectures: ReadonlySet<string>
  /** Null: every family. `AF_INET`, ... */
  readonly addressFamilies: FilterList | null
  /** Kinds of namespaces that the service may make. */
  readonly namespaces: ReadonlySet<Namespace>
  readonly umask: number
  readonly delegate: boolean
  readonly deviceAllow: readonly string[]
  readonly ipAddressAllow: readonly string[]
  readonly ipAddressDeny: readonly string[]
  readonly ipFilters: readonly string[]
  readonly rootDirectory: boolean
  /** Where each setting of [Service] was last written. */
  readonly places: ReadonlyMap<string, Span>
}
