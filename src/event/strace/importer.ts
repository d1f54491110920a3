import { createHash } from 'node:crypto'
import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { FlowTracker, type FlowObject } from '../flow.ts'
import type { ResourceTable } from '../resource.ts'
import type { UseEvent } from '../use-event.ts'
import { isProblem, parseCall, type Call } from './call.ts'
import { Complaints } from './complaint.ts'
import type { TracedObject } from './descriptor.ts'
import { DESCRIPTOR_CALLS } from './descriptor-call.ts'
import { FILE_CALLS } from './file-call.ts'
import { LineSplitter, type SplitLine } from './line-splitter.ts'
import { parseLine, type Line } from './line.ts'
import { Numbering } from './numbering.ts'
import { PROCESS_CALLS } from './process-call.ts'
import { SOCKET_CALLS } from './socket-call.ts'
import { SYSTEM_CALLS } from './system-call.ts'
import { isFork, Threads } from './threads.ts'
import type { Pending, Thread } from './thread.ts'
import { Trace } from './trace.ts'
import { TRANSFER_CALLS } from './transfer-call.ts'
import type { CallHandler, Moment, Use } from './use.ts'
import { eventOf, NEVER_KNOWN, outcomeOf, type Frame } from './use-event.ts'

const HANDLERS: ReadonlyMap<string, CallHandler> = new Map(
  [FILE_CALLS, TRANSFER_CALLS, SOCKET_CALLS, DESCRIPTOR_CALLS, PROCESS_CALLS, SYSTEM_CALLS].flatMap((calls) =>
    Object.entries(calls),
  ),
)

/** Calls that give data or descriptors away: who reads may return before who wrote. */
const GIVING = /^(?:write|writev|pwrite64|pwritev2?|send|sendto|sendmsg|sendmmsg|sendfile|splice|tee|vmsplice)$/

/** Not an outcome (event contract §6): nothing happened, and the call comes again. */
const WITHOUT_OUTCOME: ReadonlySet<string> = new Set(['EAGAIN', 'EWOULDBLOCK', 'EINTR'])

/** The identity of an import is made from this much of the recording, or all of it when it is shorter. */
const OPENING = 1 << 20
const MOST_IGNORED_NAMES = 1000

export interface StraceOptions {
  /** How the user knows the recording: a path as they gave it, or `<stdin>`. */
  readonly name: string
  readonly resources: ResourceTable
  /** The task that the recorded processes were started for; `id` is its name and `run` the import unless given. */
  readonly task?: { readonly name: string; readonly id?: string; readonly run?: string } | undefined
  readonly agent?: { readonly id?: string; readonly name?: string } | undefined
  /** The host it was recorded on; `unknown` unless given. */
  readonly host?: { readonly id?: string; readonly name?: string; readonly boot?: string } | undefined
}

/** What was read and what became of it. */
export interface StraceCounts {
  readonly lines: number
  readonly events: number
  /** Lines that could not be read. */
  readonly skipped: number
  /** Calls that came to nothing: EAGAIN, EINTR, restarted, or still open at the end. */
  readonly withoutOutcome: number
  /** Calls that are no use of a capability, or none that is known: name → how often. */
  readonly ignored: ReadonlyMap<string, number>
}

/**
 * Makes events of a recording by `strace -f -yy -ttt`, fed in chunks that may end anywhere. `-T`, `-o FILE`, `[pid N]`
 * and a missing `-f` or `-yy` are understood; without `-ttt` there is no time, and the lines are refused.
 *
 * Takes the text as it is: a line that cannot be read is skipped and told (`event/strace-line`, `-time`, `-call`,
 * `-long-line`, `-resumed`), and the reading goes on. Each use is one event; uses are not folded.
 *
 * - `@timestamp` is the end of the call where `-T` or the second half of a divided call tells it. Else it is the
 *   beginning, and `@timestamp` stands in `detpack.unknown`.
 * - The same recording with the same options gives the same ids, also in another place. They are made from its first
 *   MiB: a recording that has grown keeps the ids of the events it had.
 * - A path is all that strace tells of a file's identity: `detpack.object.identity` is `candidate` where the kernel
 *   named the path (-yy), `string` where only the program did.
 * - A descriptor without a history in the recording has the origin `unseen`.
 * - Host and boot are stand-ins unless given, and so listed in `detpack.unknown` of each event.
 */
