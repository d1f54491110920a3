import { FlowTracker, type FlowObject } from '../flow.ts'
import type { Reach } from '../reach.ts'
import type { ResourceTable } from '../resource.ts'
import type { UseEvent } from '../use-event.ts'
import type { Complaints } from './complaint.ts'
import { DescriptorTable, SlotBudget, type TracedObject } from './descriptor.ts'
import { frameOf, type Frame } from './frame.ts'
import type { ImportOptions } from './importer.ts'
import { Numbering } from './numbering.ts'
import { KeyBudget, ObjectTable } from './object-table.ts'
import { tracedProcess, type MetProcess, type TracedProcess } from './traced-process.ts'
import { eventOf, type Told } from './use-event.ts'
import type { Occasion, Use } from './use.ts'

const MOST_IGNORED_NAMES = 1000
/** Paths of which the class is remembered; a recording names few of them again and again. */
const MOST_CLASSED = 4096
/** More hosts than this in one recording share the frame of an unknown one. */
const MOST_HOSTS = 4096

/** One import, once its identity is known: takes uses in the order they were made, and gives numbered events. */
export class Session {
  readonly reach: Reach
  readonly run: string
  readonly complaints: Complaints
  readonly slots = new SlotBudget()
  readonly ignored = new Map<string, number>()
  withoutOutcome = 0
  readonly #options: ImportOptions
  readonly #resources: ResourceTable
  readonly #flow: FlowTracker
  readonly #numbering = new Numbering()
  readonly #frames = new Map<string, Frame>()
  readonly #keys = new KeyBudget()
  readonly #classes = new Map<string, string | undefined>()
  readonly #noTable = new DescriptorTable(this.slots)
  #tables = 0
  #ready: UseEvent[] = []
  #latest = 0
  #lost = 0
  #lostBefore = 0

  constructor(reach: Reach, options: ImportOptions, run: string, complaints: Complaints) {
    this.reach = reach
    this.run = run
    this.complaints = complaints
    this.#options = options
    this.#resources = options.resources
    this.#flow = new FlowTracker(options.resources)
  }

