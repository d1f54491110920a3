import { actionInfo } from '../action.ts'
import { isLoopback } from '../destination.ts'
import { ECS_VERSION } from '../ecs-field.ts'
import { flowFields, type FlowState } from '../flow.ts'
import type { UseEvent, UsePart } from '../use-event.ts'
import type { TracedObject } from './descriptor.ts'
import type { Endpoint } from './node.ts'
import { processParts, type ProcessParts } from './process-part.ts'
import { timeText } from './time-text.ts'
import type { Occasion, Use } from './use.ts'

/** What the state of the import tells of one use. */
export interface Told {
  readonly objectClass: string | undefined
  readonly sourceClass: string | undefined
  readonly flow: FlowState
  /** Events that were lost between the use before and this one. */
  readonly lost: number
  /** Parameters of the run that the object and what was taken from are bound to; undefined: none has a binding. */
  readonly bound: { readonly object: Names | undefined; readonly source: Names | undefined } | undefined
}

type Names = readonly string[]

/** An event that has no number yet: numbers follow time. */
export type Unnumbered = (sequence: number, late: boolean) => UseEvent

const ECS = { version: ECS_VERSION }

/** A part while it is made. Every event has several: names are put in one by one, since to spread small objects costs more. */
type Making<Part> = { -readonly [Name in keyof Part]: Part[Name] }

/** Makes the event of a use. What changes later (names, paths, flow) is read now. */
export function eventOf(occasion: Occasion, use: Use, told: Told): Unnumbered {
  const { process, reason, outcome } = occasion
  const { frame } = process
  const info = actionInfo(use.action)
  const object = use.object ?? use.slot?.description.object
  const time = timeText(occasion.ended ?? occasion.began)
  const begun = use.lasting === true ? timeText(occasion.began) : undefined
  const unknown = frame.unknown.of(use.action, unknownOf(occasion, use))
  const shared = processParts(process, occasion.thread)
  const parts: Making<Parts> = {}
  addUser(parts, shared, use)
  if (shared.container !== undefined) parts.container = shared.container
  if (shared.orchestrator !== undefined) parts.orchestrator = shared.orchestrator
  addFile(parts, use, object)
  addNetwork(parts, use, object)
  if (frame.agent !== undefined || use.genAi !== undefined) parts.gen_ai = { ...frame.agent, ...use.genAi }
  const own = detpackOf(occasion, use, shared, object, told, parts.destination)
  const processOfUse = use.ownProcess === undefined ? shared.process : { ...shared.process, ...use.ownProcess }
  return (sequence, late) => {
    const event: Making<UsePart<'event'>> = {
      id: `${frame.run}-${sequence}`,
      sequence,
      kind: 'event',
      dataset: 'detpack.use',
      provider: frame.provider,
      action: use.action,
      category: [info.category],
      type: [info.type],
      outcome,
    }
    if (reason !== undefined) event.reason = reason
    if (begun !== undefined) event.start = begun
    const detpack = Object.assign(own, late ? { late, unknown } : { unknown })
    return { '@timestamp': time, ecs: ECS, event, host: frame.host, process: processOfUse, ...parts, detpack }
  }
}

const NOTHING: readonly string[] = []

function unknownOf(occasion: Occasion, use: Use): readonly string[] {
  const { process } = occasion
  const told = process.start !== undefined && process.parent !== undefined && process.user !== undefined
  if (told && use.unknown === undefined && occasion.ended !== undefined && process.name !== undefined && !use.slot)
    return NOTHING
  const unknown = [...(use.unknown ?? NOTHING)]
  if (occasion.ended === undefined) unknown.push('@timestamp')
  if (process.name === undefined) unknown.push('process.name', 'process.executable')
  if (process.start === undefined) unknown.push('process.start')
  if (process.parent === undefined) unknown.push('process.parent.entity_id')
  if (process.user === undefined) unknown.push('process.user.id')
  const description = use.slot?.description
  if (description !== undefined && description.openedBy === undefined)
    unknown.push('detpack.descriptor.opened_by', 'detpack.descriptor.opened_at')
  if (description !== undefined && description.flags === undefined) unknown.push('detpack.descriptor.flags')
  return unknown
}

