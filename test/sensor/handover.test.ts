import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/event/field.ts'
import { SENSOR } from './live-run.ts'

/**
 * One run of the sensor takes the place of another while a labelled process works: each of its uses is told once, by one
 * of the two, and with its task.
 */
function cannotRun(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root'
  if (!existsSync('/sys/kernel/btf/vmlinux')) return 'no BTF (/sys/kernel/btf/vmlinux)'
  if (!existsSync(SENSOR)) return 'there is no sensor/detpack-sensor'
  return undefined
}

/** Opens files of ever new names, writes, sends and starts programs until its folder is gone, and says how many. */
const LOAD = `
const fs = require('node:fs'), { spawnSync } = require('node:child_process')
const udp = require('node:dgram').createSocket('udp4'), folder = process.argv[1]
const done = { opened: 0, written: 0, sent: 0, started: 0 }
const one = fs.openSync(folder + '/one', 'a')
const turn = () => {
  if (fs.existsSync(folder + '/stop')) return udp.close(() => process.stdout.write(JSON.stringify(done)))
  for (let i = 0; i < 5; i++) {
    fs.closeSync(fs.openSync(folder + '/opened-' + done.opened++, 'w'))
    done.written += fs.writeSync(one, 'x')
    udp.send('x', 9, '127.0.0.1', () => done.sent++)
  }
  if (done.opened % 100 === 0) done.started += spawnSync('/bin/true', ['started']).status === 0 ? 1 : 0
  setTimeout(turn, 4)
}
udp.bind(0, '127.0.0.1', turn)
`

interface Done {
  readonly opened: number
  readonly written: number
  readonly sent: number
  readonly started: number
}

const reason = cannotRun()
if (reason !== undefined) process.stderr.write(`\nSKIP: the change of runs is not tested live: ${reason}\n\n`)

