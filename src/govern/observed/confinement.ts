import type { Observation } from './observer.ts'

/** A line of [Service] that what was seen does not need to do without. */
export interface ConfinementLine {
  readonly key: string
  readonly value: string
  readonly why: string
}

/** Devices that every service may use. */
const PLAIN_DEVICES =
  /^\/dev\/(null|zero|full|u?random|tty|ptmx|shm(\/.*)?|pts(\/.*)?|log|stdin|stdout|stderr|fd(\/.*)?)$/

/**
 * The settings that would not have hindered what was seen. Each is left out where something speaks against it, or where
 * events cannot tell.
 */
export function confinementOf(of: Observation, systemCalls: ReadonlySet<string> | null): readonly ConfinementLine[] {
  const written = [...of.written.keys()]
  const touched = [...of.opened, ...written]
  const below = (...folders: readonly string[]): boolean =>
    touched.some((path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`)))
  const wrote = (folder: string): boolean => written.some((path) => path.startsWith(`${folder}/`))
  const used = (...names: readonly string[]): boolean => [...of.granted.keys()].some((one) => names.includes(one))
  const did = (...actions: readonly string[]): boolean => actions.some((one) => of.actions.has(one))
  const devices = [...of.opened].filter((path) => path.startsWith('/dev/') && !PLAIN_DEVICES.test(path))
  const folders = writtenFolders(written)
  const rules: readonly (readonly [boolean, ConfinementLine])[] = [
    [true, line('ProtectSystem', 'strict', 'everything that it wrote to is named by ReadWritePaths=')],
    [
      folders.length > 0,
      line('ReadWritePaths', folders.map((folder) => `-${folder}`).join(' '), 'where it was seen to write'),
    ],
    [
      !below('/home', '/root', '/run/user'),
      line('ProtectHome', 'yes', 'no file below /home, /root or /run/user was used'),
    ],
    [!below('/tmp', '/var/tmp'), line('PrivateTmp', 'yes', 'no file below /tmp or /var/tmp was used')],
    [
      devices.length === 0 && !used('CAP_MKNOD', 'CAP_SYS_RAWIO'),
      line('PrivateDevices', 'yes', 'only devices like /dev/null were opened'),
    ],
    [
      !wrote('/proc/sys') && !wrote('/sys'),
      line('ProtectKernelTunables', 'yes', 'nothing below /proc/sys or /sys was written'),
    ],
    [!wrote('/sys/fs/cgroup'), line('ProtectControlGroups', 'yes', 'nothing below /sys/fs/cgroup was written')],
    [!did('module_load') && !used('CAP_SYS_MODULE'), line('ProtectKernelModules', 'yes', 'no module was loaded')],
    [
      !below('/dev/kmsg', '/proc/kmsg') && !used('CAP_SYSLOG'),
      line('ProtectKernelLogs', 'yes', "the kernel's log was not read"),
    ],
    [!used('CAP_SYS_TIME', 'CAP_WAKE_ALARM'), line('ProtectClock', 'yes', 'the clock was not set')],
    [
      !used('CAP_SYS_ADMIN'),
      line('ProtectHostname', 'yes', 'the name of the host was not set: CAP_SYS_ADMIN was not used'),
    ],
    [!of.gained, line('NoNewPrivileges', 'yes', 'no program that it started gained rights')],
    [!of.setId, line('RestrictSUIDSGID', 'yes', 'no file was made set-user-ID or set-group-ID')],
    [
      systemCalls !== null && !systemCalls.has('personality'),
      line('LockPersonality', 'yes', 'personality was not called'),
    ],
    [
      systemCalls !== null && !systemCalls.has('sched_setscheduler') && !systemCalls.has('sched_setattr'),
      line('RestrictRealtime', 'yes', 'no scheduling in real time was asked for'),
    ],
    [!did('namespace_change'), line('RestrictNamespaces', 'yes', 'no namespace was made or entered')],
    [!did('memory_exec'), line('MemoryDenyWriteExecute', 'yes', 'no memory that can be written was made executable')],
    [!of.compat, line('SystemCallArchitectures', 'native', 'no call of another architecture was made')],
  ]
  return rules.filter(([holds]) => holds).map(([, one]) => one)
}

function line(key: string, value: string, why: string): ConfinementLine {
  return { key, value, why }
}

/** Folders that ProtectSystem=strict does not close. */
const OPEN_ANYWAY = /^\/(dev|proc|sys)(\/|$)/

/** The folders of written files, each below no other of them. */
function writtenFolders(written: readonly string[]): readonly string[] {
  const folders = new Set(written.filter((path) => path.startsWith('/') && !OPEN_ANYWAY.test(path)).map(parent))
  return [...folders]
    .sort()
    .filter((one) => ![...folders].some((other) => other !== one && one.startsWith(other === '/' ? '/' : `${other}/`)))
}

function parent(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')))
}
