import type { SplitLine } from '../recording/line-splitter.ts'
import type { LineReader } from '../recording/line-importer.ts'
import type { Session } from '../recording/session.ts'
import type { Use } from '../recording/use.ts'
import { CALLS, isWithoutOutcome } from '../system-call/calls.ts'
import { momentOf, type Moment } from '../system-call/moment.ts'
import { Trace } from '../system-call/trace.ts'
import { isProblem, parseCall } from './call.ts'
import { parseLine, type Line } from './line.ts'
import type { Pending, Thread } from './thread.ts'
import { isFork, Threads } from './threads.ts'

/** Calls that give data or descriptors away: who reads may return before who wrote. */
const GIVING = /^(?:write|writev|pwrite64|pwritev2?|send|sendto|sendmsg|sendmmsg|sendfile|splice|tee|vmsplice)$/

/** One recording of strace: lines in, uses told. */
export class StraceReader implements LineReader {
  readonly #session: Session
  readonly #trace: Trace
  readonly #threads: Threads
  /** Uses change the flow only: their call has not returned. */
  #anticipating = false
  #toldOfRing = false

  constructor(session: Session) {
    this.#session = session
    this.#trace = new Trace(session, session.frame())
    this.#threads = new Threads(this.#trace, this.#sink, session.complaints)
  }

  take(line: SplitLine): void {
    this.#read(parseLine(line.text), line)
  }

  end(): void {
    this.#session.withoutOutcome += this.#threads.openCalls
    if (this.#threads.forgotten > 0)
      this.#session.complaints.note('event/strace-forgotten', `${this.#threads.forgotten} threads found no room`)
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
          const message = `"${parsed.name}" goes on here but did not begin`
          return this.#session.complaints.skip('event/strace-resumed', message, line, parsed.at, hint)
        }
        return this.#call(thread, pending.text + parsed.text, pending.began, parsed.time, line, 0, pending)
      }
    }
  }

  #refuse(problem: 'no-time' | 'no-call', line: SplitLine, at: number): void {
    const { complaints } = this.#session
    const hint = 'record with strace -f -yy -ttt'
    if (problem === 'no-time') complaints.skip('event/strace-time', 'this line has no time since 1970', line, at, hint)
    else complaints.skip('event/strace-line', 'this is no line of strace', line, at)
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
      return this.#session.complaints.skip('event/strace-call', call.message, line, pending ? 0 : at + call.at)
    const ended = call.duration === undefined ? resumedAt : began + call.duration
    const moment = momentOf(call, {
      trace: this.#trace,
      process: thread.process,
      thread: thread.id,
      text,
      began,
      ended,
      sink: this.#sink,
      anticipated: pending?.anticipated ?? false,
    })
    if (isFork(call.name)) return this.#threads.fork(moment, pending, line)
    if (call.name === 'exit' || call.name === 'exit_group') return this.#threads.exit(thread, moment)
    this.#dispatch(moment, line)
    if (call.name.startsWith('execve') && call.result.kind === 'value') this.#threads.onlyThread(thread)
  }

  #dispatch(moment: Moment, line: SplitLine): void {
    const { call } = moment
    const handler = CALLS.get(call.name)
    if (handler === undefined) this.#ignore(call.name, line)
    else if (isWithoutOutcome(call)) this.#session.withoutOutcome++
    else handler(moment)
  }

  #ignore(name: string, line: SplitLine): void {
    this.#session.ignore(name)
    if (!name.startsWith('io_uring_enter') || this.#toldOfRing) return
    this.#toldOfRing = true
    const message = 'uses through io_uring are not in a recording of system calls'
    this.#session.complaints.warn('event/strace-io-uring', message, line)
  }

  /** A write whose reader may return first: what it gives away is made known now, the event comes when it returns. */
  #anticipate(thread: Thread): void {
    const pending = thread.pending
    if (pending === undefined || !GIVING.test(pending.name)) return
    const call = parseCall(`${pending.text}) = 1`)
    if (isProblem(call)) return
    this.#anticipating = true
    CALLS.get(pending.name)?.(
      momentOf(call, {
        trace: this.#trace,
        process: thread.process,
        thread: thread.id,
        text: pending.text,
        began: pending.began,
        ended: undefined,
        sink: this.#sink,
        anticipated: false,
      }),
    )
    this.#anticipating = false
    pending.anticipated = true
  }

  readonly #sink = (moment: Moment, use: Use): void => {
    if (this.#anticipating) this.#session.follow(moment, use)
    else this.#session.tell(moment, use)
  }
}
