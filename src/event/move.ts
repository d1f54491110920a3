import type { Action } from './action.ts'
import { exactText, fieldReader } from './field.ts'
import { hopReader, isRequest, leavesTo } from './hop.ts'
import { parseTime, type EventRecord } from './record.ts'

/** When something was: milliseconds since 1970, then the order in which it was told. */
export interface Moment {
  readonly time: number
  readonly order: number
}

/** What a use does to an object, as far as hops are concerned. */
export type MoveKind =
  /** The process gets its data: read, mapped, received. */
  | 'taken'
  /** The process gets a descriptor, and may get its data: opened, received, taken from another, duplicated. */
  | 'had'
  /** Data of the process goes there: written, sent. */
  | 'put'
  /** It gets a name: renamed, linked. */
  | 'named'
  /** A descriptor of it is sent. */
  | 'given'
  | 'other'

/** What a use says of how an object travels, at its end. Texts are empty where the event does not say it. */
export interface Move extends Moment {
  readonly event: EventRecord
  readonly kind: MoveKind
  readonly action: string
  /** The first of the uses that were folded into it. */
  readonly began: Moment
  /** Nothing was moved: the end of a file. */
  readonly empty: boolean
  /** The same for all that one call did; empty where its exact time is not told. */
  readonly call: string
  readonly process: string
  readonly parent: string
  /** When the process was born. */
  readonly born: Moment
  readonly object: string
  /** A file of any sort, not a socket, a pipe or a process. */
  readonly isFile: boolean
  readonly isPipe: boolean
  readonly isSocket: boolean
  /** When the descriptor was opened, ms since 1970; long ago where that is not told. */
  readonly opened: number
  /**
   * Where its data is until somebody takes it: the object; of a UNIX socket both ends, in their order, or, where nobody is
   * connected, the path that datagrams are sent to; else empty.
   */
  readonly channel: string
  /** Where sendfile, splice or copy_file_range took it from. */
  readonly source: string
  readonly sourceIsFile: boolean
  readonly path: string
  /** The name that its file had before, or has beside it, where it is a link. */
  readonly previousPath: string
  /** Who is at the other end of a UNIX socket, or had the descriptor before. */
  readonly peer: string
  /** Where it sends to beyond this host (`destinationOf`). */
  readonly destination: string
  /** The address of the client beyond this host that asks for something by it. */
  readonly client: string
  /** The open file descriptions that it used. */
  readonly descriptions: readonly string[]
  /** The classed objects that the process holds after it. */
  readonly flow: readonly string[]
}

const KINDS: Readonly<Partial<Record<Action, MoveKind>>> = {
  file_read: 'taken',
  file_map: 'taken',
  network_receive: 'taken',
  file_open: 'had',
  descriptor_receive: 'had',
  descriptor_take: 'had',
  descriptor_duplicate: 'had',
  file_write: 'put',
  network_send: 'put',
  file_rename: 'named',
  descriptor_send: 'given',
}
const FILES: ReadonlySet<string> = new Set(['file', 'memfd', 'directory'])

const readers = {
  process: fieldReader('process.entity_id'),
  parent: fieldReader('process.parent.entity_id'),
  born: fieldReader('process.start'),
  began: fieldReader('event.start'),
  source: fieldReader('detpack.source.object.id'),
  sourceKind: fieldReader('detpack.source.object.kind'),
  previousPath: fieldReader('detpack.file.previous_path'),
  target: fieldReader('file.target_path'),
  peer: fieldReader('detpack.peer.entity_id'),
  from: fieldReader('detpack.descriptor.from'),
  description: fieldReader('detpack.description.id'),
  sourceDescription: fieldReader('detpack.source.description.id'),
  bytes: fieldReader('detpack.use.bytes'),
  boot: fieldReader('detpack.time.boot'),
  opened: fieldReader('detpack.descriptor.opened_at'),
  sender: fieldReader('source.ip'),
  socketPath: fieldReader('destination.address'),
} as const

/** @param event with a time */
export function moveOf(event: EventRecord): Move {
  const hop = hopReader(event.fields)
  const [action = ''] = hop('action')
  const [object = ''] = hop('object')
  const [objectKind = ''] = hop('kind')
  const text = (name: keyof typeof readers): string => {
    const [value] = readers[name](event.fields)
    return value === undefined ? '' : exactText(value)
  }
  const [process, peer, description] = [text('process'), text('peer') || text('from'), text('description')]
  const kind = action === 'file_create' ? (description === '' ? 'named' : 'had') : (KINDS[action as Action] ?? 'other')
  const end = { time: event.time ?? 0, order: event.sequence ?? event.line }
  const began = parseTime(text('began'))
  const socketPath = hop('family')[0] === 'unix' ? text('socketPath') : ''
  const ends = kind === 'put' ? [process, peer] : [peer, process]
  return {
    ...end,
    event,
    kind,
    action,
    began: began === undefined || began >= end.time ? end : { time: began, order: -Infinity },
    empty: text('bytes') === '0',
    call: text('boot') === '' ? '' : `${text('boot')} ${process}`,
    process,
    parent: text('parent'),
    born: { time: parseTime(text('born')) ?? -Infinity, order: Infinity },
    object,
    isFile: FILES.has(objectKind),
    isPipe: objectKind === 'pipe',
    isSocket: objectKind === 'socket',
    opened: parseTime(text('opened')) ?? -Infinity,
    channel: objectKind === 'socket' ? (peer === '' ? socketPath : ends.join(' ')) : object,
    source: text('source'),
    sourceIsFile: FILES.has(text('sourceKind')),
    path: hop('path')[0] ?? '',
    previousPath: text('previousPath') || text('target'),
    peer,
    destination: leavesTo(hop),
    client: isRequest(hop) ? text('sender') : '',
    descriptions: [description, text('sourceDescription')].filter((id) => id !== ''),
    flow: hop('flow'),
  }
}

/** Which was sooner: negative, where `a` was. */
export function compareMoments(a: Moment, b: Moment): number {
  if (a.time !== b.time) return a.time - b.time
  // Orders may be infinite.
  return a.order === b.order ? 0 : a.order < b.order ? -1 : 1
}

/** Until when something matters, by its name: the latest that was said of it. */
export class Until {
  readonly #moments = new Map<string, Moment>()
  /** Raised whenever something matters longer than it was known. */
  changes = 0

  /** Whether that is longer than it was known. */
  set(name: string, moment: Moment): boolean {
    const known = this.#moments.get(name)
    if (name === '' || (known !== undefined && compareMoments(known, moment) >= 0)) return false
    this.#moments.set(name, moment)
    this.changes++
    return true
  }

  /** The earlier of the two, where the name matters after the first; else undefined. */
  within(name: string, from: Moment, to: Moment): Moment | undefined {
    const until = this.#moments.get(name)
    if (until === undefined || compareMoments(from, until) >= 0) return undefined
    return compareMoments(to, until) < 0 ? to : until
  }
}
