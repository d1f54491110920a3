import type { Action } from './action.ts'
import { DESTINATION_FIELDS, destinationOf, isFromClient } from './destination.ts'
import { exactText, fieldReader, type JsonObject } from './field.ts'

/** Uses that give a process a descriptor of a file, or a file a name. */
const NAMING: ReadonlySet<string> = new Set<Action>(['file_open', 'file_create', 'file_rename'])
/** Uses by which a descriptor goes from one process to another, whatever it is of. */
const PASSING: ReadonlySet<string> = new Set<Action>(['descriptor_send', 'descriptor_receive', 'descriptor_take'])
/** Uses that move data. */
const CARRYING: ReadonlySet<string> = new Set<Action>([
  'file_write',
  'file_read',
  'file_map',
  'network_send',
  'network_receive',
])
/** What keeps data until somebody reads it. */
const CARRIERS: ReadonlySet<string> = new Set(['pipe', 'file', 'memfd'])

/** The fields that tell whether an event can be a hop. */
export const HOP_FIELDS = {
  action: 'event.action',
  object: 'detpack.object.id',
  kind: 'detpack.object.kind',
  class: 'detpack.object.class',
  flow: 'detpack.flow.object.id',
  family: 'detpack.socket.family',
  path: 'file.path',
  process: 'process.entity_id',
  peer: 'detpack.peer.entity_id',
  ...DESTINATION_FIELDS,
} as const
export type HopField = keyof typeof HOP_FIELDS

const readers: Readonly<Record<HopField, ReturnType<typeof fieldReader>>> = {
  action: fieldReader(HOP_FIELDS.action),
  object: fieldReader(HOP_FIELDS.object),
  kind: fieldReader(HOP_FIELDS.kind),
  class: fieldReader(HOP_FIELDS.class),
  flow: fieldReader(HOP_FIELDS.flow),
  family: fieldReader(HOP_FIELDS.family),
  path: fieldReader(HOP_FIELDS.path),
  process: fieldReader(HOP_FIELDS.process),
  peer: fieldReader(HOP_FIELDS.peer),
  address: fieldReader(HOP_FIELDS.address),
  port: fieldReader(HOP_FIELDS.port),
  ownPort: fieldReader(HOP_FIELDS.ownPort),
}

/** The texts of one field of an event. */
export function hopReader(event: JsonObject): (field: HopField) => readonly string[] {
  return (field) => readers[field](event).map(exactText)
}

/**
 * What an event may be a hop of, each once: the id of its object, or where it sends to beyond this host; where data or a
 * descriptor moves, the ids of what the process holds; where a file is changed, its path, since who renames it tells only
 * names; where a process is asked for something, or reads a pipe, what that is to the process (`askedOf`, `toldTo`); of a
 * connection within the host who has it (`between`). None: it is no hop, or nothing that is classed is in it.
 *
 * @param read gives the texts of one field
 */
export function movedBy(read: (field: HopField) => readonly string[]): readonly string[] {
  const [action = ''] = read('action')
  const [process = ''] = read('process')
  if (isRequest(read)) return [...read('object').slice(0, 1), askedOf(process)]
  if (action === 'network_connect') return connectedBy(read, process)
  const names = NAMING.has(action)
  const to = leavesTo(read)
  if (to === '' && !names && !PASSING.has(action) && !isCarrying(action, read)) return []
  const flow = read('flow')
  if (flow.length === 0 && read('class').length === 0) return []
  if (to !== '') return [to, ...flow]
  const changes = action === 'file_write' || action === 'file_create' || action === 'file_rename'
  const tells = action === 'file_read' && read('kind')[0] === 'pipe'
  const own = [...read('object').slice(0, 1), ...(changes ? read('path').slice(0, 1) : [])]
  return [...new Set([...own, ...(names ? [] : flow), ...(tells ? [toldTo(process)] : [])])]
}

/** A connection that may pass descriptors on. */
function connectedBy(read: (field: HopField) => readonly string[], process: string): readonly string[] {
  const [peer = ''] = read('peer')
  if (peer === '' || read('family')[0] !== 'unix') return []
  return [...read('object').slice(0, 1), between(process, peer)]
}

/** What the connections of two processes are found by. */
export function between(one: string, other: string): string {
  return `between ${[one, other].sort().join(' ')}`
}

/** What requests to a process are found by. */
export function askedOf(process: string): string {
  return `asked of ${process}`
}

/** What the pipes that a process reads are found by. */
export function toldTo(process: string): string {
  return `told to ${process}`
}

/** Whether a server receives what a client beyond this host asks for. */
export function isRequest(read: (field: HopField) => readonly string[]): boolean {
  return read('action')[0] === 'network_receive' && isFromClient(read)
}

/** Where a send goes beyond this host (`destinationOf`); empty: it stays, or is no send. */
export function leavesTo(read: (field: HopField) => readonly string[]): string {
  return read('action')[0] === 'network_send' ? destinationOf(read) : ''
}

/** Sockets carry within the host (`unix`) only. A second descriptor counts of a pipe: the programs of a shell get theirs so. */
function isCarrying(action: string, read: (field: HopField) => readonly string[]): boolean {
  if (action === 'descriptor_duplicate') return read('kind')[0] === 'pipe'
  if (!CARRYING.has(action)) return false
  const [kind = ''] = read('kind')
  return kind === 'socket' ? read('family')[0] === 'unix' : CARRIERS.has(kind)
}
