import fc from 'fast-check'
import { CHOICES, NAMESPACES, SWITCHES } from '../../../src/govern/systemd/setting.ts'

/** Lines of [Service] of every kind that the exposure counts: right, wrong, inverted, reset, again and again. */
export function serviceLines(): fc.Arbitrary<readonly string[]> {
  const lines = Object.entries(VALUES).map(([key, value]) => value.map((text) => `${key}=${text}`))
  const common = COMMON.map((key) => lines[Object.keys(VALUES).indexOf(key)]).filter((one) => one !== undefined)
  return fc.array(fc.oneof(...lines, ...common, ...common), { maxLength: 40 })
}

/** Lines of [Unit] that the exposure counts, or none. */
export function unitLines(): fc.Arbitrary<readonly string[]> {
  const values = fc.array(fc.constantFrom('yes', 'no', 'no', 'maybe', ''), { minLength: 1, maxLength: 2 })
  const lines = values.map((all) => ['[Unit]', ...all.map((value) => `DefaultDependencies=${value}`)])
  return fc.oneof(fc.constant([]), lines)
}

/** Lines of some switches, for drop-ins that undo each other. */
export function switchLines(): fc.Arbitrary<string> {
  const names = [
    'PrivateTmp',
    'ProtectHostname',
    'NoNewPrivileges',
    'PrivateDevices',
    'LockPersonality',
    'ProtectClock',
  ]
  return fc
    .array(fc.tuple(fc.constantFrom(...names), fc.constantFrom('yes', 'no')), { maxLength: 5 })
    .map((lines) => ['[Service]', ...lines.map(([name, value]) => `${name}=${value}`), ''].join('\n'))
}

/** Lists of these are where lines merge, and where most can go wrong. */
const COMMON = ['CapabilityBoundingSet', 'SystemCallFilter', 'RestrictAddressFamilies', 'RestrictNamespaces']

const VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  CapabilityBoundingSet: list(
    [
      'CAP_KILL',
      'CAP_CHOWN',
      'CAP_SYS_ADMIN',
      'CAP_SYS_TIME',
      'cap_mknod',
      '5',
      'CAP_BPF',
      'CAP_SYSLOG',
      'CAP_NET_ADMIN',
    ],
    0,
  ),
  AmbientCapabilities: list(['CAP_KILL', 'CAP_CHOWN', 'CAP_NET_RAW']),
  SystemCallFilter: list([
    ...[
      '@system-service',
      '@privileged',
      '@mount',
      '@clock',
      '@raw-io',
      '@resources',
      '@obsolete',
      '@debug',
      '@reboot',
    ],
    ...['@basic-io', 'mount', 'read', 'swapon', '@swap:EPERM', 'kexec_load:1'],
  ]),
  RestrictAddressFamilies: fc.oneof(
    fc.constant('none'),
    list(['AF_INET', 'AF_INET6', 'AF_UNIX', 'AF_NETLINK', 'AF_PACKET', 'AF_BLUETOOTH', 'AF_LOCAL', 'AF_ROUTE']),
  ),
  RestrictNamespaces: fc.oneof(fc.constantFrom('yes', 'no'), list(NAMESPACES)),
  SystemCallArchitectures: fc.constantFrom('', 'native', 'native x86', 'x86-64', 'x86'),
  UMask: fc.constantFrom('', '0077', '077', '0027', '0022', '0002', '0000', '0037'),
  User: fc.constantFrom('', 'root', '0', 'nobody', 'daemon', '1000'),
  SupplementaryGroups: fc.constantFrom('', 'adm', 'adm mail'),
  Delegate: fc.constantFrom('yes', 'no', '', 'cpu memory'),
  DeviceAllow: fc.constantFrom('', '/dev/null rw', 'char-rtc r', '/dev/zero'),
  IPAddressDeny: fc.constantFrom('', 'any', '0.0.0.0/0', '::/0', '10.0.0.0/8', 'localhost'),
  IPAddressAllow: fc.constantFrom('', 'any', 'localhost', '127.0.0.1', '10.0.0.0/8', '::1', '127.0.0.0/8'),
  RootDirectory: fc.constantFrom('', '/srv/x', '/'),
  RootImage: fc.constantFrom('', '/srv/x.raw'),
  ...Object.fromEntries(SWITCHES.map((name) => [name, fc.constantFrom(...truths(name))])),
  ...Object.fromEntries(
    Object.entries(CHOICES).map(([name, words]) => [name, fc.constantFrom('', 'true', 'false', ...words)]),
  ),
}

function truths(name: string): readonly string[] {
  return name === 'DynamicUser' ? ['yes', 'no'] : ['yes', 'no', 'true', 'off', '1', '', 'Yes']
}

function list(words: readonly string[], minLength = 1): fc.Arbitrary<string> {
  const named = fc
    .tuple(fc.constantFrom('', '', '~'), fc.array(fc.constantFrom(...words), { minLength, maxLength: 5 }))
    .map(([sign, some]) => `${sign}${some.join(' ')}`)
  return fc.oneof({ weight: 9, arbitrary: named }, { weight: 1, arbitrary: fc.constant('') })
}
