import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { beforeAll, describe, expect, test } from 'vitest'
import { callsLookedAt } from './calls.ts'
import { Binding, compareAct, compareRun, coverageOf, earlierThanMarked, valueAt } from './compare.ts'
import { actNames, cannotRun, eventSchema, leftOf, RUN_TIMEOUT, runLive, type LiveRun } from './live-run.ts'
import { parsePerformance, type Performance } from './statement.ts'

/**
 * Every act of sensor/test/live is done once under the sensor, and each event of its processes compared with what the
 * act knows of it. One sensor watches them all. `DETPACK_ACTS=open,read` does these alone.
 */
const reason = cannotRun()
if (reason !== undefined) process.stderr.write(`\nSKIP: the sensor is not tested live: ${reason}\n\n`)

/** What is looked at for what it ends; nothing is told of it. The acts `number-reused`, `flow-closed` and `close-range` do it. */
const WITHOUT_EVENT: ReadonlySet<string> = new Set(['close', 'close_range'])

const wanted = process.env['DETPACK_ACTS']?.split(',')
const names = reason === undefined ? (wanted ?? actNames()) : []

describe.skipIf(reason !== undefined)('under the sensor', () => {
  let run: LiveRun
  let performance: Performance
  let binding: Binding

  beforeAll(async () => {
    run = await runLive('acts', names, ['--syscalls'])
    performance = parsePerformance(run.said)
    binding = new Binding(run.events)
  }, RUN_TIMEOUT)

  test.each(names)('act %s', (name) => {
    const act = performance.acts.get(name)
    if (act === undefined) throw new Error('the act was not done')
    expect(act.failed).toBeUndefined()
    if (act.skipped !== undefined) {
      process.stderr.write(`SKIP: act ${name}: ${act.skipped}\n`)
      return
    }
    expect(compareAct(act, run.events, binding, performance.program)).toEqual([])
  })

  test('a run: numbers, order, no loss, nobody but the tree that was started', () => {
    expect(compareRun(run.events, performance.root)).toEqual([])
  })

  test.runIf(names.includes('exec-capability'))(
    'the use of a Linux capability is told once for each program that runs, and that of memory accounting counted',
    (context) => {
      if (coverageOf(run.events).some((row) => row.startsWith('use of Linux capabilities'))) {
        context.skip('this kernel does not tell it')
        return
      }
      const actors = performance.acts.get('exec-capability')?.actors ?? []
      const uses = run.events.filter((event) => valueAt(event, 'event.action') === 'privilege_use')
      const told = uses
        .filter((event) => valueAt(event, 'detpack.linux_capability') === 'CAP_SYS_CHROOT')
        .filter((event) => actors.includes(valueAt(event, 'process.pid') as number))
        .map((event) => [valueAt(event, 'detpack.process.image') ?? 0, valueAt(event, 'detpack.granted')])
      expect(told).toEqual([
        [0, true],
        [1, true],
      ])
      const noise = uses.filter(
        (event) =>
          valueAt(event, 'detpack.linux_capability') === 'CAP_SYS_ADMIN' &&
          ['brk', 'mmap', 'mprotect', 'execve', 'fork'].includes(valueAt(event, 'detpack.syscall') as string),
      )
      expect(noise).toEqual([])
      const stop = run.events.find((event) => valueAt(event, 'event.action') === 'sensor_stop')
      expect(stop && valueAt(stop, 'detpack.health.noted')).toContainEqual(
        expect.stringMatching(/^memory_accounting: [1-9]/),
      )
    },
  )

  test.runIf(names.includes('uring-receive-cancelled'))(
    'a request of a ring that was given up is counted',
    (context) => {
      if (performance.acts.get('uring-receive-cancelled')?.skipped !== undefined) context.skip('there is no ring here')
      const stop = run.events.find((event) => valueAt(event, 'event.action') === 'sensor_stop')
      expect(stop && valueAt(stop, 'detpack.health.noted')).toContainEqual(
        expect.stringMatching(/^cancelled_requests: [1-9]/),
      )
    },
  )

  test('every system call that a use names is among those that were made', () => {
    const told = run.events.filter((event) => valueAt(event, 'event.action') === 'sensor_syscalls')
    const made = new Set(told.flatMap((event) => valueAt(event, 'detpack.syscalls') as string[]))
    const named = run.events
      .filter((event) =>
        ['syscall', 'sendfile', 'splice', 'mmap'].some((way) => valueAt(event, 'detpack.route') === way),
      )
      .map((event) => valueAt(event, 'detpack.syscall'))
    expect(made.size).toBeGreaterThan(0)
    expect([...new Set(named)].filter((name) => typeof name === 'string' && !made.has(name))).toEqual([])
  })

  test.runIf(wanted === undefined)('every system call that the sensor looks at is one that an act does', () => {
    const named = new Set(run.events.map((event) => valueAt(event, 'detpack.syscall')))
    const skipped = [...performance.acts.values()].filter((act) => act.skipped !== undefined).map((act) => act.name)
    const missing = [...callsLookedAt()].filter((name) => !named.has(name) && !WITHOUT_EVENT.has(name))
    // An act that cannot be done here is called as what it does.
    expect(missing.filter((name) => !skipped.some((act) => act.startsWith(name.replaceAll('_', '-'))))).toEqual([])
  })

  test('every event keeps the schema', () => {
    const ajv = new Ajv2020({ allErrors: true })
    formats.default(ajv)
    const isEvent = ajv.compile(eventSchema())
    const broken = run.events.filter((event) => !isEvent(event))
    expect(broken.slice(0, 3).map((event) => [event, (isEvent(event), isEvent.errors)])).toEqual([])
  })

  test('no event is of an earlier time than a watermark before it, unless it says that it is late', () => {
    expect(run.watermarks.length).toBeGreaterThan(2)
    expect(earlierThanMarked(run)).toEqual([])
  })

  // libbpf's object of the kernel half alone is 7 MB; the two rings, which are mapped twice, are 10.5 of the 24.
  test('once it watches, of what loading needed nothing is left in memory, and it stays within 24 MB', () => {
    expect(run.resident?.atFirst.own).toBeLessThan(4e6)
    expect(run.resident?.after.all).toBeLessThan(24e6)
  })

  test('no BPF program or map stays loaded', async () => {
    expect(run.bpf?.length).toBeGreaterThan(50)
    expect(await leftOf(run.bpf ?? [])).toEqual([])
  }, 60_000)
})
