import type { Complaints } from '../recording/complaint.ts'
import type { SplitLine } from '../recording/line-splitter.ts'
import { timeText } from '../recording/time-text.ts'
import type { TracedProcess } from '../recording/traced-process.ts'
import type { Call } from '../system-call/call.ts'
import { momentOf, tell, type Moment } from '../system-call/moment.ts'
import { changeNamespaces } from '../system-call/surroundings-call.ts'
import type { Trace } from '../system-call/trace.ts'
import { numberOf } from '../system-call/value.ts'
import { isProblem, parseCall } from './call.ts'
import type { Line } from './line.ts'
import type { Pending, Thread } from './thread.ts'

const FORKS: ReadonlySet<string> = new Set(['fork', 'vfork', 'clone', 'clone3'])

export function isFork(name: string): boolean {
  return FORKS.has(name)
}

/** More threads than this are not remembered: the oldest is met anew when it goes on. */
const MOST_THREADS = 65_536
const MOST_FORKING = 256

type EndLine = Extract<Line, { kind: 'end' }>
type UnfinishedLine = Extract<Line, { kind: 'unfinished' }>

/** Which thread a line is of, and how threads and processes begin and end. */
export class Threads {
  readonly #trace: Trace
  readonly #sink: Moment['sink']
  readonly #complaints: Complaints
  readonly #threads = new Map<number, Thread>()
  /** Who is in a call that may make a child, and has none yet. */
  readonly #forking = new Map<Thread, Pending>()

  /** Living threads that found no room. */
  forgotten = 0

  constructor(trace: Trace, sink: Moment['sink'], complaints: Complaints) {
    this.#trace = trace
    this.#sink = sink
    this.#complaints = complaints
  }

  /** The thread of a line. Without `-f` lines have no id: then all are of one. */
  of(pid: number | null, time: number, line: SplitLine): Thread {
    const id = pid ?? 0
    const known = this.#threads.get(id)
    if (known && !known.ended) return known
    const adopted = this.#adopt(id, time, line)
    if (adopted) return adopted
    return this.#enter(id, this.#trace.meet(id, time))
  }

  /** The call that the thread was in is over, or was never told to end. */
  takePending(thread: Thread): Pending | undefined {
    const { pending } = thread
    thread.pending = undefined
    this.#forking.delete(thread)
    return pending
  }

