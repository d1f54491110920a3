import { isAction, type Action } from '../../event/action.ts'
import { isLoopback } from '../../event/destination.ts'
import type { EventValues } from '../../event/event-values.ts'
import type { Scalar } from '../../event/field.ts'
import type { Time } from '../../event/record.ts'
import type { HomePattern } from '../../event/resource.ts'
import { CAPABILITIES, type Capability } from '../task.ts'
import { detached } from './detached.ts'
import { Shapes } from './shape.ts'
import { subjectOf, type SubjectName } from './subject.ts'

/** The fields of events that behaviour is made of, in the order of `F`. */
export const USE_FIELDS = [
  'event.action',
  'event.outcome',
  'detpack.task.name',
  'detpack.task.run',
  'service.name',
  'host.id',
  'host.name',
  'process.entity_id',
  'file.path',
  'detpack.object.id',
  'detpack.object.class',
  'detpack.object.kind',
  'destination.ip',
  'destination.port',
  'destination.domain',
  'network.transport',
  'detpack.destination.binding',
  'detpack.object.binding',
  'detpack.flow.object.id',
  'detpack.flow.object.class',
  'detpack.source.object.id',
  'detpack.source.object.class',
  'detpack.use.count',
  'detpack.use.bytes',
  'detpack.clock.epoch',
] as const

const F = Object.fromEntries(USE_FIELDS.map((name, place) => [name, place])) as Readonly<
  Record<(typeof USE_FIELDS)[number], number>
>

/** One use of a capability as behaviour is made of it. The same object is filled anew for each event. */
export interface Use {
  /** Null where the event is no use that succeeded, but may say something else (`action`). */
  capability: Capability | null
  action: Action | null
  subject: SubjectName
  run: string
  host: string
  hostName: string
  process: string
  epoch: number
  time: Time
  count: number
  bytes: number
  /** Shape of the path, or `{document}` for what a parameter was bound to; null without a path. */
  shape: string | null
  object: string
  objectClass: string
  objectKind: string
  /** `tcp 198.51.100.10:443`, or `{api}` for what a parameter was bound to; null: no address beyond this host. */
  destination: string | null
  /** An address of this host only. */
  isLoopback: boolean
  /** Objects whose data the process holds or took at once, by id; and their classes, which need not be of one order. */
  readonly flowObjects: string[]
  readonly flowClasses: string[]
}

/** The same with what a declaration may speak of, as an event says it. */
export interface SeenUse extends Use {
  path: string
  address: string
  port: string
  /** Name of the destination, where one was seen. */
  domain: string
  /** Parameters that were bound to the object. */
  binding: string
}

const IN_ORDER: readonly number[] = USE_FIELDS.map((_, place) => place)
const USES: ReadonlySet<string> = new Set(CAPABILITIES)
const DAY = 86_400_000
/** Of one event; more is not meant, and sums of such stay exact. */
const MOST_AMOUNT = 1e12

/** So much is remembered of what was worked out. */
const MOST = 4096

/** Reads uses from the values of events. */
export class UseReader {
  readonly use: SeenUse = { ...emptyUse(), path: '', address: '', port: '', domain: '', binding: '' }
  readonly #shapes: Shapes
  readonly #destinations = new Map<string, { transport: string; port: string; name: string }>()
  readonly #tasks = new Map<string, SubjectName>()
  readonly #services = new Map<string, SubjectName>()
  #places: readonly number[] = IN_ORDER

  constructor(homes: readonly HomePattern[]) {
    this.#shapes = new Shapes(homes)
  }

  /**
   * False where there is nothing to be learned: no time, no action that is known, or no success.
   *
   * @param places where the values of `USE_FIELDS` are
   */
  read(values: EventValues, time: Time | null, places: readonly number[] = IN_ORDER): boolean {
    const use = this.use
    this.#places = places
    const action = this.#text(values, F['event.action'])
    if (time === null || !isAction(action)) return false
    use.time = time
    use.action = action
    use.capability = isUse(action, this.#text(values, F['event.outcome'])) ? (action as Capability) : null
    if (
      use.capability === null &&
      !action.startsWith('task_') &&
      action !== 'sensor_clock' &&
      action !== 'process_exit'
    )
      return false
    this.#who(values, time)
    if (use.capability !== null) this.#what(values)
    return true
  }

  #who(values: EventValues, time: Time): void {
    const use = this.use
    const task = this.#text(values, F['detpack.task.name'])
    use.subject = this.#subject(task, task === '' ? this.#text(values, F['service.name']) : '')
    use.host = this.#text(values, F['host.id'])
    use.hostName = this.#text(values, F['host.name'])
    use.process = this.#text(values, F['process.entity_id'])
    use.epoch = this.#number(values, F['detpack.clock.epoch']) ?? 0
    const run = task === '' ? '' : this.#text(values, F['detpack.task.run'])
    // What is never asked to do a thing has no runs: a day of it on a host counts as one.
    use.run = run === '' ? `${use.host} ${Math.floor(time / DAY)}` : run
  }

