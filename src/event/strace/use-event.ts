import { actionInfo } from '../action.ts'
import { ECS_VERSION } from '../ecs-field.ts'
import { flowFields, type FlowState } from '../flow.ts'
import type { UseEvent, UsePart } from '../use-event.ts'
import type { Result } from './result.ts'
import type { TracedObject } from './descriptor.ts'
import type { Endpoint } from './node.ts'
import type { TracedProcess } from './traced-process.ts'
import type { Moment, Use } from './use.ts'

/** What is the same on all events of an import. */
export interface Frame {
  readonly run: string
  readonly host: UsePart<'host'>
  readonly task: UsePart<'detpack'>['task']
  readonly agent: UsePart<'gen_ai'> | undefined
  readonly digest: string
  /** Fields that no event of this import can have, or whose value is a stand-in. */
  readonly unknown: readonly string[]
}

/** What the state of the import tells of one use. */
export interface Told {
  readonly objectClass: string | undefined
  readonly sourceClass: string | undefined
  readonly flow: FlowState
}

/** An event that has no number yet: numbers follow time. */
export type Unnumbered = (sequence: number, late: boolean) => UseEvent

/** The fields that strace cannot show at all. */
export const NEVER_KNOWN: readonly string[] = [
  'container.id',
  'detpack.cgroup.id',
  'detpack.cgroup.path',
  'detpack.clock.epoch',
  'detpack.process.namespace.mount',
  'detpack.time.boot',
  'file.device',
  'file.inode',
  'process.entry_leader.entity_id',
  'process.group.id',
  'process.session_leader.entity_id',
  'service.name',
]

export function outcomeOf(result: Result): 'success' | 'failure' | 'unknown' {
  if (result.kind === 'error') return result.errno === 'EINPROGRESS' ? 'unknown' : 'failure'
  return 'success'
}

/** Makes the event of a use. What changes later (names, paths, flow) is read now. */
export function eventOf(frame: Frame, moment: Moment, use: Use, told: Told): Unnumbered {
  const { call, process } = moment
  const info = actionInfo(use.action)
  const object = use.object ?? use.slot?.description.object
  const reason = call.result.kind === 'error' ? call.result.errno : undefined
  const outcome = outcomeOf(call.result)
  const time = timeText(moment.ended ?? moment.began)
  const unknown = [...frame.unknown, ...unknownOf(moment, use)].sort()
  const detpackParts = detpackOf(frame, moment, use, object, told)
  const processPart = processOf(process, moment.thread, use)
  const filePart = fileOf(use, object)
  const networkPart = networkOf(use, object)
  return (sequence, late) => ({
    '@timestamp': time,
    ecs: { version: ECS_VERSION },
    event: {
      id: `${frame.run}-${sequence}`,
      sequence,
      kind: 'event',
      dataset: 'detpack.use',
      provider: 'strace',
      action: use.action,
      category: [info.category],
      type: [info.type],
      outcome,
      ...(reason !== undefined && { reason }),
    },
    host: frame.host,
    process: processPart,
    ...(use.user && { user: use.user }),
    ...filePart,
    ...networkPart,
    ...(frame.agent && { gen_ai: frame.agent }),
    detpack: { ...detpackParts, ...(late && { late }), unknown },
  })
}

function unknownOf(moment: Moment, use: Use): string[] {
  const { process } = moment
  const unknown = [...(use.unknown ?? [])]
  if (moment.ended === undefined) unknown.push('@timestamp')
  if (process.name === undefined) unknown.push('process.name', 'process.executable')
  if (process.start === undefined) unknown.push('process.start')
  if (process.parent === undefined) unknown.push('process.parent.entity_id')
  if (process.user === undefined) unknown.push('process.user.id')
  if (use.slot?.description.openedBy === undefined && use.slot !== undefined)
    unknown.push('detpack.descriptor.opened_by', 'detpack.descriptor.opened_at')
  if (use.slot !== undefined && use.slot.description.flags === undefined) unknown.push('detpack.descriptor.flags')
  return [...new Set(unknown)]
}