  /** A call that has begun; its thread. */
  suspend(parsed: UnfinishedLine, line: SplitLine): Thread {
    const thread = this.of(parsed.pid, parsed.time, line)
    const name = /^\w{1,64}/.exec(parsed.text)?.[0] ?? ''
    const { text, time: began } = parsed
    thread.pending = { name, text, began, line, child: undefined, anticipated: false }
    this.#forking.delete(thread)
    if (isFork(name)) {
      this.#forking.set(thread, thread.pending)
      if (this.#forking.size > MOST_FORKING) dropOldest(this.#forking)
    }
    return thread
  }

  /** fork, vfork, clone or clone3 has returned. */
  fork(moment: Moment, pending: Pending | undefined, line: SplitLine): void {
    const { result } = moment.call
    if (result.kind === 'error') {
      if (result.errno !== 'EAGAIN') tell(moment, { action: 'process_fork' })
      return
    }
    const id = result.kind === 'value' ? result.number : undefined
    if (id === undefined || id <= 0 || pending?.child?.id === id) return
    if (pending?.child) {
      const message = `${pending.child.id} was taken for the child of ${moment.thread}, which made ${id}`
      this.#complaints.warn('event/strace-parent', message, line, 'the parents of both may be exchanged in the events')
      if (this.#threads.get(id)?.ended === false) return
    }
    this.#born(id, moment)
  }

  exit(thread: Thread, moment: Moment): void {
    thread.ended = true
    this.#forking.delete(thread)
    if (moment.call.name === 'exit_group' || this.#without(thread) === 0)
      this.#leave(thread.process, moment, numberOf(moment.call.args[0]))
  }

  /** `+++ … +++` */
  end(parsed: EndLine, line: SplitLine): void {
    const id = parsed.pid ?? 0
    const thread = this.#threads.get(id)
    if (parsed.how.kind === 'superseded') return this.#supersede(id, parsed.how.by)
    if (thread === undefined) return
    this.#threads.delete(id)
    this.#forking.delete(thread)
    if (thread.ended) return
    thread.ended = true
    const killed = parsed.how.kind === 'killed'
    if (!killed && this.#without(thread) > 0) return
    this.#leave(
      thread.process,
      this.#endOf(thread, parsed.time, line.text),
      killed ? undefined : parsed.how.status,
      parsed.how,
    )
  }

  /** exec ends all other threads of the process. */
  onlyThread(thread: Thread): void {
    for (const id of thread.process.threads ?? []) if (id !== thread.id) this.#threads.delete(id)
    thread.process.threads = new Set([thread.id])
  }

  /** Calls that never returned. */
  get openCalls(): number {
    let open = 0
    for (const thread of this.#threads.values()) if (thread.pending && !thread.ended) open++
    return open
  }

  /** A thread other than the first has called exec: it goes on under the id of the first. */
  #supersede(first: number, by: number): void {
    const caller = this.#threads.get(by)
    const leader = this.#threads.get(first)
    if (caller === undefined || leader === undefined || caller === leader) return
    leader.pending = caller.pending
    caller.pending = undefined
    caller.ended = true
  }

  /** The first line of an unknown thread while a fork is under way: it is that fork's child. */
  #adopt(id: number, time: number, line: SplitLine): Thread | undefined {
    const newest = [...this.#forking].at(-1)
    if (newest === undefined) return undefined
    const [parent, pending] = newest
    const waiting = this.#forking.size
    this.#forking.delete(parent)
    if (waiting > 1) {
      const message = `${waiting} processes are in fork: which of them made ${id} is a guess`
      this.#complaints.warn('event/strace-parent', message, line, 'record with fewer processes at once')
    }
    const parsed = parseCall(`${pending.text}) = ${id}`)
    const call: Call = isProblem(parsed)
      ? {
          name: pending.name,
          args: [],
          result: { kind: 'value', value: { kind: 'word', text: String(id) }, number: id },
        }
      : parsed
    const moment = momentOf(call, {
      trace: this.#trace,
      process: parent.process,
      thread: parent.id,
      text: pending.text,
      began: pending.began,
      ended: time,
      sink: this.#sink,
      anticipated: false,
    })
    pending.child = this.#born(id, moment)
    return pending.child
  }

  #born(id: number, moment: Moment): Thread {
    const flags = flagsIn(moment.text)
    if (flags.includes('CLONE_THREAD')) {
      return this.#enter(id, moment.process)
    }
    changeNamespaces(moment, flags)
    const child = this.#trace.fork(moment.process, id, moment.began, flags.includes('CLONE_FILES'))
    tell(moment, { action: 'process_fork', child, target: { pid: id, process: child } })
    return this.#enter(id, child)
  }

  #leave(process: TracedProcess, moment: Moment, status: number | undefined, how?: EndLine['how']): void {
    if (this.#trace.find(process.pid) !== process) return
    const exitCode = status === undefined ? {} : { exit_code: status & 0xff }
    const time = timeText(moment.ended ?? moment.began)
    tell(
      { ...moment, ended: moment.ended ?? moment.began },
      {
        action: 'process_exit',
        ownProcess: { ...exitCode, end: time },
        ...(how?.kind === 'killed' && { detpack: { signal: how.signal } }),
      },
    )
    for (const id of process.threads ?? []) {
      const thread = this.#threads.get(id)
      if (thread?.process === process) thread.ended = true
    }
    this.#trace.leave(process)
  }

  /** The end of a thread as a moment of its own: no call tells it. */
  #endOf(thread: Thread, time: number, text: string): Moment {
    const call: Call = { name: '', args: [], result: { kind: 'none' } }
    const at = { text, began: time, ended: time, anticipated: false }
    return momentOf(call, { trace: this.#trace, sink: this.#sink, process: thread.process, thread: thread.id, ...at })
  }

  #forgetOldest(): void {
    const oldest = dropOldest(this.#threads)
    if (oldest === undefined) return
    this.#forking.delete(oldest)
    if (oldest.ended) return
    this.forgotten++
    if (this.#without(oldest) === 0) this.#trace.leave(oldest.process)
  }

  /** The process goes on with so many threads. */
  #without(thread: Thread): number {
    thread.process.threads?.delete(thread.id)
    return thread.process.threads?.size ?? 0
  }

  #enter(id: number, process: TracedProcess): Thread {
    const thread: Thread = { id, process, ended: false, pending: undefined }
    this.#threads.delete(id)
    this.#threads.set(id, thread)
    if (this.#threads.size > MOST_THREADS) this.#forgetOldest()
    ;(process.threads ??= new Set()).add(id)
    return thread
  }
}

function dropOldest<K, V>(map: Map<K, V>): V | undefined {
  for (const [key, value] of map) {
    map.delete(key)
    return value
  }
  return undefined
}

/** clone(…, flags=CLONE_VM|CLONE_FILES|SIGCHLD, …), also in the structure of clone3. */
function flagsIn(text: string): readonly string[] {
  return /\bflags=([\w|]{1,1000})/.exec(text)?.[1]?.split('|') ?? []
}
