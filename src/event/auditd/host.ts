import type { Frame } from '../recording/frame.ts'
import type { Session } from '../recording/session.ts'
import type { TracedProcess } from '../recording/traced-process.ts'
import { Trace } from '../system-call/trace.ts'
import { AwaitedChildren, type Awaited } from './awaited.ts'
import type { Fields } from './record.ts'

const MOST_EARLY = 4096

/** One host of a log, from one start of it to the next: who is there, and which descriptor means what. */
export class AuditHost {
  readonly trace: Trace
  /** Closing is told, so that a descriptor means what it was opened for. */
  closesTold = false
  readonly #session: Session
  readonly #frame: Frame
  readonly #awaited = new AwaitedChildren()
  /** The last child of each parent that showed itself before the call that made it was told, and when. */
  readonly #early = new Map<TracedProcess, { readonly child: TracedProcess; readonly time: number }>()
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
    if (process !== undefined) this.#awaited.shown(process)
    process ??= this.#meet(pid, ppid, time, onFork)
    update(process, fields, executable)
    return process
  }

  /**
   * fork, vfork or clone has made a process. In a container its number is another there than here, so one that is here
   * already and has another parent is not the one.
   */
  fork(parent: TracedProcess, pid: number, time: number): TracedProcess | undefined {
    const early = this.#takeEarly(parent, pid, time)
    if (early !== undefined) return early
    if (this.trace.find(pid) !== undefined) return undefined
    const child = this.trace.fork(parent, pid, time, false)
    if (pid < parent.pid) this.#awaited.add(pid, { parent, time, child })
    return child
  }

  /** clone3 has made something of this number; a process that has shown itself already is given. */
  await(parent: TracedProcess, pid: number, time: number): TracedProcess | undefined {
    const early = this.#takeEarly(parent, pid, time)
    if (early === undefined) this.#awaited.add(pid, { parent, time, child: undefined })
    return early
  }

  /** The records of a child come before that of the call which made it where its parent waits for its exec. */
  #takeEarly(parent: TracedProcess, pid: number, time: number): TracedProcess | undefined {
    this.#forksTold = true
    const known = this.trace.find(pid)
    const last = this.#early.get(parent)
    const apart = last !== undefined && pid < parent.pid && last.time >= time ? last.child : undefined
    const early = known?.parent === parent ? known : apart
    if (early === undefined) return undefined
    if (early === last?.child) this.#early.delete(parent)
    early.table.inherit(parent.table, parent.entityId)
    return early
  }

  #meet(
    pid: number,
    ppid: number | undefined,
    time: number,
    onFork: (child: TracedProcess, fork: Awaited) => void,
  ): TracedProcess {
    const parent = ppid === undefined || ppid <= 0 ? undefined : (this.trace.find(ppid) ?? this.trace.meet(ppid, time))
    const awaited = parent && this.#awaited.take(pid, parent)
    if (awaited?.child !== undefined) {
      this.trace.renumber(awaited.child, pid)
      return awaited.child
    }
    if (awaited !== undefined) {
      const child = this.trace.fork(awaited.parent, pid, awaited.time, false)
      onFork(child, awaited)
      return child
    }
    const process = this.trace.meet(pid, time)
    process.parent = parent
    if (parent !== undefined) {
      this.#early.set(parent, { child: process, time })
      if (this.#early.size > MOST_EARLY)
        for (const oldest of this.#early.keys()) {
          this.#early.delete(oldest)
          break
        }
    }
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