  #what(values: EventValues): void {
    const use = this.use
    use.count = this.#number(values, F['detpack.use.count']) ?? 1
    use.bytes = this.#number(values, F['detpack.use.bytes']) ?? 0
    use.path = this.#text(values, F['file.path'])
    use.object = this.#text(values, F['detpack.object.id'])
    use.objectClass = this.#text(values, F['detpack.object.class'])
    use.objectKind = this.#text(values, F['detpack.object.kind'])
    use.binding = this.#text(values, F['detpack.object.binding'])
    use.shape = use.path === '' ? null : use.binding === '' ? this.#shapes.of(use.path) : `{${use.binding}}`
    this.#where(values)
    if (use.flowObjects.length > 0) use.flowObjects.length = 0
    if (use.flowClasses.length > 0) use.flowClasses.length = 0
    this.#addTexts(values, F['detpack.flow.object.id'], use.flowObjects)
    this.#addTexts(values, F['detpack.source.object.id'], use.flowObjects)
    this.#addTexts(values, F['detpack.flow.object.class'], use.flowClasses)
    this.#addTexts(values, F['detpack.source.object.class'], use.flowClasses)
  }

  #where(values: EventValues): void {
    const use = this.use
    const address = this.#text(values, F['destination.ip'])
    use.address = address
    use.domain = this.#text(values, F['destination.domain'])
    use.port = this.#text(values, F['destination.port'])
    use.isLoopback = isLoopback(address)
    const transport = this.#text(values, F['network.transport'])
    // A datagram socket without a port asks for an address of its own, and turns to nobody.
    if (address === '' || use.isLoopback || (transport === 'udp' && use.port === '')) {
      use.destination = null
      return
    }
    const bound = this.#text(values, F['detpack.destination.binding'])
    use.destination = bound === '' ? this.#destination(transport, address, use.port) : `{${bound}}`
  }

  /** Remembered, so that it need not be put together anew for each event. */
  #destination(transport: string, address: string, port: string): string {
    const known = this.#destinations.get(address)
    if (known?.transport === transport && known.port === port) return known.name
    if (this.#destinations.size >= MOST) this.#destinations.clear()
    const name = detached(destinationName(transport, address, port))
    this.#destinations.set(address, { transport, port, name })
    return name
  }

  /** The same for subjects. */
  #subject(task: string, service: string): SubjectName {
    const by = task === '' ? this.#services : this.#tasks
    const known = by.get(task === '' ? service : task)
    if (known !== undefined) return known
    if (by.size >= MOST) by.clear()
    const subject = detached(subjectOf(task, service))
    by.set(task === '' ? service : task, subject)
    return subject
  }

  #text(values: EventValues, field: number): string {
    const first = this.#firstOf(values, field)
    return first === -1 ? '' : values.ownTextOf(first)
  }

  #number(values: EventValues, field: number): number | undefined {
    const first = this.#firstOf(values, field)
    const value: Scalar = first === -1 ? '' : values.valueOf(first)
    return typeof value === 'number' && value >= 0 ? Math.min(Math.floor(value), MOST_AMOUNT) : undefined
  }

  #firstOf(values: EventValues, field: number): number {
    return values.firstOf(this.#places[field] ?? -1)
  }

  #addTexts(values: EventValues, field: number, into: string[]): void {
    for (let at = this.#firstOf(values, field); at !== -1; at = values.nextOf(at)) into.push(values.ownTextOf(at))
  }
}

/** `tcp 198.51.100.10:443`; the address of IPv6 in brackets. */
export function destinationName(transport: string, address: string, port: string): string {
  const host = address.includes(':') ? `[${address}]` : address
  return `${transport === '' ? 'any' : transport} ${host}${port === '' ? '' : `:${port}`}`
}

/** Whether a connection that is under way succeeds is told later; what failed is an attempt and no need. */
function isUse(action: Action, outcome: string): boolean {
  if (!USES.has(action)) return false
  return outcome === 'success' || (action === 'network_connect' && outcome === 'unknown')
}

export function emptyUse(): Use {
  return {
    capability: null,
    action: null,
    subject: '',
    run: '',
    host: '',
    hostName: '',
    process: '',
    epoch: 0,
    time: 0 as Time,
    count: 1,
    bytes: 0,
    shape: null,
    object: '',
    objectClass: '',
    objectKind: '',
    destination: null,
    isLoopback: false,
    flowObjects: [],
    flowClasses: [],
  }
}
