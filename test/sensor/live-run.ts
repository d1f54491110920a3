import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../../src/event/field.ts'

const SENSOR_FOLDER = new URL('../../sensor/', import.meta.url).pathname
export const SENSOR = path.join(SENSOR_FOLDER, 'detpack-sensor')
const BUILT = path.join(SENSOR_FOLDER, 'test/live/build')

/** Credentials in a home, which the directory of each act is: by name and folder. Files called so elsewhere are none. */
const IN_A_HOME = [
  '.kube/config',
  '.aws/credentials',
  '.config/gh/hosts.yml',
  '.docker/config.json',
  '.m2/settings.xml',
  '.cargo/credentials.toml',
  '.composer/auth.json',
  '.config/solana/id.json',
  '.gradle/gradle.properties',
]

/**
 * Files of the acts and races that have a class: everything named `id_ed25519` or `.sealed`, what the act `open-below` has
 * in its directory, and what has one in a home.
 */
function classTable(folder: string): string {
  return [
    'detpack-classes\t1',
    `digest\t${'0'.repeat(64)}`,
    'home\t/root',
    `home\t${folder}/*`,
    'class\t1\tcredential\tfollow',
    'match\t1\tname\t-\tid_ed25519',
    'match\t1\tsuffix\t-\t.sealed',
    `match\t1\tbelow\t${folder}/open-below/`,
    ...IN_A_HOME.map((file) => `match\t1\texact\t~/${file}`),
    'match\t1\texact\t/etc/shadow',
    'match\t1\tbelow\t~/.aws/sso/cache/',
    '',
  ].join('\n')
}

/** Why the live tests cannot run here; undefined when they can. */
export function cannotRun(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root'
  if (!readable('/sys/kernel/btf/vmlinux')) return 'no BTF (/sys/kernel/btf/vmlinux)'
  if (!readable(SENSOR)) return 'there is no sensor/detpack-sensor'
  if (!readable(path.join(BUILT, 'acts'))) return 'no acts: run make -f sensor/test/live/live.mk'
  return undefined
}

function readable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK)
    return true
  } catch {
    return false
  }
}

export function actNames(): readonly string[] {
  return execFileSync(path.join(BUILT, 'acts'), ['--list'], { encoding: 'utf8' }).trim().split('\n')
}

/** The BPF programs and maps that a process has descriptors of. */
function bpfOf(pid: number | undefined): readonly string[] {
  const folder = `/proc/${pid}/fdinfo`
  const found = new Set<string>()
  for (const name of readdirSync(folder)) {
    const text = readFileSync(path.join(folder, name), 'utf8')
    for (const kind of ['prog', 'map']) {
      const [, id] = new RegExp(`^${kind}_id:\\s+(\\d+)$`, 'm').exec(text) ?? []
      if (id !== undefined) found.add(`${kind} ${id}`)
    }
  }
  return [...found]
}

/** Resident bytes of a process: all, and those that are no file's and nobody else's. */
export interface Resident {
  readonly all: number
  readonly own: number
}

function residentOf(pid: number | undefined): Resident {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024
  return { all: bytes('VmRSS'), own: bytes('RssAnon') }
}

/** Those of them that the kernel still has. It frees programs some tenths of a second after they are let go. */
export async function leftOf(bpf: readonly string[]): Promise<readonly string[]> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const loaded = loadedBpf()
    const left = bpf.filter((one) => loaded.has(one))
    if (left.length === 0 || performance.now() > deadline) return left
    await sleep(100)
  }
}

/** All that are loaded, by whomever. */
function loadedBpf(): ReadonlySet<string> {
  const program = ['/usr/sbin/bpftool', '/sbin/bpftool'].find((one) => existsSync(one)) ?? 'bpftool'
  const ids = new Set<string>()
  for (const kind of ['prog', 'map']) {
    const list = JSON.parse(execFileSync(program, ['-j', kind, 'list'], { encoding: 'utf8' })) as { id: number }[]
    for (const { id } of list) ids.add(`${kind} ${id}`)
  }
  return ids
}

export interface LiveRun {
  /** What the program printed. */
  readonly said: string
  readonly events: readonly JsonObject[]
  /** Whole lines of the stream that are watermarks, with the number of events before each. */
  readonly watermarks: readonly { readonly time: string; readonly events: number }[]
  /** What the sensor wrote to standard error. */
  readonly complaints: string
  /** The BPF programs and maps that the sensor had; not known of another kernel's. */
  readonly bpf?: readonly string[]
  /** What the sensor took of memory once it watched, and after what the program did; not known of another kernel's. */
  readonly resident?: { readonly atFirst: Resident; readonly after: Resident }
}

/** When something hangs. A busy machine takes a minute for what takes four seconds on an idle one. */
const READY_SECONDS = 120
const END_SECONDS = 300

/** For vitest: how long a run may take that is no failure of what it is to show, milliseconds. */
export const RUN_TIMEOUT = (2 * READY_SECONDS + END_SECONDS) * 1000

/**
 * Starts a program of sensor/test/live that waits, puts the sensor on its tree, lets it go, and ends the sensor when the
 * program has ended. Both are ended whatever happens.
 *
 * @param options further options of `detpack-sensor run`
 * @param keep which lines are taken, where there are so many that reading all would take longest
 */