describe.skipIf(reason !== undefined)('one run of the sensor in the place of another', { timeout: 300_000 }, () => {
  let folder = ''
  let program = ''
  let config = ''
  let right = ''
  let service: ChildProcess | undefined
  let complaints = ''

  const file = (name: string): string => path.join(folder, name)

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'detpack-handover-'))
    program = file('detpack-sensor')
    config = file('sensor.conf')
    copyFileSync(SENSOR, program)
    const tasks = `detpack-tasks\t1\ntask\tload\t${'ab'.repeat(32)}\t-\n`
    writeFileSync(file('tasks'), tasks, { mode: 0o600 })
    right = ['task', `tasks ${file('tasks')}`, `control ${file('run')}/control.sock`, `state ${file('state')}`]
      .concat(`metrics ${file('metrics')}`, `output file:${file('events')}`)
      .map((line) => `${line}\n`)
      .join('')
    writeFileSync(config, right, { mode: 0o600 })
    service = spawn(program, ['serve', '--config', config, '--outcome', file('outcome')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    service.stderr?.on('data', (some: Buffer) => (complaints += some.toString()))
    await until(() => existsSync(file('events')) && count('sensor_start') > 0)
  }, 300_000)

  afterAll(async () => {
    service?.kill('SIGTERM')
    await until(() => service?.exitCode !== null || service.signalCode !== null)
    rmSync(folder, { recursive: true, force: true })
  }, 120_000)

  async function until(met: () => boolean): Promise<void> {
    for (let i = 0; i < 2400 && !met(); i++) await sleep(50)
    expect(met(), complaints).toBe(true)
  }

  function events(): readonly JsonObject[] {
    const text = readFileSync(file('events'), 'utf8')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    return whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as JsonObject]))
  }

  const at = (event: JsonObject, field: string): unknown =>
    field.split('.').reduce<unknown>((value, key) => (value as JsonObject | undefined)?.[key], event)
  const action = (event: JsonObject): unknown => at(event, 'event.action')

  const launch = (command: readonly string[]): readonly string[] => [
    ...['launch', '--control', path.join(file('run'), 'control.sock'), '--task', 'load', '--allow-root', '--'],
    ...command,
  ]

  function reload(): Promise<{ readonly code: number | null; readonly said: string }> {
    const asked = spawn(program, ['reload', '--outcome', file('outcome'), String(service?.pid)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    asked.stderr.on('data', (some: Buffer) => (said += some.toString()))
    return new Promise((resolve) => asked.on('close', (code) => resolve({ code, said })))
  }

  /** What the load did while `meanwhile` ran, and a moment before and after. */
  async function underLoad(meanwhile: () => Promise<void>): Promise<Done> {
    const load = spawn(program, launch([process.execPath, '-e', LOAD, folder]), {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    load.stdout.on('data', (some: Buffer) => (said += some.toString()))
    await until(() => existsSync(file('opened-100')))
    await meanwhile()
    await sleep(300)
    writeFileSync(file('stop'), '')
    await until(() => load.exitCode !== null && said.endsWith('}'))
    await until(() => count('task_end') === count('task_start'))
    return JSON.parse(said) as Done
  }

  function count(wanted: string): number {
    return readFileSync(file('events'), 'utf8').split(`"action":"${wanted}"`).length - 1
  }

  /** Every use of the load, once and with its task; and no loss. */
  function expectAll(done: Done): void {
    const all = events()
    expect(all.filter((each) => action(each) === 'sensor_loss')).toEqual([])
    const begun = all.find((each) => action(each) === 'task_start')
    const run = at(begun ?? {}, 'detpack.task.run')
    expect(run).toBeDefined()
    const own = all.filter((each) => at(each, 'detpack.task.run') === run)
    expect(own.filter((each) => action(each) === 'task_start')).toHaveLength(1)
    expect(own.filter((each) => action(each) === 'task_end')).toHaveLength(1)

    const opened = all.filter((each) => action(each) === 'file_create' || action(each) === 'file_open')
    const names = opened
      .map((each) => path.basename(String(at(each, 'file.path'))))
      .filter((name) => /^opened-/.test(name))
    expect(names).toHaveLength(done.opened)
    expect(new Set(names).size).toBe(done.opened)
    const unlabelled = all.filter(
      (each) => String(at(each, 'file.path')).startsWith(folder) && !at(each, 'detpack.task.run'),
    )
    expect(unlabelled).toEqual([])

    const uses = (which: (each: JsonObject) => boolean): number =>
      own.filter(which).reduce((sum, each) => sum + Number(at(each, 'detpack.use.count') ?? 1), 0)
    expect(uses((each) => action(each) === 'file_write' && at(each, 'file.path') === file('one'))).toBe(done.written)
    expect(uses((each) => action(each) === 'network_send' && Number(at(each, 'destination.port')) === 9)).toBe(
      done.sent,
    )
    const started = own.filter((each) => action(each) === 'process_exec' && at(each, 'process.args.1') === 'started')
    expect(started).toHaveLength(done.started)
  }

  /** The runs in the order of their events, each with its events numbered from 1 without a hole. */
  function runs(): readonly {
    readonly run: string
    readonly start: JsonObject
    readonly stop: JsonObject | undefined
  }[] {
    const byRun = new Map<string, JsonObject[]>()
    for (const each of events()) {
      const run = String(at(each, 'detpack.sensor.run'))
      byRun.set(run, [...(byRun.get(run) ?? []), each])
    }
    return [...byRun].map(([run, own]) => {
      expect(own.map((each) => Number(at(each, 'event.sequence')))).toEqual(own.map((_, index) => index + 1))
      const start = own.find((each) => action(each) === 'sensor_start')
      if (start === undefined) throw new Error(`no start of ${run}`)
      return { run, start, stop: own.find((each) => action(each) === 'sensor_stop') }
    })
  }

  test('a reload, one that fails and an upgrade lose and double nothing, and labels stay', async () => {
    const launched: (number | null)[] = []
    const done = await underLoad(async () => {
      // What is wrong is told, and the run before goes on and gives tasks.
      writeFileSync(config, `${right}no-such-option\n`)
      expect((await reload()).code).toBe(1)
      await until(() => complaints.includes('no-such-option'))
      execFileSync(program, launch(['/bin/true']))
      expect(runs()).toHaveLength(1)

      writeFileSync(config, right)
      expect(await reload(), complaints).toMatchObject({ code: 0 })

      copyFileSync(SENSOR, `${program}.new`)
      renameSync(`${program}.new`, program)
      let stop = false
      const launching = (async () => {
        while (!stop) {
          const one = spawn(program, launch(['/bin/true']), { stdio: 'inherit' })
          launched.push(await new Promise((resolve) => one.on('close', resolve)))
          await sleep(50)
        }
      })()
      expect(await reload(), complaints).toMatchObject({ code: 0 })
      stop = true
      await launching
    })
    const [first, second, third] = runs()
    // Each knew in time up to when the other tells; a run that did not says here that both may count the same use.
    for (const each of [second, third])
      expect(at(each?.start ?? {}, 'event.reason')).toMatch(
        /^took over: both runs watched for \d+ ms, and each use is told by one of them; /,
      )
    expectAll(done)
    expect(at(first?.stop ?? {}, 'event.reason')).toBe('another run took over')
    expect(at(third?.start ?? {}, 'detpack.sensor.before.run')).toBe(second?.run)
    // the supervisor is the new program too
    expect(statSync(`/proc/${service?.pid}/exe`).ino).toBe(statSync(program).ino)
    // each launch that was answered is a run of its task that begins and ends once
    expect(new Set(launched)).toEqual(new Set([0]))
    expect(count('task_start')).toBe(launched.length + 2)
    expect(count('task_end')).toBe(launched.length + 2)
    await until(() => existsSync(file('metrics')))
    expect(readFileSync(file('metrics'), 'utf8')).toContain(`run="${third?.run}"} 1\n`)
  })

  test('labels that the new run cannot know are told as lost', async () => {
    const load = spawn(program, launch(['/bin/sleep', '60']), { stdio: 'ignore' })
    await until(() => count('task_start') > count('task_end'))
    writeFileSync(config, `tree ${process.pid}\noutput file:${file('events')}\n`)
    expect(await reload(), complaints).toMatchObject({ code: 0 })
    await until(() => count('sensor_loss') > 0)
    const lost = events().find((each) => action(each) === 'sensor_loss')
    expect(at(lost ?? {}, 'detpack.loss')).toMatchObject({ memory: 'labels of tasks', count: 1 })
    load.kill('SIGTERM')
  })
})
