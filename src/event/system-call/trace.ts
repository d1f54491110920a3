import { createHash } from 'node:crypto'
import { DescriptorTable, type Description, type Slot, type TracedObject } from '../recording/descriptor.ts'
import type { Frame } from '../recording/frame.ts'
import type { Node } from '../recording/node.ts'
import { canBe, type ObjectTable } from '../recording/object-table.ts'
import type { Session } from '../recording/session.ts'
import { tracedProcess, type TracedProcess } from '../recording/traced-process.ts'
import { parseNode } from './shown-node.ts'
import { afterOf, numberOf, type Value } from './value.ts'

/** A description on its way over a UNIX socket. */
interface Passing {
  readonly description: Description
  readonly giver: string
}

/** More descriptors under way than this on one socket: the oldest are forgotten. */
const MOST_PASSING = 512
const MOST_SOCKETS_PASSING = 4096
/** More processes than this are not remembered: the oldest is met anew when it goes on. */
const MOST_PROCESSES = 65_536

/** The state of a recording: who has which descriptor of which object. */
export class Trace {
  readonly objects: ObjectTable
  readonly #session: Session
  readonly #frame: Frame
  readonly #processes = new Map<number, TracedProcess>()
  /** By the inode of the socket that will receive. */
  readonly #passing = new Map<string, Passing[]>()
  /** Who used a socket last, by its inode: the peer of the other end. */
  readonly #users = new Map<string, TracedProcess>()
  /** Living processes that found no room. */
  forgotten = 0

  constructor(session: Session, frame: Frame) {
    this.#session = session
    this.#frame = frame
    this.objects = session.objects()
  }

  /** The living process of that id, if it was seen. */
  find(pid: number): TracedProcess | undefined {
    return this.#processes.get(pid)
  }

  /** A process that was there before the recording: nothing is known of it but that it is there. */
  meet(pid: number, time: number): TracedProcess {
    return this.#enter(this.#session.process({ frame: this.#frame, entityId: this.#entityId(pid, time), pid }))
  }

  fork(parent: TracedProcess, pid: number, time: number, sharesTable: boolean): TracedProcess {
    const table = sharesTable ? parent.table.share() : parent.table.fork(parent.entityId)
    const entityId = this.#entityId(pid, time)
    return this.#enter(tracedProcess({ frame: this.#frame, entityId, pid, start: time, parent, table }))
  }

  /** The process has another id than was told first. */
  renumber(process: TracedProcess, pid: number): void {
    this.#processes.delete(process.pid)
    process.pid = pid
    this.#enter(process)
  }

