import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../../src/diagnostic/diagnostic.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { checkUnit } from '../../../src/govern/profile/check-unit.ts'
import { parseProfile } from '../../../src/govern/profile/profile.ts'
import { parseUnit } from '../../../src/govern/systemd/unit-text.ts'

const PROFILE = `id: web
title: A web server
owner: Head of IT operations
units: [web.service]
review_every: 180d
root: false
exposure: 7.0
linux_capabilities:
  CAP_NET_BIND_SERVICE: {why: port 80, risk: R-SERVICE-04}
  CAP_CHOWN: {why: folders, risk: R-SERVICE-03, optional: true}
settings:
  SystemCallFilter: ['@system-service', '~@privileged']
  RestrictAddressFamilies: AF_INET AF_INET6
  ProtectSystem: {value: full, why: it writes below /var}
  NoNewPrivileges: yes
  PrivateTmp: yes
`

const GOOD = [
  'User=web',
  'CapabilityBoundingSet=CAP_NET_BIND_SERVICE',
  'SystemCallFilter=@system-service',
  'SystemCallFilter=~@privileged @resources',
  'RestrictAddressFamilies=AF_INET',
  'ProtectSystem=strict',
  'NoNewPrivileges=yes',
  'PrivateTmp=yes',
]

/** What is found of a unit of the good lines, with one of them replaced. */
function check(from = '', to = '', profile = PROFILE, before: readonly string[] = []): readonly Diagnostic[] {
  const lines = [...before, '[Service]', 'ExecStart=/bin/web', ...GOOD.map((line) => (line === from ? to : line))]
  const source = new Source('web.service', lines.join('\n'))
  const unit = { name: 'web.service', files: ['web.service'], ...parseUnit(source) }
  const read = parseProfile(new Source('web.yml', profile)).profile
  if (read === undefined) throw new Error('no profile')
  return checkUnit('web.service', { kind: 'unit', unit }, [read], { asked: true }).diagnostics
}

describe('a unit against its profile', () => {
  it('has nothing to be said of when it grants that much or less', () => {
    expect(check()).toEqual([])
  })

  it('is asked for what systemd does not rate of a service that starts early', () => {
    const early = (from: string): readonly string[] =>
      check(from, '', PROFILE, ['[Unit]', 'DefaultDependencies=no']).map(({ code }) => code)
    expect(early('')).toEqual([])
    expect(early('PrivateTmp=yes')).toEqual(['govern/missing-setting'])
    expect(early('ProtectSystem=strict')).toEqual(['govern/missing-setting'])
  })

  it.each([
    [
      'govern/bounding-set',
      4,
      'CapabilityBoundingSet=CAP_NET_BIND_SERVICE',
      'CapabilityBoundingSet=CAP_NET_BIND_SERVICE CAP_NET_RAW',
    ],
    ['govern/bounding-set', 2, 'CapabilityBoundingSet=CAP_NET_BIND_SERVICE', ''],
    ['govern/bounding-set-narrow', 4, 'CapabilityBoundingSet=CAP_NET_BIND_SERVICE', 'CapabilityBoundingSet='],
    ['govern/ambient-set', 3, 'User=web', 'AmbientCapabilities=CAP_NET_RAW\nUser=web'],
    ['govern/root', 3, 'User=web', 'User=root'],
    ['govern/root', 2, 'User=web', ''],
    ['govern/system-calls', 6, 'SystemCallFilter=~@privileged @resources', 'SystemCallFilter=~@resources'],
    ['govern/address-families', 7, 'RestrictAddressFamilies=AF_INET', 'RestrictAddressFamilies=AF_INET AF_PACKET'],
    ['govern/address-families', 2, 'RestrictAddressFamilies=AF_INET', ''],
    ['govern/weak-setting', 8, 'ProtectSystem=strict', 'ProtectSystem=yes'],
    ['govern/weak-setting', 10, 'PrivateTmp=yes', 'PrivateTmp=no'],
    ['govern/missing-setting', 2, 'PrivateTmp=yes', ''],
    [
      'govern/unknown-value',
      4,
      'CapabilityBoundingSet=CAP_NET_BIND_SERVICE',
      'CapabilityBoundingSet=CAP_NET_BIND_SERVCE',
    ],
  ])('is %s on line %i for %s -> %s', (code, line, from, to) => {
    const places = check(from, to).map((one) => [one.code, one.span?.source.position(one.span.start).line])
    expect(places).toContainEqual([code, line])
  })

  it('is told what to write', () => {
    expect(check('SystemCallFilter=~@privileged @resources', '')).toMatchObject([
      {
        code: 'govern/system-calls',
        message: expect.stringMatching(/^web\.service may use .+ and \d+ more system calls .+ \(DP-2\)$/) as string,
        hint: 'write SystemCallFilter=@system-service, then SystemCallFilter=~@privileged',
      },
    ])
    expect(check('ProtectSystem=strict', 'ProtectSystem=no')).toMatchObject([
      { hint: 'write ProtectSystem=full: it writes below /var' },
    ])
  })

  it('may not be more exposed than that in all', () => {
    const found = check('', '', PROFILE.replace('7.0', '2.0'))
    expect(found).toMatchObject([{ code: 'govern/exposure', message: expect.stringContaining('allows 2.0') as string }])
  })
})

it('says that nobody judges a unit without a profile, only where one was asked for', () => {
  const { assignments } = parseUnit(new Source('x.service', '[Service]\nExecStart=/bin/x\n'))
  const unit = { name: 'x.service', files: ['x.service'], assignments, diagnostics: [] }
  const codes = (asked: boolean): readonly string[] =>
    checkUnit('x.service', { kind: 'unit', unit }, [], { asked }).diagnostics.map((one) => one.code)
  expect(codes(true)).toEqual(['govern/no-profile'])
  expect(codes(false)).toEqual([])
})

it('says of a unit that starts nothing, and of one that cannot be started', () => {
  const unit = { name: 'x.service', files: [], assignments: [], diagnostics: [] }
  expect(checkUnit('x.service', { kind: 'unit', unit }, [], { asked: false }).diagnostics).toMatchObject([
    { code: 'govern/no-service' },
  ])
  const masked = checkUnit('x.service', { kind: 'masked', file: 'x.service' }, [], { asked: true })
  expect(masked.diagnostics).toMatchObject([{ code: 'govern/masked', severity: 'info' }])
})
