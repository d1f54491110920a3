import type { Action } from './action.ts'
import { type ClassOrder, type FlowSlot, MOST_SLOTS, placeSlot } from './flow-slot.ts'
import type { OBJECT_KINDS } from './own-field.ts'

/** An object as a use names it. */
export interface FlowObject {
  /** `detpack.object.id`. */
  readonly id: string
  readonly kind: (typeof OBJECT_KINDS)[number]
  /** By its path; undefined when it has none or the path is not known. */
  readonly class?: string | undefined
}

/** What the flow needs of one use. */
export interface FlowUse {
  /** `process.entity_id`. */
  readonly process: string
  readonly action: Action
  /** A failed use changes nothing, but its event still carries the flow. */
  readonly succeeded: boolean
  /** Whole microseconds of one clock, any, not running backwards. */
  readonly micros: number
  readonly object?: FlowObject | undefined
  /**
   * Where sendfile, splice or copy_file_range took the data; `object` is then where it went. For descriptor_receive:
   * the socket that the message came on.
   */
  readonly source?: FlowObject | undefined
  /** For a send on a UNIX socket, also of descriptors: id of the socket object at the other end. */
  readonly sink?: string | undefined
  /** For process_fork: entity id of the new process. */
  readonly child?: string | undefined
  /** Bytes moved; 0 moves nothing (end of file). Absent: unknown, taken as some. */
  readonly bytes?: number | undefined
}

/** `detpack.flow.*` of one event. */
export interface FlowState {
  /** Ids of the classed objects whose data or descriptor the process holds, youngest first, at most 8. */
  readonly objects: readonly string[]
  /** Their classes, each once, in the order of the objects. */
  readonly classes: readonly string[]
  /** Nanoseconds since the youngest was read or received; null when nothing is held. */
  readonly age: number | null
  /** How often an object did not find room. */
  readonly overflow: number
}

/** `detpack.flow` as an event carries it; undefined when there is nothing to tell. */
export interface FlowFields {
  readonly object?: { readonly id: readonly string[]; readonly class: readonly string[] }
  readonly age?: number
  readonly overflow?: number
}

interface Held extends FlowSlot {
  /** The process has its data, not only a descriptor. */
  readonly data: boolean
  /** Objects that lead to it and whose descriptors the process has: itself or copies. `many`: not counted any more. */
  readonly through: readonly string[] | 'many'
}

interface Holder {
  readonly held: Map<string, Held>
  overflow: number
  /** What events say of it, until something changes. */
  shown: Shown | undefined
}

interface Shown {
  readonly objects: readonly string[]
  readonly classes: readonly string[]
  /** When the youngest was read or received; undefined when nothing is held. */
  readonly youngest: number | undefined
}

/** A classed object, or one that carries data of classed ones. */
interface Known {
  class: string | undefined
  readonly marks: Map<string, FlowSlot>
}

const MOST_PROCESSES = 65_536
const MOST_OBJECTS = 65_536

/** What keeps the data written to it until somebody reads it. */
const CARRIERS: ReadonlySet<FlowObject['kind']> = new Set(['file', 'memfd', 'pipe'])

/**
 * Follows the data and the descriptors of classed objects from process to process (design §4, contract §4). Feed it
 * every use in order; it answers with the flow after that use (for process_exit: before the process is gone).
 *
 * - Open, receive and take give a process the *descriptor*; read, receive and map give it the *data*, and so does
 *   moving it with sendfile, splice or copy_file_range.
 * - A write by a process that has data marks the object written: a file, memfd or pipe, or the other end of a UNIX
 *   socket. Who reads a marked object has the data of what it was marked with.
 * - fork gives the child all that its parent holds. exec changes nothing: data travels in arguments and environment.
 *
 * It errs on the side of following: a mark stays when a file is truncated or a pipe drained, data is held until the
 * process ends. Not followed: shared memory, devices and terminals, TCP within the host, memory read by ptrace.
 *
 * The class of an object is kept by its id, so that a credential file renamed to a harmless name stays one. Full
 * tables refuse new entries and count them.
 */
export class FlowTracker {
  readonly #order: ClassOrder
  readonly #mostProcesses: number
  readonly #mostObjects: number
  readonly #holders = new Map<string, Holder>()
  readonly #known = new Map<string, Known>()
  #refusedProcesses = 0
  #refusedObjects = 0

