import { NAMESPACES, type ServiceSettings, type Switch } from './setting.ts'
import type { LinuxCapability } from './linux-capability.ts'
import type { Written } from './written.ts'

/** What these settings take out of the bounding set (systemd 252, `unit_patch_contexts`). */
const TAKEN: readonly (readonly [Switch, readonly LinuxCapability[]])[] = [
  ['PrivateDevices', ['CAP_MKNOD', 'CAP_SYS_RAWIO']],
  ['ProtectKernelModules', ['CAP_SYS_MODULE']],
  ['ProtectKernelLogs', ['CAP_SYSLOG']],
  ['ProtectClock', ['CAP_SYS_TIME', 'CAP_WAKE_ALARM']],
]

/** Takes in what one setting implies for others, as systemd does before it starts a service. */
export function imply(written: Written): ServiceSettings {
  const switches = { ...written.switches }
  const choices: { -readonly [Name in keyof ServiceSettings['choices']]: ServiceSettings['choices'][Name] } = {
    ...written.choices,
  }
  if (switches.DynamicUser) {
    for (const name of ['PrivateTmp', 'RemoveIPC', 'NoNewPrivileges', 'RestrictSUIDSGID'] as const)
      switches[name] = true
    choices.ProtectSystem = 'strict'
    if (choices.ProtectHome === 'no') choices.ProtectHome = 'read-only'
  }
  if (switches.PrivateDevices && choices.DevicePolicy === 'auto') choices.DevicePolicy = 'closed'
  const deviceAllow = [...written.deviceAllow]
  if (choices.DevicePolicy !== 'auto' || deviceAllow.length > 0) {
    if (switches.ProtectClock) deviceAllow.push('char-rtc r')
    if (written.rootImage !== '') deviceAllow.push('/dev/loop-control rw', 'block-loop rwm', 'block-blkext rwm')
  }
  const taken = new Set(TAKEN.flatMap(([name, capabilities]) => (switches[name] ? capabilities : [])))
  return {
    defaultDependencies: written.defaultDependencies,
    user: userOf(written.user, switches.DynamicUser),
    supplementaryGroups: written.supplementaryGroups,
    switches,
    choices,
    boundingSet: new Set([...written.boundingSet].filter((one) => !taken.has(one))),
    writtenBoundingSet: written.boundingSet,
    ambientSet: written.ambientSet,
    systemCalls: written.systemCalls,
    architectures: written.architectures,
    addressFamilies: written.addressFamilies,
    namespaces: written.namespaces ?? new Set(NAMESPACES),
    umask: written.umask,
    delegate: written.delegate,
    deviceAllow,
    ipAddressAllow: written.ipAddressAllow,
    ipAddressDeny: written.ipAddressDeny,
    ipFilters: [...written.ipFilters],
    rootDirectory: written.rootDirectory !== '' || written.rootImage !== '',
    places: written.places,
  }
}

function userOf(user: string | null, dynamic: boolean): string | null {
  if (user === null) return dynamic ? 'dynamic' : null
  return user === 'root' || user === '0' ? null : user
}
