import { spawn, type ChildProcess } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Sqlite from 'libsql'
import { afterEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'
import { day, exceptionText } from './exception-text.ts'

// Rules that are deployed while a watch runs.

const SOURCE = 'logsource: {product: linux, service: detpack}'
const single = (name: string, action: string): string => `title: ${name}
name: ${name}
status: test
level: low
${SOURCE}
detection: {selection: {event.action: ${action}}, condition: selection}
`
const CHAIN = `title: chain
name: chain
status: test
level: high
correlation: {type: temporal_ordered, rules: [read, send], group-by: [process.entity_id], timespan: 10s}
`

let child: ChildProcess | undefined
afterEach(() => void child?.kill('SIGKILL'))

interface Watch {
  readonly write: (...events: readonly string[]) => void
  /** Waits until that many lines of alerts have come, and gives the titles of all. */
  readonly alerts: (count: number) => Promise<readonly string[]>
  readonly until: (words: string) => Promise<void>
  readonly end: () => Promise<{
    readonly code: number | null
    readonly titles: readonly string[]
    readonly stderr: string
  }>
}

function watch(cwd: string, ...more: readonly string[]): Watch {
  const program = path.resolve(import.meta.dirname, '../../bin/detpack')
  const args = ['watch', '--from', 'local', '--format', 'ndjson', ...more, '-']
  const started = spawn(process.execPath, [program, ...args], { cwd })
  child = started
  let [stdout, stderr] = ['', '']
  started.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()))
  started.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()))
  const ended = new Promise<number | null>((resolve) => started.on('close', resolve))
  const titles = (): readonly string[] =>
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { rule: { title: string } }).rule.title)
  const waited = async (done: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 3000 && !done() && started.exitCode === null; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10))
    if (!done()) throw new Error(`waited in vain: ${stdout}${stderr}`)
  }
  return {
    write: (...events) => void started.stdin.write(events.map((each) => `${each}\n`).join('')),
    alerts: async (count) => {
      await waited(() => titles().length >= count)
      return titles()
    },
    until: (words) => waited(() => stderr.includes(words)),
    end: async () => {
      started.stdin.end()
      return { code: await ended, titles: titles(), stderr }
    },
  }
}

let sequence = 0
const event = (action: string, second: number, executable = '/bin/sh'): string =>
  JSON.stringify({
    '@timestamp': `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`,
    event: { id: `w-${++sequence}`, action, sequence, dataset: 'detpack.use' },
    process: { entity_id: 'p', executable },
    host: { id: 'h' },
  })
const mark = (second: number): string =>
  JSON.stringify({ detpack: { watermark: `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000Z` } })

function pack(
  files: Readonly<Record<string, string>>,
  exception?: string,
): { cwd: string; deploy: (...more: readonly string[]) => void } {
  const rules = Object.fromEntries(Object.entries(files).map(([name, text]) => [`rules/detections/${name}`, text]))
  const excepted = exception === undefined ? {} : { 'rules/exceptions/x.yml': exception }
  const cwd = temporaryFolder({ 'detpack.yml': 'pack: {name: mine}\n', ...rules, ...excepted })
  const deploy = (...more: readonly string[]): void => {
    const { code, stderr } = detpack(['deploy', '-t', 'local', ...more], { cwd })
    expect(code, stderr).toBe(0)
  }
  return { cwd, deploy }
}

