import type { Description, TracedObject } from './descriptor.ts'
import type { Node } from './node.ts'
import { owned } from './owned.ts'

/** How many more keys the tables of all hosts together may remember. */
export class KeyBudget {
  left = 200_000
  /** How often all keys of a host were dropped because there were too many. */
  forgotten = 0
}

/**
 * The objects of one host in a recording. A file is known by its path where the source tells no inode. A rename takes
 * the object along, a delete or a rename over it ends the path's hold on it.
 */
export class ObjectTable {
  readonly #prefix: string
  readonly #budget: KeyBudget
  readonly #byKey = new Map<string, TracedObject>()
  #objects = 0
  #descriptions = 0

  /** @param prefix makes the ids those of one host in one import */
  constructor(prefix: string, budget: KeyBudget) {
    this.#prefix = prefix
    this.#budget = budget
  }

  describe(description: Omit<Description, 'id'>): Description {
    return { id: `${this.#prefix}-d${++this.#descriptions}`, ...description }
  }

  /** The object that a descriptor shows; a new one when the text alone cannot tell which. */
  shown(node: Node): TracedObject {
    const known = node.key === undefined ? undefined : this.#byKey.get(node.key)
    const object = known ?? this.create(node)
    if (node.key !== undefined && known === undefined) this.#keep(node.key, object)
    // The kernel named this path; until now only a program may have.
    if (node.kind === 'file' && object.identity === 'string') object.identity = 'candidate'
    learn(object, node)
    return object
  }

  /** The object of a path that a program gave. */
  named(path: string, kind: 'file' | 'directory' = 'file'): TracedObject {
    const known = this.#byKey.get(path)
    if (known) return known
    const object = this.create({ kind: 'file', key: path, path })
    object.kind = path.startsWith('/memfd:') ? 'memfd' : kind
    object.identity = 'string'
    this.#keep(path, object)
    return object
  }

  /** Of a key such as `socket:123`. */
  find(key: string): TracedObject | undefined {
    return this.#byKey.get(key)
  }

  create(node: Node): TracedObject {
    const object: TracedObject = {
      id: `${this.#prefix}-o${++this.#objects}`,
      kind: node.kind,
      identity: node.kind === 'file' || node.kind === 'device' ? 'candidate' : 'kernel',
      path: node.path === undefined ? undefined : owned(node.path),
      file: undefined,
      transport: undefined,
      family: undefined,
      type: undefined,
      inode: undefined,
      local: undefined,
      remote: undefined,
      peer: undefined,
      pid: node.pid,
    }
    learn(object, node)
    return object
  }

  /**
   * The object of an inode that the kernel names together with its path.
   *
   * @param key of the inode @param fresh the inode was just made, so whatever had its number before is gone
   */
  identified(key: string, path: string | undefined, told: InodeTold, fresh: boolean): TracedObject {
    let object = fresh ? undefined : this.#byKey.get(key)
    if (object === undefined) {
      object = this.create({ kind: 'file', key, ...(path !== undefined && { path }) })
      object.identity = 'kernel'
      this.#keep(key, object)
    }
    object.kind = told.kind
    object.file = told.file
    if (path === undefined || this.#byKey.get(path) === object) return object
    if (!this.#isHeld(object)) object.path = owned(path)
    this.#keep(path, object)
    return object
  }

  rename(from: string, to: string): TracedObject {
    const object = this.named(from)
    this.#forget(from)
    // Another name of it may hold still.
    if (!this.#isHeld(object)) object.path = owned(to)
    this.#keep(to, object)
    return object
  }

  exchange(one: string, other: string): TracedObject {
    const first = this.named(one)
    const second = this.named(other)
    first.path = owned(other)
    second.path = owned(one)
    this.#keep(other, first)
    this.#keep(one, second)
    return first
  }

  /** A second name of the same object. */
  link(from: string, to: string): TracedObject {
    return this.name(this.named(from), to)
  }

  /** A further name of it. */
  name(object: TracedObject, path: string): TracedObject {
    this.#keep(path, object)
    return object
  }

  remove(path: string): TracedObject {
    const object = this.named(path)
    this.#forget(path)
    return object
  }

  /** The host is gone, and what was known of it. */
  clear(): void {
    this.#budget.left += this.#byKey.size
    this.#byKey.clear()
  }

  /** The path of the object is a name of it still. */
  #isHeld(object: TracedObject): boolean {
    return object.path !== undefined && this.#byKey.get(object.path) === object
  }

  #forget(key: string): void {
    if (this.#byKey.delete(key)) this.#budget.left++
  }

  #keep(key: string, object: TracedObject): void {
    if (!this.#byKey.has(key)) {
      if (this.#budget.left <= 0) {
        this.clear()
        this.#budget.forgotten++
      }
      if (this.#budget.left <= 0) return
      this.#budget.left--
    }
    this.#byKey.set(key === object.path ? object.path : owned(key), object)
  }
}

/** What the source tells of an inode besides its number. */
export interface InodeTold {
  readonly kind: TracedObject['kind']
  readonly file: TracedObject['file']
}

/** Takes over what a later text tells of a socket. */
function learn(object: TracedObject, node: Node): void {
  const socket = node.socket
  if (socket === undefined) return
  if (object.transport === undefined || object.transport === 'unknown') object.transport = socket.transport
  object.inode ??= socket.inode
  object.local = socket.local ?? object.local
  object.remote = socket.remote ?? object.remote
  object.peer = socket.peer ?? object.peer
}

/** Whether a descriptor that shows this node can still refer to that object. */
export function canBe(object: TracedObject, node: Node): boolean {
  if (node.kind !== object.kind && !(node.kind === 'file' && object.kind === 'directory')) return false
  if (node.kind === 'file' || node.kind === 'device') return object.path === node.path
  if (node.kind === 'socket') {
    const inode = node.socket?.inode
    if (inode !== undefined && object.inode !== undefined && inode !== object.inode) return false
    if (object.transport !== 'unknown' && node.socket?.transport !== object.transport) return false
  }
  if (node.kind === 'process') return object.pid === node.pid
  learn(object, node)
  return true
}