/** A process without a seen exec is said to be `unknown`, so that a rule on the name does not match it by accident. */
function processOf(process: TracedProcess, thread: number, use: Use): UsePart<'process'> {
  const { parent } = process
  return {
    entity_id: process.entityId,
    pid: process.pid,
    name: process.name ?? 'unknown',
    executable: process.executable ?? 'unknown',
    ...(process.start !== undefined && { start: timeText(process.start) }),
    ...(process.user !== undefined && { user: { id: process.user } }),
    thread: { id: thread },
    ...(parent && {
      parent: {
        entity_id: parent.entityId,
        pid: parent.pid,
        ...(parent.name !== undefined && { name: parent.name }),
        ...(parent.executable !== undefined && { executable: parent.executable }),
        ...(parent.start !== undefined && { start: timeText(parent.start) }),
      },
    }),
    ...use.ownProcess,
  }
}

function fileOf(use: Use, object: TracedObject | undefined): { file?: UsePart<'file'> } {
  const path = use.path ?? (object?.kind === 'socket' ? undefined : object?.path)
  if (path === undefined) return use.file ? { file: use.file } : {}
  const slash = path.lastIndexOf('/')
  const name = path.slice(slash + 1)
  const dot = name.lastIndexOf('.')
  const type = object && FILE_TYPES[object.kind]
  return {
    file: {
      path,
      ...(name !== '' && { name }),
      ...(slash >= 0 && { directory: slash === 0 ? '/' : path.slice(0, slash) }),
      ...(dot > 0 && dot < name.length - 1 && { extension: name.slice(dot + 1) }),
      ...(type !== undefined && { type }),
      ...use.file,
    },
  }
}

const FILE_TYPES: Readonly<Partial<Record<TracedObject['kind'], string>>> = { directory: 'dir', device: 'device' }

type NetworkParts = Pick<UseEvent, 'source' | 'destination' | 'network'>

function networkOf(use: Use, object: TracedObject | undefined): NetworkParts {
  const link = use.carrier ?? (object?.kind === 'socket' ? object : undefined)
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
    ...(destination && { destination }),
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
  frame: Frame,
  moment: Moment,
  use: Use,
  object: TracedObject | undefined,
  told: Told,
): Omit<UsePart<'detpack'>, 'unknown' | 'late'> {
  const flow = flowFields(told.flow)
  const source = sourceOf(use, told.sourceClass)
  const description = use.slot?.description
  const objectPart = objectOf(use, object, told.objectClass)
  const socket = object?.kind === 'socket' ? socketOf(object) : undefined
  return {
    ...use.detpack,
    sensor: { run: frame.run },
    resources: { digest: frame.digest },
    ...(frame.task && { task: frame.task }),
    process: { image: moment.process.image },
    ...(objectPart && { object: { ...use.detpack?.object, ...objectPart } }),
    ...(description && { description: { id: description.id } }),
    ...(source && { source }),
    ...descriptorOf(use),
    ...(socket && { socket }),
    ...(flow && { flow }),
    route: use.route ?? 'syscall',
    ...(moment.call.name !== '' && { syscall: moment.call.name }),
    use: { count: 1, ...(use.bytes !== undefined && { bytes: use.bytes }) },
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
  objectClass: string | undefined,
): UsePart<'detpack'>['object'] {
  const { target } = use
  const process = target && {
    process: {
      pid: target.pid,
      ...(target.process && { entity_id: target.process.entityId }),
      ...(target.process?.name !== undefined && { name: target.process.name }),
      ...(target.process?.executable !== undefined && { executable: target.process.executable }),
    },
  }
  if (object === undefined && target)
    return { kind: 'process', ...(target.process && { id: target.process.entityId }), ...process }
  // Of a failed call the path is all there is.
  if (object === undefined) return objectClass === undefined ? undefined : { identity: 'string', class: objectClass }
  return {
    id: object.id,
    kind: object.kind,
    identity: object.identity,
    ...(objectClass !== undefined && { class: objectClass }),
    ...process,
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
    descriptor: { number: use.taken.descriptor },
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

/** RFC 3339 with microseconds. */
export function timeText(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000)
  const fraction = String(micros - seconds * 1_000_000).padStart(6, '0')
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}Z`
}
