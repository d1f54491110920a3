import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const root = path.resolve(import.meta.dirname, '../..')
const STAND_IN = path.join(import.meta.dirname, 'sensor-stand-in.mjs')

const RULES = `title: Read
name: read
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0011
logsource: {category: test}
detection: {selection: {event.action: file_read}, condition: selection}
---
title: Send
name: send
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0012
logsource: {category: test}
detection: {selection: {event.action: network_send}, condition: selection}
---
title: Read, then sent
name: read-then-send
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0013
correlation: {type: temporal_ordered, rules: [read, send], group-by: [process.entity_id], timespan: 1s}
level: high
`

function event(sequence: number, action: string, time: string): string {
  const id = `run-${sequence}`
  return JSON.stringify({
    '@timestamp': `2026-01-01T00:00:${time}Z`,
    event: { id, sequence, action },
    process: { entity_id: 'p' },
    detpack: { sensor: { run: 'run' } },
  })
}

function mark(time: string): string {
  return JSON.stringify({ detpack: { watermark: `2026-01-01T00:00:${time}Z`, sensor: { run: 'run' } } })
}

const CHAIN = [event(1, 'file_read', '01.000000'), event(2, 'network_send', '01.200000')]

function watch(args: readonly string[], surroundings: Parameters<typeof detpack>[1] = {}): ReturnType<typeof detpack> {
  const rules = temporaryFolder({ 'a.yml': RULES })
  return detpack(
    ['watch', '--rules', rules, '--mapping', 'none', '--no-keep', '--format', 'ndjson', ...args],
    surroundings,
  )
}

function temporaryEvents(events: readonly string[]): string {
  return path.join(temporaryFolder({ 'events.ndjson': `${events.join('\n')}\n` }), 'events.ndjson')
}

function titles(stdout: string): unknown[] {
  return stdout
    .trim()
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { rule: unknown }).rule]))
}