describe('watch --from local', () => {
  it('runs what is deployed, and picks up what is deployed later, with chains that are under way', async () => {
    const base = `${single('read', 'file_read')}---\n${single('send', 'network_send')}---\n${CHAIN}`
    const { cwd, deploy } = pack({ 'a.yml': base, 'b.yml': single('seen', 'file_read') })
    deploy()
    const { write, alerts, until, end } = watch(cwd)
    write(event('file_read', 1), mark(2))
    expect(await alerts(1)).toEqual(['seen'])

    writeFileSync(path.join(cwd, 'rules/detections/c.yml'), single('sent', 'network_send'))
    deploy()
    // The chain began before the change, and closes after it.
    write(event('network_send', 3), mark(4))
    expect([...(await alerts(3))].sort()).toEqual(['chain', 'seen', 'sent'])
    await until('the rules have changed: 3 rules from here on')

    rmSync(path.join(cwd, 'rules/detections/a.yml'))
    deploy('--prune')
    write(event('file_read', 5), event('network_send', 6), mark(40))
    expect((await alerts(5)).slice(3).sort()).toEqual(['seen', 'sent'])
    const { code, titles } = await end()
    expect(titles).toHaveLength(5)
    expect(code).toBe(0)
  })

  it('heeds a rule that was switched off by hand, and its own alerts are no change', async () => {
    const { cwd, deploy } = pack({ 'b.yml': single('seen', 'file_read') })
    deploy()
    const { write, alerts, until, end } = watch(cwd)
    write(event('file_read', 1))
    await alerts(1)
    write(event('file_read', 2))
    await alerts(2)
    const store = new Sqlite(path.join(cwd, '.detpack/local.db'))
    store.exec('UPDATE rules SET enabled = 0')
    store.close()
    write(event('file_read', 3))
    await until('the rules have changed: 0 rules')
    expect((await end()).titles).toEqual(['seen', 'seen'])
  })

  it('leaves out what an exception covers, and says how much', async () => {
    const text = exceptionText(-1, 30, { rule: 'seen' })
    const { cwd, deploy } = pack({ 'b.yml': single('seen', 'file_read'), 'c.yml': single('too', 'file_read') }, text)
    deploy()
    const { write, alerts, end } = watch(cwd)
    const restic = '/usr/bin/restic'
    write(event('file_read', 1, restic), event('file_write', 2, restic), event('file_read', 3, restic))
    write(event('file_read', 4))
    expect([...(await alerts(4))].sort()).toEqual(['seen', 'too', 'too', 'too'])
    const { titles, stderr } = await end()
    expect(titles).toHaveLength(4)
    expect(stderr).toContain('4 events, 4 alerts')
    expect(stderr).toContain(`2 events left out of "seen" by the exception X-1, until ${day(30)}`)
  })

  it('deploys a rule without the exception whose field no event has, and says so', () => {
    const text = exceptionText(-1, 30, { rule: 'seen', field: 'process.exe' })
    const { cwd } = pack({ 'b.yml': single('seen', 'file_read') }, text)
    const { code, stderr } = detpack(['deploy', '-t', 'local'], { cwd })
    expect(stderr).toContain('the exception "X-1" has no effect: the mapping does not know "process.exe"')
    expect(code).toBe(0)
  })

  it('tells of a rule in the store that cannot be read, and runs the others', async () => {
    const { cwd, deploy } = pack({ 'b.yml': single('seen', 'file_read'), 'c.yml': single('sent', 'network_send') })
    deploy()
    const store = new Sqlite(path.join(cwd, '.detpack/local.db'))
    store.prepare(`UPDATE rules SET content = '{"meaning":[]}' WHERE rule = ?`).run('sent')
    store.close()
    const { write, alerts, until, end } = watch(cwd)
    await until('artifact/unreadable-meaning')
    write(event('network_send', 1), event('file_read', 2))
    expect(await alerts(1)).toEqual(['seen'])
    await end()
  })

  it('takes no other rules, and no place that has none', () => {
    const { cwd } = pack({ 'b.yml': single('seen', 'file_read') })
    expect(detpack(['watch', '--from', 'local', '--rules', 'rules', '-'], { cwd }).code).toBe(2)
    expect(detpack(['watch', '--from', 'splunk', '-'], { cwd }).stderr).toContain('of the kind elastic or local')
    expect(detpack(['watch', '--from', 'local', '--once', '-'], { cwd }).code).toBe(2)
    expect(detpack(['watch', '--from', 'local', '--no-exceptions', '-'], { cwd }).code).toBe(2)
  })
})
