import type { Frame } from '../recording/frame.ts'
import type { Session } from '../recording/session.ts'
import type { TracedProcess } from '../recording/traced-process.ts'
import { Trace } from '../system-call/trace.ts'
import type { Fields } from './record.ts'

/** More calls of clone3 than this wait for what they made to show itself. */
const MOST_AWAITED = 4096

/** A call of clone3: a process or a thread, which its record does not tell. */
interface Awaited {
  readonly parent: TracedProcess
  readonly time: number
}

/** One host of a log, from one start of it to the next: who is there, and which descriptor means what. */
export class AuditHost {
  readonly trace: Trace
  /** Closing is told, so that a descriptor means what it was opened for. */
  closesTold = false
  readonly #session: Session
  readonly #frame: Frame
  readonly #awaited = new Map<number, Awaited>()
  #forksTold = false
  #stranger: TracedProcess | undefined

  constructor(session: Session, frame: Frame) {
    this.#session = session
    this.#frame = frame
    this.trace = new Trace(session, frame)
  }

  /** Who stands for the process where a record names none. */
  get stranger(): TracedProcess {
    return (this.#stranger ??= this.#session.process({
      frame: this.#frame,
      entityId: `${this.#frame.run}-unknown`,
      pid: 0,
    }))
  }

  /**
   * The process that a record names. A number that comes back with another parent and another program is of another
   * process. Of one that was not seen to be made nothing is known but its parent.
   *
   * @param onFork is told of a process that a call of clone3 made
   */
  process(fields: Fields, time: number, onFork: (child: TracedProcess, fork: Awaited) => void): TracedProcess {
    const pid = fields.number('pid')
    if (pid === undefined || pid <= 0) return this.stranger
    const ppid = fields.number('ppid')
    const executable = fields.text('exe')
    let process = this.trace.find(pid)
    if (process !== undefined && isAnother(process, ppid, executable)) {
      this.trace.leave(process)
      process = undefined
    }
    process ??= this.#meet(pid, ppid, time, onFork)
    update(process, fields, executable)
    return process
  }

  /**
   * fork, vfork or clone has made a process. Its records may have come before; in a container its number is another
   * there than here, so one that is here already and has another parent is not the one.
   */
  fork(parent: TracedProcess, pid: number, time: number): TracedProcess | undefined {
    this.#forksTold = true
    const known = this.trace.find(pid)
    if (known === undefined) return this.trace.fork(parent, pid, time, false)
    if (known.parent !== parent) return undefined
    known.table.inherit(parent.table, parent.entityId)
    return known
  }

  /** clone3 has made something of this number. */
  await(parent: TracedProcess, pid: number, time: number): void {
    this.#forksTold = true
    this.#awaited.set(pid, { parent, time })
    if (this.#awaited.size <= MOST_AWAITED) return
    for (const oldest of this.#awaited.keys()) {
      this.#awaited.delete(oldest)
      return
    }
  }

  #meet(
    pid: number,
    ppid: number | undefined,
    time: number,
    onFork: (child: TracedProcess, fork: Awaited) => void,
  ): TracedProcess {
    const awaited = this.#awaited.get(pid)
    if (awaited !== undefined && awaited.parent.pid === ppid) {
      this.#awaited.delete(pid)
      const child = this.trace.fork(awaited.parent, pid, awaited.time, false)
      onFork(child, awaited)
      return child
    }
    const parent = ppid === undefined || ppid <= 0 ? undefined : (this.trace.find(ppid) ?? this.trace.meet(ppid, time))
    const process = this.trace.meet(pid, time)
    process.parent = parent
    // Where the log does not tell forks, what the parent holds may be the child's too. Not of init, that adopts.
    if (parent !== undefined && !this.#forksTold && parent.pid !== 1) {
      process.table.inherit(parent.table, parent.entityId)
      this.#session.inherit(parent, process)
    }
    return process
  }
}

function isAnother(process: TracedProcess, ppid: number | undefined, executable: string | undefined): boolean {
  const { parent } = process
  if (parent === undefined || ppid === undefined || ppid === 1 || parent.pid === ppid) return false
  return process.executable !== undefined && executable !== undefined && process.executable !== executable
}

function update(process: TracedProcess, fields: Fields, executable: string | undefined): void {
  process.name = fields.text('comm') ?? process.name
  process.executable = executable ?? process.executable
  const user = fields.raw('euid')
  if (user !== undefined) {
    if (user !== process.user) process.userName = fields.interpreted('EUID')
    process.user = user
  }
  process.group = fields.raw('egid') ?? process.group
  const terminal = fields.raw('tty')
  if (terminal !== undefined) process.interactive = terminal !== '(none)' && terminal !== '?'
}
