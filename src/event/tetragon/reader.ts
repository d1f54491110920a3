import type { LineReader } from '../recording/line-importer.ts'
import type { SplitLine } from '../recording/line-splitter.ts'
import type { Session } from '../recording/session.ts'
import { timeText } from '../recording/time-text.ts'
import { ToldHosts, type ToldHost } from '../recording/told-host.ts'
import { toldList, toldNumber, toldObject, toldText, type ToldObject } from '../recording/told-json.ts'
import { parseMicros } from '../recording/told-time.ts'
import type { Occasion, Use } from '../recording/use.ts'
import { ERRNO_NAMES } from '../system-call/number-table.ts'
import { signalNumber } from '../system-call/flag-name.ts'
import { Arguments, numberIn } from './argument.ts'
import { ExportLines } from './export-line.ts'
import { FILE_PROBES } from './file-probe.ts'
import { NETWORK_PROBES } from './network-probe.ts'
import type { ProbeHandler } from './probe.ts'
import { PROCESS_PROBES } from './process-probe.ts'
import { capabilitySet, commandOf, execsAgain, keyOf, processOf } from './processes.ts'

const PROBES: ReadonlyMap<string, ProbeHandler> = new Map(
  [...FILE_PROBES, ...NETWORK_PROBES, ...PROCESS_PROBES].flatMap(([names, handler]) =>
    names.split(' ').map((name): [string, ProbeHandler] => [name, handler]),
  ),
)

/** Ends of calls that came to nothing, and come again (event contract §6). */
const WITHOUT_OUTCOME: ReadonlySet<string> = new Set(['EAGAIN', 'EINTR'])

type Told = (host: ToldHost, about: ToldObject, time: number) => void

/** One export of Tetragon: a JSON object a line. */
export class TetragonReader implements LineReader {
  readonly #session: Session
  readonly #hosts: ToldHosts
  readonly #lines = new ExportLines()
  readonly #kinds: ReadonlyMap<string, Told>

