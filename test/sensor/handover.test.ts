import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
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
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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
  let service: ChildProcess | undefined
  let complaints = ''

  const file = (name: string): string => path.join(folder, name)

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'detpack-handover-'))
    program = file('detpack-sensor')
    config = file('sensor.conf')
    complaints = ''
    copyFileSync(SENSOR, program)
    const tasks = `detpack-tasks\t1\ntask\tload\t${'ab'.repeat(32)}\t-\n`
    writeFileSync(file('tasks'), tasks, { mode: 0o600 })
    const options = [
      'task',
      `tasks ${file('tasks')}`,
      `control ${file('run')}/control.sock`,
      `state ${file('state')}`,
      `metrics ${file('metrics')}`,
      `output file:${file('events')}`,
    ]
    writeFileSync(config, options.map((line) => `${line}\n`).join(''), { mode: 0o600 })
    service = spawn(program, ['serve', '--config', config, '--outcome', file('outcome')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    service.stderr?.on('data', (some: Buffer) => (complaints += some.toString()))
    await until(() => existsSync(file('events')) && events().length > 0)
  })

  afterEach(async () => {
    service?.kill('SIGTERM')
    await until(() => service?.exitCode !== null || service.signalCode !== null)
    rmSync(folder, { recursive: true, force: true })
  })

  async function until(met: () => boolean): Promise<void> {
    for (let i = 0; i < 6000 && !met(); i++) await sleep(20)
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

  function reload(): { readonly status: number | null; readonly stderr: string } {
    return spawnSync(program, ['reload', '--outcome', file('outcome'), String(service?.pid)], { encoding: 'utf8' })
  }

  /** What the load did while `meanwhile` ran, and for a second before and after. */
  async function underLoad(meanwhile: () => Promise<void>): Promise<Done> {
    const load = spawn(program, launch([process.execPath, '-e', LOAD, folder]), {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    load.stdout.on('data', (some: Buffer) => (said += some.toString()))
    await until(() => existsSync(file('opened-100')))
    await sleep(1000)
    await meanwhile()
    await sleep(1000)
    writeFileSync(file('stop'), '')
    await until(() => load.exitCode !== null && said.endsWith('}'))
    await until(() => events().some((each) => action(each) === 'task_end'))
    return JSON.parse(said) as Done
  }

  /** Every use of the load, once and with its task; and no loss. */
  function expectAll(done: Done): void {
    const all = events()
    expect(all.filter((each) => action(each) === 'sensor_loss')).toEqual([])
    const begun = all.filter((each) => action(each) === 'task_start')
    expect(begun.length).toBeGreaterThan(0)
    const run = at(begun[0] ?? {}, 'detpack.task.run')
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

  test('a reload loses and doubles nothing, and labels stay', async () => {
    const done = await underLoad(async () => {
      for (let i = 0; i < 2; i++) {
        const said = reload()
        expect(said.status, said.stderr + complaints).toBe(0)
        await sleep(300)
      }
    })
    expectAll(done)
    const [first, second, third] = runs()
    expect(at(first?.stop ?? {}, 'event.reason')).toBe('another run took over')
    expect(at(second?.start ?? {}, 'event.reason')).toMatch(/^took over: both runs watched for \d+ ms/)
    expect(at(third?.start ?? {}, 'detpack.before.run')).toBe(second?.run)
  })

  test('a program that was replaced takes over, its supervisor too, and tasks are given all the while', async () => {
    const copy = `${program}.new`
    copyFileSync(SENSOR, copy)
    renameSync(copy, program)
    let stop = false
    const launched: (number | null)[] = []
    const done = await underLoad(async () => {
      const launching = (async () => {
        while (!stop) {
          const one = spawn(program, launch(['/bin/true']), { stdio: 'inherit' })
          launched.push(await new Promise((resolve) => one.on('close', resolve)))
          await sleep(100)
        }
      })()
      const reloading = spawn(program, ['reload', '--outcome', file('outcome'), String(service?.pid)], {
        stdio: 'inherit',
      })
      expect(await new Promise((resolve) => reloading.on('close', resolve)), complaints).toBe(0)
      await sleep(300)
      stop = true
      await launching
    })
    expectAll(done)
    expect(runs()).toHaveLength(2)
    expect(new Set(launched)).toEqual(new Set([0]))
    expect(statSync(`/proc/${service?.pid}/exe`).ino).toBe(statSync(program).ino)
    // each launch that was answered is a run of its task that begins and ends once
    const count = (wanted: string): number => events().filter((each) => action(each) === wanted).length
    await until(() => count('task_end') === launched.length + 1)
    expect(count('task_start')).toBe(launched.length + 1)
  })

  test('a reload that cannot be done is told, and the run before goes on', async () => {
    const right = readFileSync(config, 'utf8')
    const done = await underLoad(async () => {
      writeFileSync(config, `${right}no-such-option\n`)
      expect(reload().status).toBe(1)
      writeFileSync(config, `${right}tree 4194303\n`)
      const said = reload()
      expect(said.status).toBe(1)
      expect(said.stderr).toContain('the new run ended with status 1')
      await sleep(100)
      execFileSync(program, launch(['/bin/true']))
    })
    expectAll(done)
    expect(runs()).toHaveLength(1)
    expect(complaints).toContain('there is no such process')
  })

  test('labels that the new run cannot know are told as lost', async () => {
    const load = spawn(program, launch(['/bin/sleep', '60']), { stdio: 'ignore' })
    await until(() => events().some((each) => action(each) === 'task_start'))
    writeFileSync(config, `tree ${process.pid}\noutput file:${file('events')}\n`)
    const said = reload()
    expect(said.status, said.stderr + complaints).toBe(0)
    await until(() => events().some((each) => action(each) === 'sensor_loss'))
    const lost = events().find((each) => action(each) === 'sensor_loss')
    expect(at(lost ?? {}, 'detpack.loss')).toMatchObject({ memory: 'labels of tasks', count: 1 })
    load.kill('SIGTERM')
  })
})