  /** The process is gone; its id may be given again. */
  leave(process: TracedProcess): void {
    if (this.#processes.get(process.pid) === process) this.#processes.delete(process.pid)
    process.table.release()
    process.table = new DescriptorTable(this.#session.slots)
    // What its children tell of their parent is the parent alone; a chain of the dead would grow without end.
    process.parent = undefined
  }

  /**
   * The slot of a descriptor as a call shows it. A descriptor that is not in the table, or that shows another object
   * than the table has, was opened out of sight: its origin is `unseen`.
   */
  slot(process: TracedProcess, value: Value | undefined): { number: number; slot: Slot } | undefined {
    const number = numberOf(value)
    const shown = afterOf(value)
    if (number === undefined || number < 0) return undefined
    const known = process.table.get(number)
    if (shown?.kind !== 'descriptor') return known && { number, slot: known }
    const node = parseNode(shown)
    if (known && canBe(known.description.object, node)) {
      this.#noteUser(known.description.object, process)
      return { number, slot: known }
    }
    const object = this.objects.shown(node)
    const origin = process.table.forgotten > 0 ? 'forgotten' : 'unseen'
    const slot = this.install(process, number, { object, origin, flags: undefined })
    this.#noteUser(object, process)
    return { number, slot }
  }

  /** Puts a new description into a slot. */
  install(
    process: TracedProcess,
    number: number,
    made: {
      object: TracedObject
      origin: Slot['origin']
      flags: readonly string[] | undefined
      at?: number
      closeOnExec?: boolean
      from?: string
    },
  ): Slot {
    const opened = made.origin === 'opened'
    const description = this.objects.describe({
      object: made.object,
      flags: made.flags,
      openedBy: opened ? process.entityId : undefined,
      openedAt: opened ? made.at : undefined,
    })
    const slot: Slot = {
      description,
      origin: made.origin,
      from: made.from,
      closeOnExec: made.closeOnExec ?? made.flags?.includes('O_CLOEXEC') ?? false,
    }
    this.put(process, number, slot)
    this.#noteUser(made.object, process)
    return slot
  }

  /** Puts a slot; what was there is closed. */
  put(process: TracedProcess, number: number, slot: Slot): void {
    const before = process.table.get(number)?.description.object
    if (before === slot.description.object) process.table.set(number, slot)
    else {
      this.close(process, number)
      process.table.set(number, slot)
    }
  }

  close(process: TracedProcess, number: number): void {
    const object = process.table.close(number)
    if (object) this.#session.release(process, object)
  }

  closeWhere(process: TracedProcess, wanted: (number: number, slot: Slot) => boolean): void {
    for (const object of process.table.closeWhere(wanted)) this.#session.release(process, object)
  }

  /** What a descriptor value that refers to a directory tells of the working directory, and its path. */
  directory(process: TracedProcess, value: Value | undefined): string | undefined {
    if (value?.kind === 'descriptor') {
      if (value.number === null) process.cwd = value.shown
      return value.shown.startsWith('/') ? value.shown : undefined
    }
    if (value === undefined || (value.kind === 'word' && value.text === 'AT_FDCWD')) return process.cwd
    const number = numberOf(value)
    return number === undefined ? undefined : process.table.get(number)?.description.object.path
  }

  /**
   * A path from a program, resolved as text against a directory. Undefined when there is none. A relative path whose
   * directory is not known stays relative.
   */
  path(process: TracedProcess, path: Value | undefined, directory?: Value): string | undefined {
    if (path?.kind !== 'text' || path.truncated || path.text === '') return undefined
    if (path.text.startsWith('/')) return normalised(path.text)
    const base = this.directory(process, directory)
    return base === undefined ? path.text : normalised(`${base}/${path.text}`)
  }

  /** A description leaves over a socket; `receiver` is the inode of the other end. */
  pass(receiver: string | undefined, description: Description, giver: TracedProcess): void {
    const key = receiver ?? ''
    let queue = this.#passing.get(key)
    if (queue === undefined) {
      if (this.#passing.size >= MOST_SOCKETS_PASSING) return
      this.#passing.set(key, (queue = []))
    }
    queue.push({ description, giver: giver.entityId })
    if (queue.length > MOST_PASSING) queue.shift()
  }

  /** The description that arrives on a socket and shows this object, and who gave it. */
  arrive(receiver: string | undefined, shown: Node | undefined): Passing | undefined {
    for (const key of receiver === undefined ? [''] : [receiver, '']) {
      const queue = this.#passing.get(key)
      const at = queue?.findIndex((one) => shown === undefined || canBe(one.description.object, shown)) ?? -1
      if (queue === undefined || at < 0) continue
      const [found] = queue.splice(at, 1)
      if (queue.length === 0) this.#passing.delete(key)
      return found
    }
    return undefined
  }

  /** Who used the other end of a UNIX socket last. */
  peerOf(object: TracedObject): TracedProcess | undefined {
    return object.peer === undefined ? undefined : this.#users.get(object.peer)
  }

  /** Object id of the other end of a UNIX socket. */
  sinkOf(object: TracedObject): string | undefined {
    if (object.peer === undefined) return undefined
    const key = `socket:${object.peer}`
    const known = this.objects.find(key)
    if (known) return known.id
    return this.objects.shown({ kind: 'socket', key, socket: { transport: 'unix', inode: object.peer } }).id
  }

  #noteUser(object: TracedObject, process: TracedProcess): void {
    if (object.transport !== 'unix' || object.inode === undefined) return
    if (this.#users.size >= 65_536 && !this.#users.has(object.inode)) this.#users.clear()
    this.#users.set(object.inode, process)
  }

  #enter(process: TracedProcess): TracedProcess {
    this.#processes.delete(process.pid)
    this.#processes.set(process.pid, process)
    if (this.#processes.size > MOST_PROCESSES) {
      const [oldest] = this.#processes.values()
      if (oldest !== undefined) this.leave(oldest)
      this.forgotten++
    }
    return process
  }

  #entityId(pid: number, time: number): string {
    return createHash('sha256').update(`${this.#frame.identity}\n${pid}\n${time}`).digest('hex').slice(0, 32)
  }
}

/** Resolves `.`, `..` and doubled `/` as text. */
function normalised(path: string): string {
  if (!/\/(?:\.{0,2}(?:\/|$))/.test(path)) return path
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