  constructor(session: Session) {
    this.#session = session
    this.#hosts = new ToldHosts(session)
    this.#kinds = new Map<string, Told>([
      ['process_exec', (host, about, time) => this.#exec(host, about, time)],
      ['process_exit', (host, about, time) => this.#exit(host, about, time)],
      ['process_kprobe', (host, about, time) => this.#probe(host, about, time, toldText(about, 'function_name'))],
      ['process_lsm', (host, about, time) => this.#probe(host, about, time, hookName(about))],
      ['process_tracepoint', (host, about, time) => this.#probe(host, about, time, tracepointName(about))],
      ['process_loader', (host, about, time) => this.#load(host, about, time)],
      ['process_uprobe', () => this.#session.ignore('process_uprobe')],
      ['process_usdt', () => this.#session.ignore('process_usdt')],
      ['process_throttle', (host, about, time) => this.#throttle(host, about, time)],
      ['rate_limit_info', (host, about, time) => this.#limit(host, about, time)],
    ])
  }

  take(line: SplitLine): void {
    const { text } = line
    if (text.trim() === '') return
    const parsed = this.#lines.read(text)
    if ('at' in parsed)
      return this.#session.complaints.skip('event/tetragon-json', 'this is no JSON object', line, parsed.at, HINT)
    const { object } = parsed
    for (const [kind, tell] of this.#kinds) {
      const about = toldObject(object, kind)
      if (about === undefined) continue
      const time = parseMicros(toldText(object, 'time') ?? toldText(about, 'time'))
      if (time === undefined)
        return this.#session.complaints.skip('event/tetragon-time', `this ${kind} has no time`, line, 0, HINT)
      return tell(this.#hosts.of(toldText(object, 'node_name')), about, time)
    }
    const hint = 'give an export of JSON (--export-filename), not the output of "tetra getevents -o compact"'
    this.#session.complaints.skip('event/tetragon-kind', 'this is no event of Tetragon', line, 0, hint)
  }

  end(): void {
    if (this.#hosts.forgotten > 0) {
      const message = `${this.#hosts.forgotten} hosts and processes found no room`
      this.#session.complaints.note('event/tetragon-forgotten', message)
    }
  }

  #exec(host: ToldHost, about: ToldObject, time: number): void {
    const told = toldObject(about, 'process')
    if (told === undefined) return this.#session.ignore('process_exec')
    const parent = toldObject(about, 'parent')
    execsAgain(host, told, parent)
    const process = processOf(host, told, parent)
    // What was there before Tetragon began is listed as if it had been run then.
    if (toldText(told, 'flags')?.includes('procFS') === true) return this.#session.ignore('process_exec procFS')
    process.image++
    const occasion: Occasion = { ...at(time), process, thread: toldNumber(told, 'tid') }
    const { path, kind, inode } = programOf(told)
    this.#session.tell(occasion, {
      action: 'process_exec',
      ...(path === undefined
        ? { unknown: ['detpack.object.id', 'file.path'] }
        : { object: host.file(path, 'kernel', kind) }),
      ...(inode !== undefined && { file: { inode } }),
      ownProcess: commandOf(told),
    })
    this.#raise(occasion, told)
  }

  /** A program with file capabilities or set-user-ID gives more than its caller had. */
  #raise(occasion: Occasion, told: ToldObject): void {
    const properties = toldObject(told, 'binary_properties')
    if (toldList(properties, 'privileges_changed').length === 0) return
    const effective = capabilitySet(toldObject(told, 'cap'), 'effective')
    const permitted = capabilitySet(toldObject(told, 'cap'), 'permitted')
    const user = toldNumber(properties, 'setuid')
    const { thread } = occasion
    const capabilities = { ...(effective && { effective }), ...(permitted && { permitted }) }
    this.#session.tell(occasion, {
      action: 'privilege_change',
      ...(user !== undefined && { user: { effective: { id: String(user) } } }),
      ...((effective ?? permitted) && {
        ownProcess: { thread: { ...(thread !== undefined && { id: thread }), capabilities } },
      }),
    })
  }

  #exit(host: ToldHost, about: ToldObject, time: number): void {
    const told = toldObject(about, 'process')
    if (told === undefined) return this.#session.ignore('process_exit')
    const process = processOf(host, told, toldObject(about, 'parent'))
    const signal = toldText(about, 'signal')
    const number = signal === undefined ? undefined : signalNumber(signal)
    // A status of 0 is left out of the JSON.
    const status = number === undefined ? (toldNumber(about, 'status') ?? 0) & 0xff : 128 + number
    this.#session.tell(
      { ...at(time), process, thread: toldNumber(told, 'tid') },
      {
        action: 'process_exit',
        ownProcess: { exit_code: status, end: timeText(time) },
        ...(signal !== undefined && { detpack: { signal } }),
      },
    )
    host.leave(keyOf(told))
  }

  #probe(host: ToldHost, about: ToldObject, time: number, written: string | undefined): void {
    const told = toldObject(about, 'process')
    const name = written?.startsWith('__') === true ? written.replace(ARCHITECTURE, '') : written
    const handler = name === undefined ? undefined : PROBES.get(name)
    if (told === undefined || name === undefined || handler === undefined)
      return this.#session.ignore(name?.slice(0, 100) ?? 'a probe without a name')
    const returnedArgument = toldObject(about, 'return')
    const returned = numberIn(returnedArgument)
    const { outcome, reason } = outcomeOf(returned, toldText(about, 'action'))
    if (reason !== undefined && WITHOUT_OUTCOME.has(reason)) {
      this.#session.withoutOutcome++
      return
    }
    const occasion: Occasion = {
      process: processOf(host, told, toldObject(about, 'parent')),
      thread: toldNumber(told, 'tid'),
      began: time,
      // The time is that of the call; Tetragon has none for the return.
      ended: undefined,
      syscall: name.startsWith('sys_') ? name.slice(4) : undefined,
      outcome,
      reason,
    }
    const args = new Arguments(toldList(about, 'args'))
    const compat = written?.startsWith('__ia32_') === true
    handler({ session: this.#session, host, name, compat, occasion, args, returned, returnedArgument })
  }

  #load(host: ToldHost, about: ToldObject, time: number): void {
    const told = toldObject(about, 'process')
    const path = toldText(about, 'path')
    if (told === undefined || path === undefined) return this.#session.ignore('process_loader')
    this.#session.tell(
      { ...at(time), process: processOf(host, told, toldObject(about, 'parent')), thread: toldNumber(told, 'tid') },
      {
        action: 'file_map',
        route: 'mmap',
        object: host.file(path, 'kernel'),
        detpack: { memory: { protection: ['exec'] } },
      },
    )
  }

