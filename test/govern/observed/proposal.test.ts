import { describe, expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { parseDuration } from '../../../src/ir/duration.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import type { Time } from '../../../src/event/record.ts'
import { renderDropIn } from '../../../src/govern/observed/drop-in.ts'
import { renderProposal } from '../../../src/govern/observed/proposal-file.ts'
import { propose, type Proposal } from '../../../src/govern/observed/proposal.ts'
import { countSystemCalls, exactFilter, filterFor } from '../../../src/govern/observed/system-calls.ts'
import { parseProfile } from '../../../src/govern/profile/profile.ts'
import { readSettings } from '../../../src/govern/systemd/read-setting.ts'
import { parseUnit } from '../../../src/govern/systemd/unit-text.ts'
import { asked, file, observed, RELOAD, START } from './event.ts'

const OPTIONS = { unit: [], profile: undefined, systemCalls: null, without: [] }

function proposal(uses: readonly JsonObject[], options: Partial<Parameters<typeof propose>[1]> = {}): Proposal {
  const made = propose(observed(START, RELOAD, ...uses), { ...OPTIONS, ...options })
  if (made.proposal === undefined) throw new Error(JSON.stringify(made.diagnostics))
  return made.proposal
}

function lines(uses: readonly JsonObject[]): Readonly<Record<string, string>> {
  return Object.fromEntries(proposal(uses).lines.map(({ key, value }) => [key, value]))
}

describe('a proposal', () => {
  it('allows what was granted and not what was refused', () => {
    const refused = asked('CAP_SYS_ADMIN', 'mount', false)
    const failed = {
      'event.action': 'mount',
      'detpack.syscall': 'mount',
      'event.outcome': 'failure',
      'event.reason': 'EPERM',
    }
    const made = propose(observed(START, RELOAD, asked('CAP_CHOWN', 'chown'), refused, failed), OPTIONS)
    expect(made.proposal?.linuxCapabilities.map(({ name }) => name)).toEqual(['CAP_CHOWN'])
    expect(made.diagnostics).toMatchObject([{ code: 'govern/refused-use', severity: 'warning' }])
  })

  it('keeps what the unit names and was not seen, with a note, and not what it never named', () => {
    const unit = parseUnit(new Source('u', '[Service]\nCapabilityBoundingSet=CAP_KILL CAP_CHOWN\n')).assignments
    const made = proposal([asked('CAP_CHOWN', 'chown')], { unit })
    expect(made.linuxCapabilities.map(({ name, evidence }) => [name, evidence === null])).toEqual([
      ['CAP_CHOWN', false],
      ['CAP_KILL', true],
    ])
    expect(renderDropIn(made)).toContain(
      '# CAP_KILL: kept: in the unit, and not seen in the window: a reviewer decides',
    )
    expect(proposal([]).linuxCapabilities).toEqual([])
  })

  it.each([
    ['govern/nothing-observed', [], []],
    ['govern/window-incomplete', [START], []],
    ['govern/window-incomplete', [file('file_read', '/x'), RELOAD], []],
    [
      'govern/gap-in-window',
      [START, { 'event.action': 'sensor_loss', 'detpack.loss.action': 'privilege_use' }],
      ['reload'],
    ],
  ] as const)('is not made of what is not whole: %s', (code, uses, without) => {
    const made = propose(observed(...uses), { ...OPTIONS, without })
    expect(made.proposal).toBeUndefined()
    expect(made.diagnostics.map((one) => one.code)).toContain(code)
  })

  it('asks for a rotation only of what writes logs, and believes that a service has none', () => {
    const log = file('file_open', '/var/log/web.log', { 'detpack.descriptor.flags': ['O_WRONLY'] })
    const made = (...without: readonly 'rotation'[]): boolean =>
      propose(observed(START, RELOAD, log), { ...OPTIONS, without }).proposal !== undefined
    expect([made(), made('rotation')]).toEqual([false, true])
  })

  it('confines the service where nothing that was seen speaks against it', () => {
    expect(lines([])).toMatchObject({ ProtectHome: 'yes', PrivateDevices: 'yes', RestrictAddressFamilies: 'none' })
    expect(lines([file('file_open', '/home/a/b')])).not.toHaveProperty('ProtectHome')
    expect(lines([file('file_open', '/tmp/x')])).not.toHaveProperty('PrivateTmp')
    expect(lines([file('file_open', '/dev/sda')])).not.toHaveProperty('PrivateDevices')
    expect(lines([file('file_open', '/dev/null')])).toHaveProperty('PrivateDevices')
    expect(lines([file('file_write', '/proc/sys/net/x')])).not.toHaveProperty('ProtectKernelTunables')
    expect(lines([asked('CAP_SYS_TIME', 'clock_settime')])).not.toHaveProperty('ProtectClock')
    expect(lines([{ 'event.action': 'namespace_change' }])).not.toHaveProperty('RestrictNamespaces')
    expect(lines([{ 'event.action': 'memory_exec' }])).not.toHaveProperty('MemoryDenyWriteExecute')
    expect(lines([{ 'event.action': 'privilege_change', 'detpack.syscall': 'execve' }])).not.toHaveProperty(
      'NoNewPrivileges',
    )
    expect(lines([file('file_create', '/var/x', { 'file.mode': '4755' })])).not.toHaveProperty('RestrictSUIDSGID')
    expect(lines([{ 'event.action': 'file_read', 'detpack.route': 'compat' }])).not.toHaveProperty(
      'SystemCallArchitectures',
    )
  })

  it('lets it write where it wrote, by folders', () => {
    const wrote = ['/var/lib/web/a', '/var/lib/web/b', '/var/lib/web/c/d', '/run/web.pid', '/dev/null']
    const failed = file('file_write', '/etc/x', { 'event.outcome': 'failure' })
    const made = lines([...wrote.map((path) => file('file_write', path)), failed])
    expect(made['ReadWritePaths']).toBe('-/run -/var/lib/web')
  })

  it('is a unit that systemd would read, whatever a program is called', () => {
    const evil = { ...asked('CAP_CHOWN', 'chown'), 'process.executable': '/bin/x\nExecStart=/bin/evil\\' }
    const text = renderDropIn(proposal([evil]))
    const { assignments, diagnostics } = parseUnit(new Source('50.conf', text))
    expect(diagnostics).toEqual([])
    expect(assignments.map(({ key }) => key)).not.toContain('ExecStart')
    expect([...readSettings(assignments).settings.boundingSet]).toEqual(['CAP_CHOWN'])
  })

  it('is written as a profile of its unit, with its evidence', () => {
    const made = proposal([asked('CAP_CHOWN', 'chown')])
    const reviewEvery = parseDuration('90d')
    if (reviewEvery === undefined) throw new Error('no duration')
    const text = renderProposal(made, { by: 'anna', at: 0 as Time, owner: 'IT', reviewEvery })
    const { profile, diagnostics } = parseProfile(new Source('p.yml', text))
    expect(diagnostics).toEqual([])
    expect(profile).toMatchObject({
      id: 'web.service',
      units: ['web.service'],
      proposedBy: 'anna',
      approval: null,
      root: true,
    })
    expect(profile?.linuxCapabilities.get('CAP_CHOWN')?.why).toContain('chown by web: 1 use on 1 host')
    expect(text).toContain('used:\n    CAP_CHOWN:\n      count: 1\n      first: 2026-01-01T00:00:02.000Z')
  })
})

describe('system calls', () => {
  it('are counted in a recording of strace, and in a list of names', () => {
    const text =
      '12 openat(AT_FDCWD, "x") = 3\n12 1700000000.1 read(3, "", 1) = 0\n[pid 13] read(3) = 0\nbind\n--- SIGHUP ---\nno such(\n'
    expect(Object.fromEntries(countSystemCalls(text))).toEqual({ openat: 1, read: 2, bind: 1 })
  })

  it('that the sensor noted are let through and no others, by group where all of it were made', () => {
    const chown = ['chown', 'fchown', 'fchownat', 'lchown']
    expect(exactFilter(['read', 'bind', 'execve', ...chown])).toBe('@chown bind read')
    expect(exactFilter(chown.slice(1))).toBe('fchown fchownat lchown')
    expect(exactFilter(['execve'])).toBe('@default')
    const value = exactFilter(['read', 'bind', ...chown])
    const unit = parseUnit(new Source('u', `[Service]\nSystemCallFilter=${value}\n`))
    const { settings, diagnostics } = readSettings(unit.assignments)
    expect(diagnostics).toEqual([])
    expect(['chown', 'read', 'bind', 'mount', 'write'].filter((one) => settings.systemCalls?.names.has(one))).toEqual([
      'chown',
      'read',
      'bind',
    ])
  })

  it('that the sensor noted become the filter, with their evidence, and what it lacks is said', () => {
    const noted = {
      '@timestamp': '2026-01-01T00:01:00Z',
      'event.action': 'sensor_syscalls',
      'event.start': '2026-01-01T00:00:00Z',
      'detpack.syscalls': ['bind', '511'],
    }
    const made = proposal([asked('CAP_CHOWN', 'chown'), noted])
    expect(made.lines).toContainEqual(expect.objectContaining({ key: 'SystemCallFilter', value: 'bind chown' }))
    expect(made.lines).toContainEqual(expect.objectContaining({ key: 'LockPersonality' }))
    expect(made.doubts).toContain('the filter lacks 511: systemd has no name for that')
    expect(made.doubts.join()).not.toContain('not recorded')
    const reviewEvery = parseDuration('90d')
    if (reviewEvery === undefined) throw new Error('no duration')
    expect(renderProposal(made, { by: 'anna', at: 0 as Time, owner: 'IT', reviewEvery })).toContain(
      '    bind:\n      first: 2026-01-01T00:00:00.000Z\n      last: 2026-01-01T00:01:00.000Z',
    )
  })

  it('that were not noted all of the time are no filter', () => {
    const late = { 'event.action': 'sensor_syscalls', 'detpack.syscalls': ['bind'] }
    const made = proposal([late])
    expect(made.lines.map(({ key }) => key)).not.toContain('SystemCallFilter')
    expect(made.doubts).toContain('system calls were not recorded whole: there is no filter')
  })

  it('are let through by the groups that were used, and by name beside them', () => {
    const [first, second] = filterFor(['read', 'setuid', 'mount'])
    expect(first).toBe('@system-service mount')
    expect(second).toMatch(/^~.*@chown.*@keyring/)
    expect(second).not.toContain('@setuid')
    const unit = parseUnit(
      new Source('u', `[Service]\nSystemCallFilter=${first ?? ''}\nSystemCallFilter=${second ?? ''}\n`),
    )
    const names = readSettings(unit.assignments).settings.systemCalls?.names
    expect(['read', 'setuid', 'mount'].filter((name) => names?.has(name) !== true)).toEqual([])
  })
})
