import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { NdjsonReader } from '../../../src/event/ndjson.ts'
import { recordReader } from '../../../src/event/record-reader.ts'
import { Observer } from '../../../src/govern/observed/observer.ts'
import { propose } from '../../../src/govern/observed/proposal.ts'
import { temporaryFolder } from '../../pack/temporary-folder.ts'

const SENSOR = path.resolve('sensor/detpack-sensor')
const LIFE = path.join(import.meta.dirname, 'life')
const UNIT = `detpack-proof-${process.pid}.service`
const PORT = 400 + (process.pid % 500)

/** Where the unified hierarchy of cgroups is mounted. */
const CGROUPS = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'utf8'))?.[1]

const problem = cannotRun()
if (problem !== undefined) process.stderr.write(`SKIP: a service proposed from what the sensor saw of it: ${problem}\n`)

function cannotRun(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root'
  if (!existsSync(SENSOR)) return 'there is no sensor/detpack-sensor'
  if (!existsSync('/sys/kernel/btf/vmlinux')) return 'no BTF (/sys/kernel/btf/vmlinux)'
  if (CGROUPS === undefined) return 'no cgroup v2'
  // The tracepoint of Linux capabilities is of 6.14.
  const [major = 0, minor = 0] = readFileSync('/proc/sys/kernel/osrelease', 'utf8').split('.').map(Number)
  if (major < 6 || (major === 6 && minor < 14)) return 'Linux before 6.14'
  if (spawnSync('setpriv', ['--version']).status !== 0) return 'no setpriv'
  return undefined
}

// The one claim that matters: what is proposed suffices, and nothing of it can be missing.
it.skipIf(problem !== undefined)(
  'proposes exactly what a daemon needs that binds a low port, becomes another user, reloads and reopens its log',
  { timeout: 120_000 },
  async () => {
    const observer = new Observer(UNIT)
    for (const record of await observe()) observer.add(record)
    const { proposal, diagnostics } = propose(observer.observation(), {
      unit: [],
      profile: undefined,
      systemCalls: null,
      without: [],
    })
    expect(diagnostics.map((one) => one.message)).toEqual([])
    const needed = proposal?.linuxCapabilities.map(({ name }) => name) ?? []
    expect(needed).toEqual(['CAP_CHOWN', 'CAP_KILL', 'CAP_SETGID', 'CAP_SETUID', 'CAP_NET_BIND_SERVICE'])
    expect(proposal?.observation.phases).toMatchObject({ starts: 1, reloads: 1, rotations: 1, logs: true })
    expect(proposal?.lines).toContainEqual(
      expect.objectContaining({ key: 'RestrictAddressFamilies', value: 'AF_INET' }),
    )
    expect(lives(needed)).toBe(true)
    for (const one of needed) expect([one, lives(needed.filter((other) => other !== one))]).toEqual([one, false])
  },
)

/** Whether the service lives its life with no other Linux capabilities than these. */
function lives(capabilities: readonly string[]): boolean {
  const set = ['-all', ...capabilities.map((name) => `+${name.slice('CAP_'.length).toLowerCase()}`)].join(',')
  const folder = temporaryFolder()
  const args = [folder, String(PORT), '-', 'setpriv', '--bounding-set', set]
  spawnSync('chmod', ['0755', folder])
  return spawnSync(LIFE, args, { input: '\n' }).status === 0
}

/** The events of that life, of everything that took part in it; the service is in a cgroup as systemd would make it. */
async function observe(): Promise<ReturnType<ReturnType<typeof recordReader>>[]> {
  const folder = temporaryFolder()
  spawnSync('chmod', ['0755', folder])
  const slice = path.join(CGROUPS ?? '', `detpack-proof-${process.pid}.slice`)
  const cgroup = path.join(slice, UNIT)
  mkdirSync(cgroup, { recursive: true })
  const life = spawn(LIFE, [folder, String(PORT), cgroup], { stdio: ['pipe', 'ignore', 'ignore'] })
  const output = path.join(folder, 'events.ndjson')
  const sensor = spawn(SENSOR, ['run', '--tree', String(life.pid), '--watermarks', '--output', `file:${output}`], {
    stdio: 'ignore',
  })
  onTestFinished(async () => {
    for (const child of [life, sensor]) child.kill('SIGKILL')
    await Promise.all([ended(life), ended(sensor)])
    // Processes leave their cgroup a moment after they have ended.
    for (let i = 0; i < 50 && existsSync(slice); i++) {
      try {
        rmdirSync(cgroup)
        rmdirSync(slice)
      } catch {
        await sleep(20)
      }
    }
  })
  const ready = (): boolean => existsSync(output) && readFileSync(output, 'utf8').includes('"watermark"')
  for (let i = 0; i < 1500 && !ready(); i++) await sleep(20)
  expect(ready()).toBe(true)
  life.stdin.write('\n')
  expect(await ended(life)).toBe(0)
  await sleep(300)
  sensor.kill('SIGTERM')
  await ended(sensor)
  const reader = new NdjsonReader({ name: output })
  const toRecord = recordReader({})
  return [...reader.push(readFileSync(output)), ...reader.end()].map(({ object, line }) => toRecord(object, line))
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => child.on('exit', (code) => resolve(code)))
}