  /** From now on events of a cgroup are left out, and how many is not told. */
  #throttle(host: ToldHost, about: ToldObject, time: number): void {
    if (toldText(about, 'type') !== 'THROTTLE_START') return this.#session.ignore('process_throttle')
    this.#session.lose(1)
    const use: Use = { action: 'sensor_loss', unknown: ['detpack.loss.count'] }
    this.#session.tell({ ...at(time), process: host.stranger, thread: undefined }, use)
  }

  #limit(host: ToldHost, about: ToldObject, time: number): void {
    const count = Math.max(0, toldNumber(about, 'number_of_dropped_process_events') ?? 0)
    this.#session.lose(count)
    const use: Use = { action: 'sensor_loss', detpack: { loss: { count } } }
    this.#session.tell({ ...at(time), process: host.stranger, thread: undefined }, use)
  }
}

const HINT = 'one event is one line of JSON, with "time" and one of process_exec, process_exit, process_kprobe, …'
/** What architectures put in front of the functions of system calls. */
const ARCHITECTURE = /^__(?:x64|arm64|ia32)_(?:compat_)?(?=sys_)/

function at(time: number): Omit<Occasion, 'process' | 'thread'> {
  return { began: time, ended: time, syscall: undefined, outcome: 'success', reason: undefined }
}

/** Without a return value nothing is known of how it ended, but that a policy may have forbidden it. */
function outcomeOf(returned: number | undefined, action: string | undefined): Pick<Occasion, 'outcome' | 'reason'> {
  if (returned !== undefined && returned < 0) {
    const reason = ERRNO_NAMES.get(-returned)
    return { outcome: reason === 'EINPROGRESS' ? 'unknown' : 'failure', reason }
  }
  if (action === 'KPROBE_ACTION_OVERRIDE') return { outcome: 'failure', reason: undefined }
  if (action === 'KPROBE_ACTION_SIGKILL') return { outcome: 'unknown', reason: undefined }
  return { outcome: returned === undefined ? 'unknown' : 'success', reason: undefined }
}

/** A hook of the security modules, under the name of the function that calls it. */
function hookName(about: ToldObject): string | undefined {
  const name = toldText(about, 'function_name')
  return name === undefined || name.startsWith('security_') ? name : `security_${name.replace(/^bpf_lsm_/, '')}`
}

/** `syscalls/sys_exit_openat` is as good as a probe on the system call. */
function tracepointName(about: ToldObject): string {
  const event = toldText(about, 'event') ?? ''
  const call = toldText(about, 'subsys') === 'syscalls' ? /^sys_(?:enter|exit)_(\w+)$/.exec(event)?.[1] : undefined
  return call === undefined ? `${toldText(about, 'subsys') ?? ''}:${event}` : `sys_${call}`
}

/** The program that was run: a file that has no name any more is told by the properties of its inode. */
function programOf(told: ToldObject): { path: string | undefined; kind: 'file' | 'memfd'; inode: string | undefined } {
  const file = toldObject(toldObject(told, 'binary_properties'), 'file')
  const inode = toldObject(file, 'inode')
  const number = toldNumber(inode, 'number')
  const path = toldText(file, 'path') ?? toldText(told, 'binary')
  const gone = inode !== undefined && (toldNumber(inode, 'links') ?? 0) === 0
  const memory = path !== undefined && /^\/?memfd:/.test(path)
  const named = path?.replace(/^memfd:/, '/memfd:')
  return {
    path: gone && named !== undefined && !named.endsWith(' (deleted)') ? `${named} (deleted)` : named,
    kind: memory ? 'memfd' : 'file',
    inode: number === undefined ? undefined : String(number),
  }
}