export class StraceImporter {
  readonly #options: StraceOptions
  readonly #complaints: Complaints
  readonly #splitter = new LineSplitter()
  readonly #ignored = new Map<string, number>()
  #opening: SplitLine[] | undefined = []
  #openingSize = 0
  #session: Session | undefined
  #lines = 0

  constructor(options: StraceOptions) {
    this.#options = options
    this.#complaints = new Complaints(options.name)
  }

  /** Takes the next chunk and gives the events that are complete and in order. */
  push(chunk: Uint8Array | string): UseEvent[] {
    return this.#take(this.#splitter.push(chunk))
  }

  /** Says that nothing more comes. */
  end(): UseEvent[] {
    const events = this.#take(this.#splitter.end())
    const session = this.#begin()
    events.push(...this.#openingEvents(session), ...session.end())
    this.#complaints.end()
    return events
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#complaints.diagnostics
  }

  get counts(): StraceCounts {
    return {
      lines: this.#lines,
      events: this.#session?.events ?? 0,
      skipped: this.#complaints.skipped,
      withoutOutcome: this.#session?.withoutOutcome ?? 0,
      ignored: this.#ignored,
    }
  }

  #take(lines: readonly SplitLine[]): UseEvent[] {
    this.#lines += lines.length
    if (this.#opening === undefined) return lines.flatMap((line) => this.#session?.take(line) ?? [])
    for (const line of lines) {
      this.#opening.push(line)
      this.#openingSize += line.text.length + 1
    }
    return this.#openingSize < OPENING ? [] : this.#openingEvents(this.#begin())
  }

  #openingEvents(session: Session): UseEvent[] {
    const held = this.#opening ?? []
    this.#opening = undefined
    return held.flatMap((line) => session.take(line))
  }

  #begin(): Session {
    this.#session ??= new Session(this.#options, this.#runOf(), this.#complaints, this.#ignored)
    return this.#session
  }

  #runOf(): string {
    const { task, agent, host } = this.#options
    const hash = createHash('sha256').update(JSON.stringify([task ?? null, agent ?? null, host ?? null]))
    let left = OPENING
    for (const { text } of this.#opening ?? []) {
      hash.update(`\n${text.slice(0, left)}`)
      left -= text.length + 1
      if (left <= 0) break
    }
    return hash.digest('hex').slice(0, 32)
  }
}

/** Reads a whole recording. */
export function importStrace(
  text: string | Uint8Array,
  options: StraceOptions,
): { events: readonly UseEvent[]; diagnostics: readonly Diagnostic[]; counts: StraceCounts } {
  const importer = new StraceImporter(options)
  const events = [...importer.push(text), ...importer.end()]
  return { events, diagnostics: importer.diagnostics, counts: importer.counts }
}

/** One import, once its identity is known: lines in, events out. */
class Session {
  readonly #resources: ResourceTable
  readonly #complaints: Complaints
  readonly #ignored: Map<string, number>
  readonly #frame: Frame
  readonly #flow: FlowTracker
  readonly #trace: Trace
  readonly #threads: Threads
  readonly #numbering = new Numbering()
  #ready: UseEvent[] = []
  #latest = 0
  /** Uses change the flow only: their call has not returned. */
  #anticipating = false
  #toldOfRing = false
  withoutOutcome = 0

