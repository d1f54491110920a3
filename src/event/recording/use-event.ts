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
  /** Parameters of the run that the object and what was taken from are bound to; undefined: none has a binding. */
  readonly bound: { readonly object: Names | undefined; readonly source: Names | undefined } | undefined
}

type Names = readonly string[]

/** An event that has no number yet: numbers follow time. */
export type Unnumbered = (sequence: number, late: boolean) => UseEvent

const ECS = { version: ECS_VERSION }

/** Makes the event of a use. What changes later (names, paths, flow) is read now. */
export function eventOf(occasion: Occasion, use: Use, told: Told): Unnumbered {
  const { process, reason, outcome } = occasion
  const { frame } = process
  const info = actionInfo(use.action)
  const object = use.object ?? use.slot?.description.object
  const time = timeText(occasion.ended ?? occasion.began)
  const begun = use.lasting === true ? timeText(occasion.began) : undefined
  const unknown = frame.unknown.of(use.action, unknownOf(occasion, use))
  const parts = {
    ...userOf(occasion, use),
    ...placeOf(occasion),
    ...fileOf(use, object),
    ...networkOf(use, object),
    ...((frame.agent ?? use.genAi) && { gen_ai: { ...frame.agent, ...use.genAi } }),
  }
  const own = detpackOf(occasion, use, object, told, parts.destination)
  const shared = processPart(process, occasion.thread)
  const processOfUse = use.ownProcess === undefined ? shared : { ...shared, ...use.ownProcess }
  return (sequence, late) => ({
    '@timestamp': time,
    ecs: ECS,
    event: {
      id: `${frame.run}-${sequence}`,
      sequence,
      kind: 'event',
      dataset: 'detpack.use',
      provider: frame.provider,
      action: use.action,
      category: [info.category],
      type: [info.type],
      outcome,
      ...(reason !== undefined && { reason }),
      ...(begun !== undefined && { start: begun }),
    },
    host: frame.host,
    process: processOfUse,
    ...parts,
    detpack: { ...own, ...(late && { late }), unknown },
  })
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

function userOf({ process }: Occasion, use: Use): Pick<UseEvent, 'user'> {
  const { user: id, userName: name } = process
  if (id === undefined && name === undefined) return use.user ? { user: use.user } : {}
  return { user: { ...(id !== undefined && { id }), ...(name !== undefined && { name }), ...use.user } }
}

/** The container and pod of the process. */
function placeOf({ process }: Occasion): Pick<UseEvent, 'container' | 'orchestrator'> {
  const { container, pod } = process
  if (container === undefined && pod === undefined) return {}
  return {
    ...(container !== undefined && { container: { id: container } }),
    ...(pod !== undefined && { orchestrator: { resource: { id: pod } } }),
  }
}

function fileOf(use: Use, object: TracedObject | undefined): { file?: UsePart<'file'> } {
  const path = use.path ?? (object?.kind === 'socket' ? undefined : object?.path)
  if (path === undefined) return use.file ? { file: use.file } : {}
  const slash = path.lastIndexOf('/')
  const name = path.slice(slash + 1)
  const dot = name.lastIndexOf('.')
  const type = object && FILE_TYPES[object.kind]
  const told = object?.file
  return {
    file: {
      path,
      ...(name !== '' && { name }),
      ...(slash >= 0 && { directory: slash === 0 ? '/' : path.slice(0, slash) }),
      ...(dot > 0 && dot < name.length - 1 && { extension: name.slice(dot + 1) }),
      ...(type !== undefined && { type }),
      ...told,
      ...use.file,
    },
  }
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

function detpackOf(
  occasion: Occasion,
  use: Use,
  object: TracedObject | undefined,
  told: Told,
  destination: UsePart<'destination'> | undefined,
): Omit<UsePart<'detpack'>, 'unknown' | 'late'> {
  const { frame, image, mountNamespace } = occasion.process
  const flow = flowFields(told.flow)
  const source = sourceOf(use, told)
  const reached = frame.bound?.ofDestination(destination?.ip, destination?.port)
  const description = use.slot?.description
  const objectPart = objectOf(use, object, told)
  const socket = object?.kind === 'socket' ? socketOf(object) : undefined
  return {
    ...use.detpack,
    sensor: frame.sensor,
    resources: frame.resources,
    ...(told.lost > 0 && { lost: told.lost }),
    ...(frame.task && { task: frame.task }),
    process: { image, ...(mountNamespace !== undefined && { namespace: { mount: mountNamespace } }) },
    ...(objectPart && { object: { ...use.detpack?.object, ...objectPart } }),
    ...(description && { description: { id: description.id } }),
    ...(source && { source }),
    ...(reached && { destination: { binding: reached } }),
    ...descriptorOf(use),
    ...(socket && { socket }),
    ...(flow && { flow }),
    route: use.route ?? 'syscall',
    ...(occasion.syscall !== undefined && { syscall: occasion.syscall }),
    use: { count: use.count ?? 1, ...(use.bytes !== undefined && { bytes: use.bytes }) },
  }
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
  { objectClass, bound }: Told,
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
    ...(bound?.object && { binding: bound.object }),
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

function descriptorOf(use: Use): Pick<UsePart<'detpack'>, 'descriptor'> {
  const { slot } = use
  if (slot === undefined && use.descriptor === undefined && use.flags === undefined) return {}
  const flags = use.flags ?? slot?.description.flags
  return {
    descriptor: {
      ...(use.descriptor !== undefined && { number: use.descriptor }),
      ...(flags !== undefined && flags.length > 0 && { flags }),
      ...(slot && { origin: slot.origin }),
      ...(slot?.from !== undefined && { from: slot.from }),
      ...(slot?.description.openedBy !== undefined && { opened_by: slot.description.openedBy }),
      ...(slot?.description.openedAt !== undefined && { opened_at: timeText(slot.description.openedAt) }),
    },
  }
}
