import type { Frame } from './frame.ts'
import type { Endpoint } from './node.ts'
import { owned } from './owned.ts'
import type { ObjectTable } from './object-table.ts'
import type { Session } from './session.ts'
import type { TracedObject } from './descriptor.ts'
import type { TracedProcess } from './traced-process.ts'

/** More hosts than this are not remembered at once. */
const MOST_HOSTS = 1024
/** More processes of a host than this are not remembered. */
const MOST_PROCESSES = 65_536

/** One host of a source that names processes and objects itself: who is there, by the source's own key. */
export class ToldHost {
  readonly frame: Frame
  readonly objects: ObjectTable
  readonly #session: Session
  readonly #processes = new Map<string, TracedProcess>()
  #stranger: TracedProcess | undefined
  /** Processes that found no room. */
  forgotten = 0

  constructor(session: Session, frame: Frame) {
    this.#session = session
    this.frame = frame
    this.objects = session.objects()
  }

  find(key: string): TracedProcess | undefined {
    return this.#processes.get(key)
  }

  /** A process that is met. What its parent holds it may hold too: it was made by it. */
  meet(key: string, met: Omit<Parameters<Session['process']>[0], 'frame'>): TracedProcess {
    const process = this.#session.processWithoutTable({ ...met, frame: this.frame })
    if (met.parent !== undefined) this.#session.inherit(met.parent, process)
    this.alias(key, process)
    return process
  }

  /** Another key of a process that goes on. */
  alias(key: string, process: TracedProcess): void {
    this.#processes.delete(key)
    this.#processes.set(key, process)
    if (this.#processes.size <= MOST_PROCESSES) return
    const [oldest] = this.#processes.keys()
    if (oldest !== undefined) this.leave(oldest)
    this.forgotten++
  }

  /** The process is gone. */
  leave(key: string): void {
    const process = this.#processes.get(key)
    this.#processes.delete(key)
    if (process !== undefined) process.parent = undefined
  }

  /** Who stands for the process where the source names none. */
  get stranger(): TracedProcess {
    const entityId = `${this.frame.run}-unknown`
    return (this.#stranger ??= this.#session.processWithoutTable({ frame: this.frame, entityId, pid: 0 }))
  }

  /** A file by the path that the kernel named, or only a program. */
  file(path: string, by: 'kernel' | 'program', kind: TracedObject['kind'] = 'file'): TracedObject {
    const object = by === 'program' ? this.objects.named(path) : this.objects.shown({ kind: 'file', key: path, path })
    if (kind !== 'file') object.kind = kind
    return object
  }

  /** A connection by its ends. */
  socket(ends: SocketEnds): TracedObject {
    const { transport, local, remote } = ends
    const key = ends.cookie ?? `socket ${transport} ${endText(local)} ${endText(remote)}`
    const socket = { transport, ...(local && { local }), ...(remote && { remote }) }
    const object = this.objects.shown({ kind: 'socket', key, socket })
    object.family ??= ends.family
    object.type ??= ends.type
    return object
  }
}

export interface SocketEnds {
  readonly transport: string
  readonly family?: string | undefined
  readonly type?: string | undefined
  readonly local?: Endpoint | undefined
  readonly remote?: Endpoint | undefined
  /** What the kernel calls it, where the source tells. */
  readonly cookie?: string | undefined
}

function endText(end: Endpoint | undefined): string {
  return end === undefined ? '-' : `${end.address}:${end.port ?? ''}`
}

/** The hosts of a recording by their names. */
export class ToldHosts {
  readonly #session: Session
  readonly #hosts = new Map<string | undefined, ToldHost>()
  #forgotten = 0

  constructor(session: Session) {
    this.#session = session
  }

  of(name: string | undefined): ToldHost {
    let host = this.#hosts.get(name)
    if (host !== undefined) return host
    if (this.#hosts.size >= MOST_HOSTS) {
      const [oldest] = this.#hosts
      if (oldest !== undefined) {
        this.#forgotten += 1 + oldest[1].forgotten
        oldest[1].objects.clear()
        this.#hosts.delete(oldest[0])
      }
    }
    const kept = name === undefined ? undefined : owned(name)
    host = new ToldHost(this.#session, this.#session.frame(kept))
    this.#hosts.set(kept, host)
    return host
  }

  /** Hosts and processes that found no room. */
  get forgotten(): number {
    return [...this.#hosts.values()].reduce((sum, host) => sum + host.forgotten, this.#forgotten)
  }
}