export async function runLive(
  program: 'acts' | 'races',
  args: readonly string[],
  options: readonly string[] = [],
  keep: (line: string) => boolean = () => true,
): Promise<LiveRun> {
  const folder = mkdtempSync(path.join(tmpdir(), 'detpack-live-'))
  const classes = path.join(folder, 'classes')
  writeFileSync(classes, classTable(folder), { mode: 0o600 })
  // Acts of another user than root must be able to reach their files.
  execFileSync('chmod', ['0755', folder])
  // Secrets that nobody opens while the sensor looks.
  mkdirSync(path.join(folder, 'before'))
  writeFileSync(path.join(folder, 'before', 'id_ed25519'), 'secret')
  writeFileSync(path.join(folder, 'before', 'other.sealed'), 'secret')
  for (const file of [...IN_A_HOME, '.aws/sso/cache/some/token']) {
    mkdirSync(path.join(folder, 'before', path.dirname(file)), { recursive: true })
    writeFileSync(path.join(folder, 'before', file), 'secret')
  }
  const acts = start(path.join(BUILT, program), ['--dir', folder, '--wait', ...args])
  let sensor: Started | undefined
  try {
    await acts.until((text) => text.includes('"ready"'), READY_SECONDS)
    const root = (JSON.parse(acts.text().split('\n')[0] ?? '') as { readonly ready: number }).ready
    // To a file: a pipe is read by this process, and the sensor waits for nobody.
    const output = path.join(folder, 'events.ndjson')
    const sensorArgs = [
      'run',
      '--tree',
      String(root),
      '--classes',
      classes,
      '--watermarks',
      '--output',
      `file:${output}`,
    ]
    sensor = start(SENSOR, [...sensorArgs, ...options])
    await sensor.until(() => existsSync(output) && readFileSync(output, 'utf8').includes('"watermark"'), READY_SECONDS)
    const bpf = bpfOf(sensor.child.pid)
    const atFirst = residentOf(sensor.child.pid)
    acts.child.stdin?.write('\n')
    await acts.ended(END_SECONDS)
    // What is in the rings is released 20 ms after its time, and watermarks come every 50 ms.
    await sleep(500)
    const resident = { atFirst, after: residentOf(sensor.child.pid) }
    sensor.child.kill('SIGTERM')
    await sensor.ended(READY_SECONDS)
    const stream = parseStream(readFileSync(output, 'utf8'), keep)
    return { said: acts.text(), ...stream, complaints: sensor.errors(), bpf, resident }
  } finally {
    acts.child.kill('SIGKILL')
    sensor?.child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Does all acts on a Debian kernel in QEMU (sensor/test/kernels): the sensor and the acts are the same as here. */
export async function runOnKernel(kernel: string): Promise<LiveRun> {
  const folder = mkdtempSync(path.join(tmpdir(), 'detpack-kernel-'))
  try {
    const script = path.join(SENSOR_FOLDER, 'test/kernels/acts')
    const booted = spawn(script, [kernel, folder], { stdio: ['ignore', 'ignore', 'pipe'] })
    let complaints = ''
    booted.stderr.on('data', (some: Buffer) => (complaints += some.toString('utf8')))
    const code = await new Promise((resolve) => booted.on('close', resolve))
    const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8')
    if (code !== 0) throw new Error(`${script} ${kernel} ended with ${String(code)}: ${complaints}${read('console')}`)
    return { said: read('said'), ...parseStream(read('events')), complaints: read('complaints') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function parseStream(
  text: string,
  keep: (line: string) => boolean = () => true,
): Pick<LiveRun, 'events' | 'watermarks'> {
  const events: JsonObject[] = []
  const watermarks: { time: string; events: number }[] = []
  for (const line of text.split('\n')) {
    if (line === '' || !keep(line)) continue
    const one = JSON.parse(line) as JsonObject
    const time = (one['detpack'] as { readonly watermark?: string } | undefined)?.watermark
    if (one['event'] === undefined && time !== undefined) watermarks.push({ time, events: events.length })
    else events.push(one)
  }
  return { events, watermarks }
}

interface Started {
  readonly child: ChildProcess
  text(): string
  errors(): string
  until(condition: (text: string) => boolean, seconds: number): Promise<void>
  ended(seconds: number): Promise<void>
}

function start(program: string, args: readonly string[]): Started {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const out: Buffer[] = []
  const errors: Buffer[] = []
  let over = false
  child.stdout.on('data', (some: Buffer) => out.push(some))
  child.stderr.on('data', (some: Buffer) => errors.push(some))
  child.stdin.on('error', () => undefined)
  child.on('close', () => (over = true))
  child.on('error', (error) => {
    errors.push(Buffer.from(error.message))
    over = true
  })
  const text = (): string => Buffer.concat(out).toString('utf8')
  const complaints = (): string => Buffer.concat(errors).toString('utf8')
  const wait = async (met: () => boolean, seconds: number): Promise<void> => {
    const limit = Date.now() + seconds * 1000
    while (!met()) {
      if (Date.now() > limit) throw new Error(`${path.basename(program)} took too long: ${complaints()}`)
      await sleep(20)
    }
  }
  return {
    child,
    text,
    errors: complaints,
    until: async (condition, seconds) => {
      await wait(() => over || condition(text()), seconds)
      if (!condition(text())) throw new Error(`${path.basename(program)} ended early: ${complaints()}`)
    },
    ended: (seconds) => wait(() => over, seconds),
  }
}

/** The schema that every event must keep. */
export function eventSchema(): object {
  const file = new URL('../../mappings/event.schema.json', import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as object
}