  /** @param limits how many processes that hold something, and how many classed or marked objects, are remembered */
  constructor(order: ClassOrder, limits: { readonly processes?: number; readonly objects?: number } = {}) {
    this.#order = order
    this.#mostProcesses = limits.processes ?? MOST_PROCESSES
    this.#mostObjects = limits.objects ?? MOST_OBJECTS
  }

  /** Takes one use in and gives the flow of its process. */
  apply(use: FlowUse): FlowState {
    if (use.object) this.#learn(use.object)
    if (use.source) this.#learn(use.source)
    if (use.succeeded) this.#follow(use)
    const state = this.state(use.process, use.micros)
    if (use.succeeded && use.action === 'process_exit') this.#holders.delete(use.process)
    return state
  }

  /** The flow of a process at a time, without a use. */
  state(process: string, micros: number): FlowState {
    const holder = this.#holders.get(process)
    if (holder === undefined) return NOTHING
    const { objects, classes, youngest } = (holder.shown ??= show(holder.held))
    // As the sensor says it: what is longer than a `long` holds exactly, some hundred days, is that much.
    const age = youngest === undefined ? null : Math.min(Math.max(0, micros - youngest) * 1000, Number.MAX_SAFE_INTEGER)
    return { objects, classes, age, overflow: holder.overflow }
  }

  /**
   * The process has no descriptor of that object left (after close, dup2 over it, close-on-exec). Without this call a
   * descriptor counts as held until the process ends.
   */
  release(process: string, object: string): void {
    const holder = this.#holders.get(process)
    if (holder === undefined) return
    for (const held of [...holder.held.values()]) {
      if (held.through === 'many' || !held.through.includes(object)) continue
      holder.shown = undefined
      const through = held.through.filter((other) => other !== object)
      if (through.length > 0 || held.data) holder.held.set(held.object, { ...held, through })
      else holder.held.delete(held.object)
    }
  }

  /** The followed class that an object has, or had under another name; undefined when it has none. */
  classOf(object: string): string | undefined {
    return this.#known.get(object)?.class
  }

  /** How often something could not be remembered because a table was full; say so wherever the flow is used. */
  get refused(): { readonly processes: number; readonly objects: number } {
    return { processes: this.#refusedProcesses, objects: this.#refusedObjects }
  }

  #follow(use: FlowUse): void {
    const { process, object, source, micros } = use
    switch (use.action) {
      case 'file_open':
      case 'file_create':
      case 'descriptor_create':
      case 'descriptor_duplicate':
      case 'descriptor_take':
        if (object) this.#holdDescriptor(process, object, micros)
        return
      case 'descriptor_receive':
        if (object) this.#holdDescriptor(process, object, micros)
        if (source && use.bytes !== 0) this.#holdData(process, source, micros)
        return
      case 'file_read':
      case 'file_map':
      case 'network_receive':
        if (object && use.bytes !== 0) this.#holdData(process, object, micros)
        return
      case 'file_write':
      case 'network_send':
        if (use.bytes !== 0) this.#move(use)
        return
      case 'descriptor_send':
        if (use.sink !== undefined && use.bytes !== 0) this.#mark(use.sink, this.#dataOf(process), micros)
        return
      case 'process_fork':
        if (use.child !== undefined) this.#inherit(process, use.child)
        return
      case 'file_delete':
      case 'file_rename':
      case 'file_attribute':
      case 'process_exec':
      case 'process_exit':
      case 'process_signal':
      case 'process_inspect':
      case 'network_connect':
      case 'network_accept':
      case 'network_listen':
      case 'memory_exec':
      case 'privilege_use':
      case 'privilege_change':
      case 'namespace_change':
      case 'mount':
      case 'module_load':
      case 'bpf_use':
      case 'audit_change':
      case 'service_drift':
      case 'tool_call':
      case 'task_start':
      case 'task_end':
      case 'sensor_start':
      case 'sensor_stop':
      case 'sensor_coverage':
      case 'sensor_health':
      case 'sensor_loss':
      case 'sensor_clock':
      case 'sensor_canary':
      case 'sensor_syscalls':
        return
    }
  }