/** What an event tells besides what every event has. */
type Parts = Pick<
  UseEvent,
  'user' | 'container' | 'orchestrator' | 'file' | 'source' | 'destination' | 'network' | 'gen_ai'
>

function addUser(parts: Making<Parts>, { user: own }: ProcessParts, { user: told }: Use): void {
  const user = own === undefined || told === undefined ? (own ?? told) : { ...own, ...told }
  if (user !== undefined) parts.user = user
}

function addFile(parts: Making<Parts>, use: Use, object: TracedObject | undefined): void {
  const path = use.path ?? (object?.kind === 'socket' ? undefined : object?.path)
  if (path === undefined) {
    if (use.file !== undefined) parts.file = use.file
    return
  }
  const file: Making<UsePart<'file'>> = { path }
  const slash = path.lastIndexOf('/')
  const name = path.slice(slash + 1)
  const dot = name.lastIndexOf('.')
  const type = object && FILE_TYPES[object.kind]
  if (name !== '') file.name = name
  if (slash >= 0) file.directory = slash === 0 ? '/' : path.slice(0, slash)
  if (dot > 0 && dot < name.length - 1) file.extension = name.slice(dot + 1)
  if (type !== undefined) file.type = type
  parts.file = Object.assign(file, object?.file, use.file)
}

const FILE_TYPES: Readonly<Partial<Record<TracedObject['kind'], string>>> = { directory: 'dir', device: 'device' }

function addNetwork(parts: Making<Parts>, use: Use, object: TracedObject | undefined): void {
  const link = use.carrier ?? (object?.kind === 'socket' ? object : undefined)
  if (link === undefined && use.from === undefined && use.to === undefined && use.inward === undefined) return
  if (use.from !== undefined) parts.source = endOf(use.from)
  if (use.to !== undefined || use.destination !== undefined)
    parts.destination = { ...(use.to && endOf(use.to)), ...use.destination }
  const transport = link?.transport === 'unknown' ? undefined : link?.transport
  const ip = use.to?.ip ?? use.from?.ip
  const type = transport === 'unix' ? 'unix' : ip === undefined ? undefined : ip.includes(':') ? 'ipv6' : 'ipv4'
  const direction = use.inward === undefined ? undefined : directionOf(use, transport)
  if (transport === undefined && type === undefined && direction === undefined) return
  const network: Making<UsePart<'network'>> = {}
  if (transport !== undefined) network.transport = transport
  if (type !== undefined) network.type = type
  if (direction !== undefined) network.direction = direction
  parts.network = network
}

function directionOf(use: Use, transport: string | undefined): 'internal' | 'ingress' | 'egress' {
  const outer = (use.inward === true ? use.from : use.to)?.ip
  if (transport === 'unix' || transport === 'netlink') return 'internal'
  if (outer !== undefined && isLoopback(outer)) return 'internal'
  return use.inward === true ? 'ingress' : 'egress'
}

function endOf({ address, ip, port }: Endpoint): { address: string; ip?: string; port?: number } {
  return { address, ...(ip !== undefined && { ip }), ...(port !== undefined && { port }) }
}

type Own = Omit<UsePart<'detpack'>, 'unknown' | 'late'>

