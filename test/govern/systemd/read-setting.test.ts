import { expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { passes } from '../../../src/govern/systemd/filter-list.ts'
import { readSettings } from '../../../src/govern/systemd/read-setting.ts'
import type { ServiceSettings } from '../../../src/govern/systemd/setting.ts'
import { parseUnit } from '../../../src/govern/systemd/unit-text.ts'

function read(...lines: readonly string[]): ReturnType<typeof readSettings> {
  return readSettings(parseUnit(new Source('a.service', ['[Service]', ...lines].join('\n'))).assignments)
}

const bounding = (...lines: readonly string[]): readonly string[] => [...read(...lines).settings.boundingSet].sort()

it('adds the lines of a bounding set together', () => {
  expect(bounding('CapabilityBoundingSet=CAP_KILL', 'CapabilityBoundingSet=cap_chown 10')).toEqual([
    'CAP_CHOWN',
    'CAP_KILL',
    'CAP_NET_BIND_SERVICE',
  ])
})

it('starts from all where the first line takes away, and from what there is where a later one does', () => {
  expect(bounding('CapabilityBoundingSet=~CAP_KILL')).toHaveLength(40)
  expect(bounding('CapabilityBoundingSet=~CAP_KILL', 'CapabilityBoundingSet=CAP_KILL')).toHaveLength(41)
  expect(bounding('CapabilityBoundingSet=CAP_KILL CAP_CHOWN', 'CapabilityBoundingSet=~CAP_KILL')).toEqual(['CAP_CHOWN'])
})

it('starts anew after an empty line', () => {
  expect(bounding('CapabilityBoundingSet=CAP_KILL', 'CapabilityBoundingSet=')).toEqual([])
  expect(bounding('CapabilityBoundingSet=', 'CapabilityBoundingSet=CAP_CHOWN')).toEqual(['CAP_CHOWN'])
})

it('takes the Linux capabilities away that other settings take', () => {
  expect(bounding('ProtectKernelModules=yes', 'CapabilityBoundingSet=CAP_SYS_MODULE CAP_KILL')).toEqual(['CAP_KILL'])
})

it('refuses a misspelt Linux capability, which systemd drops without a word', () => {
  const [problem] = read('CapabilityBoundingSet=CAP_RAWIO').diagnostics
  expect(problem?.code).toBe('govern/unknown-value')
  expect(problem?.hint).toContain('CAP_SYS_RAWIO')
})

it.each([
  ['PrivateTmp=disconnected', (of) => of.switches.PrivateTmp],
  ['PrivateUsers=self', (of) => of.switches.PrivateUsers],
  ['ProtectControlGroups=strict', (of) => of.switches.ProtectControlGroups],
  ['SystemCallFilter=@sandbox', (of) => passes(of.systemCalls, 'seccomp') && !passes(of.systemCalls, 'mount')],
  ['SystemCallFilter=mseal', (of) => passes(of.systemCalls, 'mseal')],
] as readonly [string, (of: ServiceSettings) => boolean][])(
  'counts what systemd 257 knows, and warns that an older one does not: %s',
  (line, holds) => {
    const { settings, diagnostics } = read(line)
    expect(holds(settings)).toBe(true)
    expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual(['warning govern/newer-value'])
  },
)

it('refuses what neither knows, or what systemd rates as off', () => {
  for (const line of [
    'PrivateTmp=disconected',
    'PrivateUsers=strict',
    'PrivateUsers=full',
    'SystemCallFilter=@sandboxes',
  ])
    expect(read(line).diagnostics.map(({ code }) => code)).toEqual(['govern/unknown-value'])
})

it('refuses an empty switch, which changes nothing', () => {
  const { settings, diagnostics } = read('PrivateTmp=yes', 'PrivateTmp=')
  expect(settings.switches.PrivateTmp).toBe(true)
  expect(diagnostics.map((one) => one.code)).toEqual(['govern/unknown-value'])
})

it('lets the first line of a filter decide whether it allows or denies, with the basic calls allowed', () => {
  const allowing = read('SystemCallFilter=@mount', 'SystemCallFilter=~umount2').settings.systemCalls
  expect(['mount', 'umount2', 'execve', 'ptrace'].map((name) => passes(allowing, name))).toEqual([
    true,
    false,
    true,
    false,
  ])
  const denying = read('SystemCallFilter=~@mount', 'SystemCallFilter=mount').settings.systemCalls
  expect(['mount', 'umount2'].map((name) => passes(denying, name))).toEqual([true, false])
})

it('refuses an error number on a call that is allowed', () => {
  expect(read('SystemCallFilter=mount:EPERM').diagnostics).toHaveLength(1)
  expect(read('SystemCallFilter=~mount:EPERM').diagnostics).toHaveLength(0)
})

it('knows a family of addresses by any of its names', () => {
  const { addressFamilies } = read('RestrictAddressFamilies=AF_UNIX', 'RestrictAddressFamilies=~AF_LOCAL').settings
  expect(addressFamilies).toEqual({ allow: true, names: new Set() })
})

it('starts anew after no family at all', () => {
  const { addressFamilies } = read('RestrictAddressFamilies=none', 'RestrictAddressFamilies=~AF_INET').settings
  expect(addressFamilies).toEqual({ allow: false, names: new Set(['AF_INET']) })
})

it('forgets the kinds of namespaces that were said before a plain yes', () => {
  expect(read('RestrictNamespaces=~user', 'RestrictNamespaces=yes').settings.namespaces.size).toBe(0)
  expect([...read('RestrictNamespaces=user pid', 'RestrictNamespaces=~pid').settings.namespaces]).toEqual(['user'])
})