  /** Data leaves the process; with `source` it leaves that object, and the rest of what the process has stays. */
  #move({ process, object, source, sink, micros }: FlowUse): void {
    if (source) this.#holdData(process, source, micros)
    const moved = source ? this.#leadsTo(source.id) : this.#dataOf(process)
    if (sink !== undefined) this.#mark(sink, moved, micros)
    else if (object && CARRIERS.has(object.kind)) this.#mark(object.id, moved, micros)
  }

  #holdDescriptor(process: string, object: FlowObject, micros: number): void {
    // Who makes a pipe or socket has both ends; only reading gives what went through.
    if (object.kind === 'pipe' || object.kind === 'socket') return
    for (const slot of this.#leadsTo(object.id)) this.#hold(process, slot, micros, object.id)
  }

  #holdData(process: string, object: FlowObject, micros: number): void {
    for (const slot of this.#leadsTo(object.id)) this.#hold(process, slot, micros, undefined)
  }

  /** @param through the object whose descriptor leads there; undefined when the process has the data */
  #hold(process: string, slot: FlowSlot, micros: number, through: string | undefined): void {
    const holder = this.#holder(process)
    if (holder === undefined) return
    const before = holder.held.get(slot.object)
    const held: Held = {
      object: slot.object,
      class: slot.class,
      since: micros,
      data: through === undefined || before?.data === true,
      through: joined(before?.through ?? [], through),
    }
    holder.overflow += placeSlot(holder.held, held, this.#order)
    holder.shown = undefined
  }

  #inherit(parent: string, child: string): void {
    const from = this.#holders.get(parent)
    if (from === undefined || from.held.size === 0 || parent === child) return
    const holder = this.#holder(child)
    if (holder === undefined) return
    holder.overflow += from.overflow
    for (const held of from.held.values()) holder.overflow += placeSlot(holder.held, held, this.#order)
    holder.shown = undefined
  }

  #mark(object: string, moved: readonly FlowSlot[], micros: number): void {
    for (const { object: origin, class: name } of moved) {
      const known = this.#know(object)
      if (known === undefined) return
      placeSlot(known.marks, { object: origin, class: name, since: micros }, this.#order)
    }
  }

  /** The classed objects that having this one means: itself, and those whose data it carries. */
  #leadsTo(object: string): readonly FlowSlot[] {
    const known = this.#known.get(object)
    if (known === undefined) return []
    const marks = [...known.marks.values()]
    return known.class === undefined ? marks : [{ object, class: known.class, since: 0 }, ...marks]
  }

  #dataOf(process: string): readonly FlowSlot[] {
    const held = this.#holders.get(process)?.held.values() ?? []
    return [...held].filter((one) => one.data)
  }

  /** Remembers a class by the object's id; the highest it ever had. */
  #learn(object: FlowObject): void {
    const name = object.class
    if (name === undefined || !this.#order.isFollowed(name)) return
    const known = this.#know(object.id)
    if (known === undefined) return
    if (known.class === undefined || this.#order.rank(name) < this.#order.rank(known.class)) known.class = name
  }

  #know(object: string): Known | undefined {
    const known = this.#known.get(object)
    if (known !== undefined) return known
    if (this.#known.size >= this.#mostObjects) {
      this.#refusedObjects++
      return undefined
    }
    const fresh: Known = { class: undefined, marks: new Map() }
    this.#known.set(object, fresh)
    return fresh
  }

  #holder(process: string): Holder | undefined {
    const holder = this.#holders.get(process)
    if (holder !== undefined) return holder
    if (this.#holders.size >= this.#mostProcesses) {
      this.#refusedProcesses++
      return undefined
    }
    const fresh: Holder = { held: new Map(), overflow: 0, shown: undefined }
    this.#holders.set(process, fresh)
    return fresh
  }
}

function show(slots: ReadonlyMap<string, Held>): Shown {
  const held = [...slots.values()].sort((a, b) => b.since - a.since || (a.object < b.object ? -1 : 1))
  return {
    objects: held.map((one) => one.object),
    classes: [...new Set(held.map((one) => one.class))],
    youngest: held[0]?.since,
  }
}

/** `detpack.flow` of an event; undefined when the process holds nothing and nothing was left out. */
export function flowFields(state: FlowState): FlowFields | undefined {
  if (state.objects.length === 0 && state.overflow === 0) return undefined
  return {
    ...(state.objects.length > 0 && { object: { id: state.objects, class: state.classes } }),
    ...(state.age !== null && { age: state.age }),
    ...(state.overflow > 0 && { overflow: state.overflow }),
  }
}

function joined(through: Held['through'], object: string | undefined): Held['through'] {
  if (object === undefined || through === 'many' || through.includes(object)) return through
  return through.length < MOST_SLOTS ? [...through, object] : 'many'
}

const NOTHING: FlowState = Object.freeze({ objects: [], classes: [], age: null, overflow: 0 })