  /** @param host as the source names it; undefined when it does not @param boot counts the boots of that host */
  frame(host?: string, boot = 0): Frame {
    const key = `${host ?? ''}\n${boot}`
    let frame = this.#frames.get(key)
    if (frame === undefined) {
      frame = frameOf(this.reach, this.#options, this.run, host, boot)
      if (this.#frames.size < MOST_HOSTS) this.#frames.set(key, frame)
    }
    return frame
  }

  /** The objects of one more host. */
  objects(): ObjectTable {
    const prefix = this.run.slice(0, 16)
    const host = this.#tables++
    return new ObjectTable(host === 0 ? prefix : `${prefix}-h${host}`, this.#keys)
  }

  /** A process that is met, with an empty table of descriptors. */
  process(met: Omit<MetProcess, 'table'>): TracedProcess {
    return tracedProcess({ ...met, table: new DescriptorTable(this.slots) })
  }

  /** The same of a source that tells no descriptors: they all have one table, which stays empty. */
  processWithoutTable(met: Omit<MetProcess, 'table'>): TracedProcess {
    return tracedProcess({ ...met, table: this.#noTable })
  }

  /** A use, with its event. */
  tell(occasion: Occasion, use: Use): void {
    const object = use.object ?? use.slot?.description.object
    const objectClass = this.classOf(object, use.path)
    const source = use.taken?.slot.description.object ?? use.carrier
    const sourceClass = source && this.classOf(source)
    const flow = this.#follow(occasion, use, object, objectClass, source, sourceClass)
    const bound = boundOf(occasion, use, object)
    const make = eventOf(occasion, use, { objectClass, sourceClass, flow, lost: this.#lostBefore, bound })
    this.#lostBefore = 0
    this.#numbering.add(occasion.ended ?? occasion.began, make, this.#ready)
  }

  /** A use that changes the flow only: its event comes later, or the source does not tell it as one. */
  follow(occasion: Occasion, use: Use): void {
    const object = use.object ?? use.slot?.description.object
    const source = use.taken?.slot.description.object ?? use.carrier
    this.#follow(occasion, use, object, this.classOf(object, use.path), source, source && this.classOf(source))
  }

  /** A process came from another at a time that nothing told: it may hold what the other holds. */
  inherit(parent: TracedProcess, child: TracedProcess): void {
    this.#flow.apply({
      process: parent.entityId,
      action: 'process_fork',
      succeeded: true,
      micros: this.#latest,
      child: child.entityId,
    })
  }

  /** The process has no descriptor of that object any more. */
  release(process: TracedProcess, object: TracedObject): void {
    this.#flow.release(process.entityId, object.id)
  }

  /** By what the object was when it was classed, else by its path: a credential that was renamed stays one. */
  classOf(object: TracedObject | undefined, path?: string): string | undefined {
    const known = object && this.#flow.classOf(object.id)
    if (known !== undefined) return known
    if (path !== undefined) return this.#resources.classOf(path)
    return object?.path === undefined || object.kind === 'socket' ? undefined : this.#classOfPath(object.path)
  }

  #classOfPath(path: string): string | undefined {
    if (this.#classes.has(path)) return this.#classes.get(path)
    const found = this.#resources.classOf(path)
    if (this.#classes.size >= MOST_CLASSED) this.#classes.clear()
    this.#classes.set(path, found)
    return found
  }

  isFollowed(className: string): boolean {
    return this.#resources.isFollowed(className)
  }

  /** Something that is no use of a capability. */
  ignore(name: string): void {
    if (this.ignored.has(name) || this.ignored.size < MOST_IGNORED_NAMES)
      this.ignored.set(name, (this.ignored.get(name) ?? 0) + 1)
  }

  /** The recording lost so many events here; the next event says so. */
  lose(count: number): void {
    this.#lost += count
    this.#lostBefore += count
  }

  get lost(): number {
    return this.#lost
  }

  get events(): number {
    return this.#numbering.count
  }

  /** The events that are complete and in order since the last call. */
  take(): UseEvent[] {
    const ready = this.#ready
    this.#ready = []
    return ready
  }

  /** All events that were held back. */
  settle(): UseEvent[] {
    this.#numbering.end(this.#ready)
    return this.take()
  }

  /** Nothing more comes. */
  end(): UseEvent[] {
    const { processes, objects } = this.#flow.refused
    const code = `event/${this.reach.name}-forgotten` as const
    if (processes + objects > 0)
      this.complaints.note(
        code,
        `${processes + objects} processes and objects found no room; detpack.flow is incomplete`,
      )
    if (this.#keys.forgotten > 0)
      this.complaints.note(code, 'too many paths; files seen early have a second detpack.object.id')
    return this.settle()
  }

  #follow(
    occasion: Occasion,
    use: Use,
    object: TracedObject | undefined,
    objectClass: string | undefined,
    source: TracedObject | undefined,
    sourceClass: string | undefined,
  ): ReturnType<FlowTracker['apply']> {
    this.#latest = Math.max(this.#latest, occasion.ended ?? occasion.began)
    return this.#flow.apply({
      process: occasion.process.entityId,
      action: use.action,
      succeeded: occasion.outcome !== 'failure',
      micros: this.#latest,
      object: object && flowObject(object, objectClass),
      source: source && flowObject(source, sourceClass),
      sink: use.sink,
      child: use.child?.entityId,
      bytes: use.bytes,
    })
  }
}

/** What the object and the source of a use are bound to; undefined where the run has no bindings. */
function boundOf({ process, outcome }: Occasion, use: Use, object: TracedObject | undefined): Told['bound'] {
  const { bound } = process.frame
  // What failed used nothing, and its paths may be those that it would have made.
  if (bound === undefined || outcome === 'failure') return undefined
  const { action } = use
  const path = use.path ?? object?.path
  const previousPath = use.detpack?.file?.previous_path
  const taken = use.taken?.slot.description.object
  return {
    object: object && bound.ofObject({ id: object.id, path, action, previousPath }),
    source: taken && bound.ofObject({ id: taken.id, path: taken.path, action: 'file_read' }),
  }
}

function flowObject(object: TracedObject, objectClass: string | undefined): FlowObject {
  return { id: object.id, kind: object.kind, class: objectClass }
}