describe('watching a stream of events', () => {
  it('tells the alerts of chains and says at the end what it saw', () => {
    const { code, stdout, stderr } = watch(['-'], { input: `${CHAIN.join('\n')}\n` })
    expect(titles(stdout).length).toBe(1)
    expect(stderr).toContain('2 events, 1 alert')
    expect(code).toBe(0)
  })

  it('orders what comes out of order, up to the watermark', () => {
    const input = [CHAIN[1], CHAIN[0], mark('02.000000')].join('\n')
    expect(titles(watch(['-'], { input }).stdout).length).toBe(1)
  })

  it('counts what comes after the watermark that it was promised before', () => {
    const input = [CHAIN[1], mark('05.000000'), CHAIN[0]].join('\n')
    const { stdout, stderr } = watch(['-'], { input })
    expect(stdout).toBe('')
    expect(stderr).toContain('1 event came late')
  })

  it('says how many uses the sensor lost, and which lines were no events', () => {
    const lost = JSON.stringify({ detpack: { lost: 7, sensor: { run: 'run' } }, event: { id: 'run-3' } })
    const { stderr } = watch(['-'], { input: `${lost}\nnonsense\n` })
    expect(stderr).toContain('7 uses lost')
    expect(stderr).toContain('1 line skipped')
  })

  it('keeps the alerts in the local store, each once', () => {
    const folder = temporaryFolder({ 'a.yml': RULES })
    const store = path.join(folder, 'store.db')
    const given = ['watch', '--rules', folder, '--mapping', 'none', '--store', store, '-']
    const input = CHAIN.join('\n')
    expect(detpack(given, { input }).stderr).toContain(`1 alert kept in ${store}`)
    expect(detpack(given, { input }).stderr).toContain(`0 alerts kept in ${store}, 1 there already`)
  })

  it('shows how a descriptor travelled, as eval does, and keeps it with the alert', () => {
    const folder = temporaryFolder()
    const store = path.join(folder, 'store.db')
    const rules = ['--rules', path.join(root, 'rules/tasks/summarize-document.yml')]
    const recording = path.join(root, 'test/recordings/key-passed.ndjson')
    const watched = detpack(['watch', recording, '--store', store, ...rules]).stdout
    const rows = (text: string) => text.split('\n').filter((line) => line.includes(' ms '))
    expect(rows(watched).some((row) => row.includes('was passed'))).toBe(true)
    expect(rows(watched)).toEqual(rows(detpack(['eval', '--events', recording, ...rules]).stdout))
    const [, id = ''] = /explain ([0-9a-f]+)(?![\s\S]*explain)/.exec(watched) ?? []
    expect(detpack(['-C', root, 'explain', '--store', store, id]).stdout).toContain('was passed')
  })

  describe('an alert on a bare taking', () => {
    const alone = RULES.slice(0, RULES.indexOf('---')).replace('level', '') + 'level: high\n'
    const use = (sequence: number, action: string, time: string, more: object): string => {
      const { detpack: own, ...event_ } = JSON.parse(event(sequence, action, time)) as { detpack: object }
      const { detpack, ...rest } = more as { detpack: object }
      return JSON.stringify({ ...event_, ...rest, detpack: { ...own, ...detpack } })
    }
    const flow = { object: { id: ['key'] } }
    const read = use(1, 'file_read', '01.000000', {
      detpack: { object: { id: 'key', kind: 'file', class: 'credential' }, flow },
    })
    const sent = use(2, 'network_send', '09.000000', {
      destination: { ip: '203.0.113.9', port: 443 },
      detpack: { object: { id: 's', kind: 'socket' }, flow },
    })

    it('is told at once, and where its data went when that is known, also in the store', () => {
      const folder = temporaryFolder({ 'detpack.yml': 'mapping: none\n', 'rules/detections/a.yml': alone })
      const store = path.join(folder, 'store.db')
      const rules = ['--rules', path.join(folder, 'rules'), '--mapping', 'none']
      // More than is read at once lies between.
      const between = Array.from({ length: 400 }, (_, i) => event(100 + i, 'file_open', '05.000000'))
      const events = temporaryEvents([read, ...between, sent])
      const { stdout } = detpack(['watch', ...rules, '--store', store, events])
      expect(stdout.replaceAll(/[0-9a-f]{64}/g, 'ID')).toMatch(
        /^HIGH {6}Read .*\n.*\n +0 ms > process  read  from file.*\nalert     ID\n\nLATER {5}Read .*\n/,
      )
      const [, id = ''] = /^alert {5}([0-9a-f]+)$/m.exec(stdout) ?? []
      const left = 'left      to 203.0.113.9:443, sent by process that held the data'
      expect(stdout.split(left).length).toBe(2)
      expect(detpack(['eval', '--events', events, ...rules]).stdout).toContain(left)
      expect(detpack(['explain', '--store', store, id], { cwd: folder }).stdout).toContain(left)
    })

    it('stays one line for other programs', () => {
      const folder = temporaryFolder({ 'a.yml': alone })
      const args = ['watch', '--rules', folder, '--mapping', 'none', '--no-keep', '--format', 'ndjson', '-']
      expect(titles(detpack(args, { input: `${read}\n${sent}\n` }).stdout).length).toBe(1)
    })
  })

  it('cannot watch a file and the sensor at once, nor a file that is not there', () => {
    expect(watch(['events.ndjson', '--all']).code).toBe(2)
    expect(watch([path.join(temporaryFolder(), 'gone')]).code).toBe(2)
  })

  it('does not take a time that is none', () => {
    expect(watch(['-', '--held-back', 'soon'])).toMatchObject({ code: 2 })
  })
})

/** A sensor that stands in for the real one, for these events. */
function standIn(events: readonly string[], more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const folder = temporaryFolder({ 'events.ndjson': events.map((line) => `${line}\n`).join('') })
  return {
    DETPACK_SENSOR: STAND_IN,
    STAND_IN_EVENTS: path.join(folder, 'events.ndjson'),
    STAND_IN_LOG: path.join(folder, 'log'),
    ...more,
  }
}

function logOf(env: Readonly<Record<string, string>>): { args: string[]; classes?: string }[] {
  const text = readFileSync(env['STAND_IN_LOG'] ?? '', 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { args: string[]; classes?: string })
}

