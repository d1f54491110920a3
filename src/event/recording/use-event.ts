import { actionInfo } from '../action.ts'
import { ECS_VERSION } from '../ecs-field.ts'
import { flowFields, type FlowState } from '../flow.ts'
import type { UseEvent, UsePart } from '../use-event.ts'
import type { TracedObject } from './descriptor.ts'
import type { Endpoint } from './node.ts'
import { processPart } from './process-part.ts'
import { timeText } from './time-text.ts'
import type { Occasion, Use } from './use.ts'

/** What the state of the import tells of one use. */
export interface Told {
  readonly objectClass: string | undefined
  readonly sourceClass: string | undefined
  readonly flow: FlowState
  /** Events that were lost between the use before and this one. */
  readonly lost: number
}

/** An event that has no number yet: numbers follow time. */
export type Unnumbered = (sequence: number, late: boolean) => UseEvent

const ECS = { version: ECS_VERSION }

/** A part that is filled name by name. A spread of what may be absent costs as much as reading the line did. */
type Open<Part> = { -readonly [Name in keyof Part]: Part[Name] }

/** Makes the event of a use. What changes later (names, paths, flow) is read now. */
export function eventOf(occasion: Occasion, use: Use, told: Told): Unnumbered {
  const { process, reason, outcome } = occasion
  const { frame } = process
  const info = actionInfo(use.action)
  const object = use.object ?? use.slot?.description.object
  const time = timeText(occasion.ended ?? occasion.began)
  const unknown = frame.unknown.of(use.action, unknownOf(occasion, use))
  const own = detpackOf(occasion, use, object, told)
  const user = userOf(occasion, use)
  const file = fileOf(use, object)
  const network = networkOf(use, object)
  const shared = processPart(process, occasion.thread)
  const processOfUse = use.ownProcess === undefined ? shared : { ...shared, ...use.ownProcess }
  const { container, pod } = process
  return (sequence, late) => {
    const about: Open<UseEvent['event']> = {
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
    if (reason !== undefined) about.reason = reason
    if (late) own.late = late
    const event: Open<Omit<UseEvent, 'detpack'>> = {
      '@timestamp': time,
      ecs: ECS,
      event: about,
      host: frame.host,
      process: processOfUse,
    }
    if (user !== undefined) event.user = user
    if (container !== undefined) event.container = { id: container }
    if (pod !== undefined) event.orchestrator = { resource: { id: pod } }
    if (file !== undefined) event.file = file
    if (network.source !== undefined) event.source = network.source
    if (network.destination !== undefined) event.destination = network.destination
    if (network.network !== undefined) event.network = network.network
    if (frame.agent !== undefined) event.gen_ai = frame.agent
    own.unknown = unknown
    return Object.assign(event, { detpack: own as UsePart<'detpack'> })
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

function userOf({ process }: Occasion, use: Use): UsePart<'user'> | undefined {
  const { user: id, userName: name } = process
  if (id === undefined && name === undefined) return use.user
  return { ...(id !== undefined && { id }), ...(name !== undefined && { name }), ...use.user }
}

function fileOf(use: Use, object: TracedObject | undefined): UsePart<'file'> | undefined {
  const path = use.path ?? (object?.kind === 'socket' ? undefined : object?.path)
  if (path === undefined) return use.file
  const slash = path.lastIndexOf('/')
  const name = path.slice(slash + 1)
  const dot = name.lastIndexOf('.')
  const type = object && FILE_TYPES[object.kind]
  const file: Open<UsePart<'file'>> = { path }
  if (name !== '') file.name = name
  if (slash >= 0) file.directory = slash === 0 ? '/' : path.slice(0, slash)
  if (dot > 0 && dot < name.length - 1) file.extension = name.slice(dot + 1)
  if (type !== undefined) file.type = type
  if (object?.file !== undefined) Object.assign(file, object.file)
  if (use.file !== undefined) Object.assign(file, use.file)
  return file
}

const FILE_TYPES: Readonly<Partial<Record<TracedObject['kind'], string>>> = { directory: 'dir', device: 'device' }

type NetworkParts = Pick<UseEvent, 'source' | 'destination' | 'network'>

const NO_NETWORK: NetworkParts = {}

function networkOf(use: Use, object: TracedObject | undefined): NetworkParts {
  const link = use.carrier ?? (object?.kind === 'socket' ? object : undefined)
  if (link === undefined && use.from === undefined && use.to === undefined && use.inward === undefined)
    return NO_NETWORK
  const source = endOf(use.from)
  const destination = endOf(use.to)
  const transport = link?.transport === 'unknown' ? undefined : link?.transport
  const ip = use.to?.ip ?? use.from?.ip
  const type = transport === 'unix' ? 'unix' : ip === undefined ? undefined : ip.includes(':') ? 'ipv6' : 'ipv4'
  const direction = use.inward === undefined ? undefined : directionOf(use, transport)
  const network = {
    ...(transport !== undefined && { transport }),
    ...(type !== undefined && { type }),
    ...(direction !== undefined && { direction }),
  }
  return {
    ...(source && { source }),
    ...((destination ?? use.destination) && { destination: { ...destination, ...use.destination } }),
    ...(Object.keys(network).length > 0 && { network }),
  }
}

function directionOf(use: Use, transport: string | undefined): 'internal' | 'ingress' | 'egress' {
  const outer = (use.inward === true ? use.from : use.to)?.ip
  if (transport === 'unix' || transport === 'netlink') return 'internal'
  if (outer !== undefined && (outer.startsWith('127.') || outer === '::1')) return 'internal'
  return use.inward === true ? 'ingress' : 'egress'
}

function endOf(end: Endpoint | undefined): { address: string; ip?: string; port?: number } | undefined {
  if (end === undefined) return undefined
  return {
    address: end.address,
    ...(end.ip !== undefined && { ip: end.ip }),
    ...(end.port !== undefined && { port: end.port }),
  }
}

/** What is not known and whether it came late is added with its number. */
function detpackOf(
  occasion: Occasion,
  use: Use,
  object: TracedObject | undefined,
  told: Told,
): Open<Partial<UsePart<'detpack'>>> {
  const { frame, image, mountNamespace } = occasion.process
  const flow = flowFields(told.flow)
  const source = sourceOf(use, told.sourceClass)
  const description = use.slot?.description
  const objectPart = objectOf(use, object, told.objectClass)
  const socket = object?.kind === 'socket' ? socketOf(object) : undefined
  const descriptor = descriptorOf(use)
  const own: Open<Partial<UsePart<'detpack'>>> = use.detpack === undefined ? {} : { ...use.detpack }
  own.sensor = frame.sensor
  own.resources = frame.resources
  if (told.lost > 0) own.lost = told.lost
  if (frame.task !== undefined) own.task = frame.task
  own.process = mountNamespace === undefined ? { image } : { image, namespace: { mount: mountNamespace } }
  if (objectPart !== undefined)
    own.object = use.detpack?.object === undefined ? objectPart : { ...use.detpack.object, ...objectPart }
  if (description !== undefined) own.description = { id: description.id }
  if (source !== undefined) own.source = source
  if (descriptor !== undefined) own.descriptor = descriptor
  if (socket !== undefined) own.socket = socket
  if (flow !== undefined) own.flow = flow
  own.route = use.route ?? 'syscall'
  if (occasion.syscall !== undefined) own.syscall = occasion.syscall
  const count = use.count ?? 1
  own.use = use.bytes === undefined ? { count } : { count, bytes: use.bytes }
  return own
}

function socketOf(object: TracedObject): { family?: string; type?: string } | undefined {
  if (object.family === undefined && object.type === undefined) return undefined
  return {
    ...(object.family !== undefined && { family: object.family }),
    ...(object.type !== undefined && { type: object.type }),
  }
}

function objectOf(
  use: Use,
  object: TracedObject | undefined,
  objectClass: string | undefined,
): UsePart<'detpack'>['object'] {
  const process = use.target && { process: targetOf(use.target) }
  if (object === undefined && use.target)
    return { kind: 'process', ...(use.target.process && { id: use.target.process.entityId }), ...process }
  // Of a failed call the path is all there is.
  if (object === undefined) return objectClass === undefined ? undefined : { identity: 'string', class: objectClass }
  return {
    id: object.id,
    kind: object.kind,
    identity: use.identity ?? object.identity,
    ...(objectClass !== undefined && { class: objectClass }),
    ...process,
  }
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

function sourceOf(use: Use, sourceClass: string | undefined): UsePart<'detpack'>['source'] {
  if (use.taken === undefined) return undefined
  const { description } = use.taken.slot
  const { object } = description
  return {
    object: {
      id: object.id,
      kind: object.kind,
      ...(sourceClass !== undefined && { class: sourceClass }),
      ...(object.path !== undefined && { path: object.path }),
    },
    description: { id: description.id },
    ...(use.taken.descriptor !== undefined && { descriptor: { number: use.taken.descriptor } }),
  }
}

function descriptorOf(use: Use): UsePart<'detpack'>['descriptor'] {
  const { slot } = use
  if (slot === undefined && use.descriptor === undefined && use.flags === undefined) return undefined
  const flags = use.flags ?? slot?.description.flags
  const descriptor: Open<NonNullable<UsePart<'detpack'>['descriptor']>> = {}
  if (use.descriptor !== undefined) descriptor.number = use.descriptor
  if (flags !== undefined && flags.length > 0) descriptor.flags = flags
  if (slot === undefined) return descriptor
  const { openedBy, openedAt } = slot.description
  descriptor.origin = slot.origin
  if (slot.from !== undefined) descriptor.from = slot.from
  if (openedBy !== undefined) descriptor.opened_by = openedBy
  if (openedAt !== undefined) descriptor.opened_at = timeText(openedAt)
  return descriptor
}