function detpackOf(
  occasion: Occasion,
  use: Use,
  shared: ProcessParts,
  object: TracedObject | undefined,
  told: Told,
  destination: UsePart<'destination'> | undefined,
): Own {
  const { frame } = occasion.process
  const flow = flowFields(told.flow)
  const source = sourceOf(use, told)
  const reached = frame.bound?.ofDestination(destination?.ip, destination?.port)
  const description = use.slot?.description
  const objectPart = objectOf(use, object, told)
  const socket = object?.kind === 'socket' ? socketOf(object) : undefined
  const descriptor = descriptorOf(use)
  const own: Making<Partial<Own>> = { ...use.detpack, sensor: frame.sensor, resources: frame.resources }
  if (told.lost > 0) own.lost = told.lost
  if (frame.task !== undefined) own.task = frame.task
  own.process = shared.own
  if (objectPart !== undefined)
    own.object = use.detpack?.object === undefined ? objectPart : { ...use.detpack.object, ...objectPart }
  if (description !== undefined) own.description = { id: description.id }
  if (source !== undefined) own.source = source
  if (reached !== undefined) own.destination = { binding: reached }
  if (descriptor !== undefined) own.descriptor = descriptor
  if (socket !== undefined) own.socket = socket
  if (flow !== undefined) own.flow = flow
  own.route = use.route ?? 'syscall'
  if (occasion.syscall !== undefined) own.syscall = occasion.syscall
  // A log that is torn may say less than nothing.
  own.use = { count: use.count ?? 1, ...(use.bytes !== undefined && use.bytes >= 0 && { bytes: use.bytes }) }
  return own as Own
}

function socketOf({ family, type }: TracedObject): { family?: string; type?: string } | undefined {
  if (family === undefined && type === undefined) return undefined
  return { ...(family !== undefined && { family }), ...(type !== undefined && { type }) }
}

function objectOf(
  use: Use,
  object: TracedObject | undefined,
  { objectClass, bound }: Told,
): UsePart<'detpack'>['object'] {
  const process = use.target && { process: targetOf(use.target) }
  if (object === undefined && use.target)
    return { kind: 'process', ...(use.target.process && { id: use.target.process.entityId }), ...process }
  // Of a failed call the path is all there is.
  if (object === undefined) return objectClass === undefined ? undefined : { identity: 'string', class: objectClass }
  const part: Making<NonNullable<UsePart<'detpack'>['object']>> = {
    id: object.id,
    kind: object.kind,
    identity: use.identity ?? object.identity,
  }
  if (objectClass !== undefined) part.class = objectClass
  if (bound?.object !== undefined) part.binding = bound.object
  return process === undefined ? part : { ...part, ...process }
}

function targetOf(target: NonNullable<Use['target']>): object {
  const { pid, process } = target
  const name = process?.name ?? target.name
  return {
    pid,
    ...(process && { entity_id: process.entityId }),
    ...(name !== undefined && { name }),
    ...(process?.executable !== undefined && { executable: process.executable }),
  }
}

function sourceOf(use: Use, { sourceClass, bound }: Told): UsePart<'detpack'>['source'] {
  if (use.taken === undefined) return undefined
  const { description } = use.taken.slot
  const { object } = description
  return {
    object: {
      id: object.id,
      kind: object.kind,
      ...(sourceClass !== undefined && { class: sourceClass }),
      ...(object.path !== undefined && { path: object.path }),
      ...(bound?.source && { binding: bound.source }),
    },
    description: { id: description.id },
    ...(use.taken.descriptor !== undefined && { descriptor: { number: use.taken.descriptor } }),
  }
}

function descriptorOf({ slot, descriptor: number, flags: given }: Use): UsePart<'detpack'>['descriptor'] {
  if (slot === undefined && number === undefined && given === undefined) return undefined
  const flags = given ?? slot?.description.flags
  const part: Making<NonNullable<UsePart<'detpack'>['descriptor']>> = {}
  if (number !== undefined) part.number = number
  if (flags !== undefined && flags.length > 0) part.flags = flags
  if (slot === undefined) return part
  const { openedBy, openedAt } = slot.description
  part.origin = slot.origin
  if (slot.from !== undefined) part.from = slot.from
  if (openedBy !== undefined) part.opened_by = openedBy
  if (openedAt !== undefined) part.opened_at = timeText(openedAt)
  return part
}