  constructor(options: StraceOptions, run: string, complaints: Complaints, ignored: Map<string, number>) {
    const { host, task, agent, resources } = options
    this.#resources = resources
    this.#complaints = complaints
    this.#ignored = ignored
    const hostId = host?.id ?? 'unknown'
    const boot = host?.boot ?? run
    this.#frame = {
      run,
      host: { id: hostId, name: host?.name ?? 'unknown', boot: { id: boot } },
      task: task && { id: task.id ?? task.name, name: task.name, run: task.run ?? run, source: 'import' },
      agent: agent && {
        agent: {
          ...(agent.id !== undefined && { id: agent.id }),
          ...(agent.name !== undefined && { name: agent.name }),
        },
      },
      digest: resources.digest,
      unknown: [
        ...NEVER_KNOWN,
        ...(host?.id === undefined ? ['host.id'] : []),
        ...(host?.name === undefined ? ['host.name'] : []),
        ...(host?.boot === undefined ? ['host.boot.id'] : []),
      ],
    }
    this.#flow = new FlowTracker(resources)
    this.#trace = new Trace(`${hostId}\n${boot}`, run.slice(0, 16), (process, object) =>
      this.#flow.release(process.entityId, object.id),
    )
    this.#threads = new Threads(this.#trace, this.#sink, complaints)
  }

  get events(): number {
    return this.#numbering.count
  }

  take(line: SplitLine): UseEvent[] {
    if (line.cut) this.#complaints.skip('event/strace-long-line', 'this line is too long to be a call', line, 0)
    else this.#read(parseLine(line.text), line)
    const ready = this.#ready
    this.#ready = []
    return ready
  }

  end(): UseEvent[] {
    this.withoutOutcome += this.#threads.openCalls
    const { processes, objects } = this.#flow.refused
    if (processes + objects > 0)
      this.#complaints.note(
        'event/strace-forgotten',
        `${processes + objects} processes and objects found no room; detpack.flow is incomplete`,
      )
    if (this.#threads.forgotten > 0)
      this.#complaints.note('event/strace-forgotten', `${this.#threads.forgotten} threads found no room`)
    if (this.#trace.objects.forgotten > 0)
      this.#complaints.note(
        'event/strace-forgotten',
        'too many paths; files seen early have a second detpack.object.id',
      )
    return [...this.#ready, ...this.#numbering.end()]
  }

  #read(parsed: Line, line: SplitLine): void {
    switch (parsed.kind) {
      case 'talk':
      case 'signal':
        return
      case 'bad':
        return this.#refuse(parsed.problem, line, parsed.at)
      case 'end':
        return this.#threads.end(parsed, line)
      case 'call': {
        const thread = this.#threads.of(parsed.pid, parsed.time, line)
        this.#threads.takePending(thread)
        return this.#call(thread, parsed.text, parsed.time, undefined, line, parsed.at, undefined)
      }
      case 'unfinished':
        return this.#anticipate(this.#threads.suspend(parsed, line))
      case 'resumed': {
        const thread = this.#threads.of(parsed.pid, parsed.time, line)
        const pending = this.#threads.takePending(thread)
        if (pending?.name !== parsed.name) {
          const hint = 'record from the start of the program, or leave the beginning out'
          return this.#complaints.skip(
            'event/strace-resumed',
            `"${parsed.name}" goes on here but did not begin`,
            line,
            parsed.at,
            hint,
          )
        }
        return this.#call(thread, pending.text + parsed.text, pending.began, parsed.time, line, 0, pending)
      }
    }
  }

  #refuse(problem: 'no-time' | 'no-call', line: SplitLine, at: number): void {
    if (problem === 'no-time')
      this.#complaints.skip(
        'event/strace-time',
        'this line has no time since 1970',
        line,
        at,
        'record with strace -f -yy -ttt',
      )
    else this.#complaints.skip('event/strace-line', 'this is no line of strace', line, at)
  }

  #call(
    thread: Thread,
    text: string,
    began: number,
    resumedAt: number | undefined,
    line: SplitLine,
    at: number,
    pending: Pending | undefined,
  ): void {
    const call = parseCall(text)
    if (isProblem(call))
      return this.#complaints.skip('event/strace-call', call.message, line, pending ? 0 : at + call.at)
    const ended = call.duration === undefined ? resumedAt : began + call.duration
    const { process, id } = thread
    const moment: Moment = {
      trace: this.#trace,
      process,
      thread: id,
      call,
      text,
      began,
      ended,
      sink: this.#sink,
      anticipated: pending?.anticipated ?? false,
    }
    if (isFork(call.name)) return this.#threads.fork(moment, pending, line)
    if (call.name === 'exit' || call.name === 'exit_group') return this.#threads.exit(thread, moment)
    this.#dispatch(moment, call, line)
    if (call.name.startsWith('execve') && call.result.kind === 'value') this.#threads.onlyThread(thread)
  }

  #dispatch(moment: Moment, call: Call, line: SplitLine): void {
    const handler = HANDLERS.get(call.name)
    if (handler === undefined) return this.#ignore(call.name, line)
    const { result } = call
    const idle = result.kind === 'error' && WITHOUT_OUTCOME.has(result.errno) && call.name !== 'close'
    if (result.kind === 'restart' || result.kind === 'none' || idle) this.withoutOutcome++
    else handler(moment)
  }

  #ignore(name: string, line: SplitLine): void {
    if (this.#ignored.has(name) || this.#ignored.size < MOST_IGNORED_NAMES)
      this.#ignored.set(name, (this.#ignored.get(name) ?? 0) + 1)
    if (!name.startsWith('io_uring_enter') || this.#toldOfRing) return
    this.#toldOfRing = true
    this.#complaints.warn('event/strace-io-uring', 'uses through io_uring are not in a recording of system calls', line)
  }

  /** A write whose reader may return first: what it gives away is made known now, the event comes when it returns. */
  #anticipate(thread: Thread): void {
    const pending = thread.pending
    if (pending === undefined || !GIVING.test(pending.name)) return
    const call = parseCall(`${pending.text}) = 1`)
    if (isProblem(call)) return
    const { process, id } = thread
    this.#anticipating = true
    HANDLERS.get(pending.name)?.({
      trace: this.#trace,
      process,
      thread: id,
      call,
      text: pending.text,
      began: pending.began,
      ended: undefined,
      sink: this.#sink,
      anticipated: false,
    })
    this.#anticipating = false
    pending.anticipated = true
  }

  readonly #sink = (moment: Moment, use: Use): void => {
    const object = use.object ?? use.slot?.description.object
    const objectClass = this.#classOf(object, use.path)
    const source = use.taken?.slot.description.object ?? use.carrier
    const sourceClass = source && this.#classOf(source)
    this.#latest = Math.max(this.#latest, moment.ended ?? moment.began)
    const flow = this.#flow.apply({
      process: moment.process.entityId,
      action: use.action,
      succeeded: outcomeOf(moment.call.result) !== 'failure',
      micros: this.#latest,
      object: object && flowObject(object, objectClass),
      source: source && flowObject(source, sourceClass),
      sink: use.sink,
      child: use.child?.entityId,
      bytes: use.bytes,
    })
    if (this.#anticipating) return
    const make = eventOf(this.#frame, moment, use, { objectClass, sourceClass, flow })
    this.#ready.push(...this.#numbering.add(moment.ended ?? moment.began, make))
  }

  /** By what the object was when it was classed, else by its path: a credential that was renamed stays one. */
  #classOf(object: TracedObject | undefined, path?: string): string | undefined {
    const known = object && this.#flow.classOf(object.id)
    if (known !== undefined) return known
    const name = path ?? (object?.kind === 'socket' ? undefined : object?.path)
    return name === undefined ? undefined : this.#resources.classOf(name)
  }
}

function flowObject(object: TracedObject, objectClass: string | undefined): FlowObject {
  return { id: object.id, kind: object.kind, class: objectClass }
}
