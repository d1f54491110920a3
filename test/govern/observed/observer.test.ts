import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/event/field.ts'
import { Observer } from '../../../src/govern/observed/observer.ts'
import { asked, events, file, observed, RELOAD, START } from './event.ts'

const LOG = { 'detpack.descriptor.flags': ['O_WRONLY', 'O_APPEND'] }

describe('what a service was seen to do', () => {
  it('holds what was granted, with when, where and by which call', () => {
    const { granted, window, hosts } = observed(START, asked('CAP_CHOWN', 'chown'), asked('CAP_CHOWN', 'fchown'))
    expect(granted.get('CAP_CHOWN')).toMatchObject({ count: 2, calls: ['chown', 'fchown'], hosts: ['a'] })
    expect(window).toEqual({ from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 1, 0, 0, 2) })
    expect(hosts).toEqual(['a'])
  })

  it('holds nothing of others', () => {
    const other = { 'service.name': 'other.service' }
    expect(observed({ ...asked('CAP_CHOWN', 'chown'), ...other })).toMatchObject({ window: null, hosts: [] })
  })

  it('holds nothing of what systemd does in its cgroup before it becomes its program', () => {
    const mount = asked('CAP_SYS_ADMIN', 'mount')
    const child = { 'process.executable': '/usr/lib/systemd/systemd', 'process.name': '(web)' }
    const executor = { 'process.executable': '/usr/lib/systemd/systemd-executor', 'process.name': 'systemd-executo' }
    const { granted, phases } = observed(
      { ...mount, ...child },
      { ...START, ...executor },
      { ...mount, ...executor },
      START,
    )
    expect([granted.size, phases.starts]).toEqual([0, 1])
    const manager = { ...child, 'process.name': 'systemd' }
    expect(observed({ ...mount, ...manager }).granted.size).toBe(1)
  })

  it('comes together from many hosts', () => {
    const observer = new Observer('web.service')
    for (const host of ['a', 'b']) {
      const own = { 'host.name': host }
      for (const event of events(
        { ...START, ...own },
        { ...asked(`CAP_${host === 'a' ? 'KILL' : 'CHOWN'}`, 'x'), ...own },
      ))
        observer.add(event)
    }
    const { granted, hosts } = observer.observation()
    expect([...granted].map(([name, one]) => [name, one.hosts])).toEqual([
      ['CAP_CHOWN', ['b']],
      ['CAP_KILL', ['a']],
    ])
    expect(hosts).toEqual(['a', 'b'])
  })

  it('tells a refusal that the call did without from one that it failed for', () => {
    const open = file('file_open', '/etc/x', { 'detpack.syscall': 'openat' })
    const failed = { ...open, 'event.outcome': 'failure', 'event.reason': 'EACCES' }
    const of = (...uses: readonly JsonObject[]): readonly string[] => {
      const { refused } = observed(...uses)
      return [refused.succeeded, refused.denied, refused.unseen].map((each) => [...each.keys()].join())
    }
    const refusal = asked('CAP_DAC_OVERRIDE', 'openat', false)
    expect(of(refusal, open)).toEqual(['CAP_DAC_OVERRIDE', '', ''])
    expect(of(refusal, failed)).toEqual(['', 'CAP_DAC_OVERRIDE', ''])
    expect(of(refusal)).toEqual(['', '', 'CAP_DAC_OVERRIDE'])
    expect(of(refusal, { ...open, 'detpack.syscall': 'open' })).toEqual(['', '', 'CAP_DAC_OVERRIDE'])
    expect(of(refusal, { ...open, 'process.thread.id': 2 }, failed)).toEqual(['', 'CAP_DAC_OVERRIDE', ''])
  })

  it('holds what the program chose to keep and never used', () => {
    const capset = {
      'event.action': 'privilege_change',
      'detpack.syscall': 'capset',
      'process.thread.capabilities.permitted': ['CAP_NET_RAW', 'CAP_CHOWN'],
    }
    expect([...observed(capset, asked('CAP_CHOWN', 'chown')).kept]).toEqual(['CAP_NET_RAW'])
  })

  it('holds families of the sockets that it made, not of those it was given', () => {
    const socket = {
      'event.action': 'descriptor_create',
      'detpack.syscall': 'socket',
      'detpack.socket.family': 'inet6',
    }
    const pair = { ...socket, 'detpack.syscall': 'socketpair', 'detpack.socket.family': 'unix' }
    expect([...observed(socket, pair, { ...pair, 'event.action': 'network_send' }).addressFamilies.keys()]).toEqual([
      'AF_INET6',
    ])
  })

  it('holds what the sensor lost, or cannot see', () => {
    const sensor = { 'service.name': 'sensor.service', 'detpack.loss.action': 'privilege_use', 'detpack.loss.count': 3 }
    const coverage = {
      'event.action': 'sensor_coverage',
      'detpack.sensor.coverage': ['use of Linux capabilities: no cap_capable'],
    }
    expect(
      observed({ 'event.action': 'sensor_loss', ...sensor }, coverage, { ...START, 'detpack.lost': 2 }).gaps,
    ).toEqual([
      '3 events (privilege_use) of a were lost',
      'events of a were lost',
      'the sensor of a does not see all: use of Linux capabilities: no cap_capable',
    ])
  })
})

describe('the phases of its life', () => {
  const phases = (...uses: readonly JsonObject[]): object => observed(...uses).phases

  it('begin with a program while nothing of it runs', () => {
    const worker = { ...START, 'process.entity_id': 'worker' }
    expect(phases(START, worker)).toMatchObject({ starts: 1 })
    expect(phases(file('file_read', '/x'), worker)).toMatchObject({ starts: 0 })
    expect(phases(START, { 'event.action': 'process_exit' }, worker)).toMatchObject({ starts: 2 })
    expect(phases(file('file_write', '/sys/fs/cgroup/x'), START)).toMatchObject({ starts: 1 })
  })

  it('hold a reload when anybody signals one of its processes', () => {
    expect(phases(START, RELOAD)).toMatchObject({ reloads: 1 })
    expect(phases(START, { ...RELOAD, 'detpack.signal': 'SIGTERM' })).toMatchObject({ reloads: 0 })
    expect(phases(START, { ...RELOAD, 'detpack.object.process.entity_id': 'another' })).toMatchObject({ reloads: 0 })
  })

  it('hold a rotation when a log is opened anew in one run', () => {
    const open = file('file_open', '/var/log/web/access.log', LOG)
    expect(phases(START, open)).toMatchObject({ rotations: 0, logs: true })
    expect(phases(START, open, open)).toMatchObject({ rotations: 1 })
    const again = [{ 'event.action': 'process_exit' }, { ...START, 'process.entity_id': 'second' }]
    expect(phases(START, open, ...again, { ...open, 'process.entity_id': 'second' })).toMatchObject({
      starts: 2,
      rotations: 0,
    })
    expect(phases(START, file('file_open', '/var/log/web/access.log'))).toMatchObject({ logs: false })
  })
})