describe('watching the sensor', () => {
  it('tells an alert while the sensor goes on, and ends with it at an interrupt', async () => {
    const env = standIn([...CHAIN, mark('03.000000')])
    const rules = temporaryFolder({ 'a.yml': RULES })
    const program = path.resolve(import.meta.dirname, '../../bin/detpack')
    const args = ['watch', '--tree', '1', '--rules', rules, '--mapping', 'none', '--no-keep', '--format', 'ndjson']
    const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env } })
    let stdout = ''
    let stderr = ''
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()))
    child.stdout.on('data', (piece: Buffer) => {
      // Once the alert is whole, and once: a second interrupt ends it without waiting for the sensor.
      const isFirst = !stdout.includes('\n')
      stdout += piece.toString()
      if (isFirst && stdout.includes('\n')) child.kill('SIGINT')
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(titles(stdout).length).toBe(1)
    expect(stderr).toMatch(/^watching the sensor .*\nthe sensor has begun\n2 events, 1 alert\n/)
    expect(code).toBe(0)
    const [call] = logOf(env)
    expect(call?.args.slice(0, 2)).toEqual(['--tree', '1'])
    expect(call?.args).toContain('--watermarks')
    expect(call?.classes).toBe('detpack-classes\t1')
  })

  it('says when the sensor has failed', () => {
    const { code, stderr } = watch(['--all'], { env: standIn(CHAIN, { STAND_IN_FAILS: '1' }) })
    expect(stderr).toContain('the sensor has ended')
    expect(code).toBe(1)
  })

  it('names the way out where there is no sensor', () => {
    const { code, stderr } = watch(['--all'], { env: { DETPACK_SENSOR: '/nowhere/detpack-sensor' } })
    expect(stderr).toContain('make -C sensor')
    expect(code).toBe(2)
  })

  it.each(['control', 'state', 'resources'])('takes no --%s where it watches no sensor', (name) => {
    const { code, stderr } = watch([`--${name}`, 'x', '-'])
    expect(stderr).toContain(`--${name} is for the sensor: give --all, --tree, --cgroup, --unit or --tasks`)
    expect(code).toBe(2)
  })
})

describe('the sensor by itself', () => {
  it('shows what the host can show, and what not and why', () => {
    const { code, stdout } = detpack(['sensor', 'check'], { env: standIn([]) })
    expect(stdout).toMatch(/capability use +no +no tracepoint/)
    expect(stdout).toContain('1 of 2 are seen here')
    expect(code).toBe(0)
  })

  it('says no where it does not work', () => {
    const { code, stdout } = detpack(['sensor', 'check'], { env: standIn([], { STAND_IN_OBSTACLE: 'no BTF' }) })
    expect(stdout).toContain('no BTF')
    expect(code).toBe(1)
  })

  it('is told what to watch', () => {
    const { code, stderr } = detpack(['sensor', 'run'], { env: standIn(CHAIN) })
    expect(stderr).toContain('nothing to watch: give --all, --tree, --cgroup, --unit or --tasks')
    expect(code).toBe(2)
  })

  it('is named where it cannot be started', () => {
    const program = temporaryFolder()
    const { code, stderr } = detpack(['sensor', 'check'], { env: { DETPACK_SENSOR: program } })
    expect(stderr).toContain(`the sensor ${program} cannot be started: permission denied`)
    expect(code).toBe(2)
  })

  it('is given the scope, the output and the classes, and leaves no table behind', () => {
    const env = standIn(CHAIN, { STAND_IN_FAILS: '1', TMPDIR: temporaryFolder() })
    detpack(['sensor', 'run', '--unit', 'a', '--unit', 'b', '--output', 'file:/tmp/x'], { env })
    const [call] = logOf(env)
    expect(call?.args.slice(0, 4)).toEqual(['--unit', 'a', '--unit', 'b'])
    expect(call?.args).toContain('file:/tmp/x')
    const table = call?.args[call.args.indexOf('--classes') + 1] ?? ''
    expect(path.dirname(path.dirname(table))).toBe(env['TMPDIR'])
    expect(existsSync(table)).toBe(false)
    expect(readdirSync(env['TMPDIR'] ?? tmpdir())).toEqual([])
  })
})

describe('running a command as a task', () => {
  it('passes everything on to the launcher, and its exit code back', () => {
    const env = standIn([], { STAND_IN_EXIT: '42' })
    const args = ['run', '--task', 'backup', '--agent', 'nightly', '--user', 'ann', '--', 'tar', '--create', '-f', 'x']
    expect(detpack(args, { env }).code).toBe(42)
    expect(logOf(env)[0]?.args).toEqual([
      ...['--task', 'backup', '--agent', 'nightly', '--user', 'ann', '--'],
      ...['tar', '--create', '-f', 'x'],
    ])
  })
})
