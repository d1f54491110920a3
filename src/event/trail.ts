import type { Action } from './action.ts'
import { withHops, type Alert } from './alert.ts'
import type { EventValues } from './event-values.ts'
import { HOP_FIELDS, hopReader, isRequest, leavesTo, movedBy, type HopField } from './hop.ts'
import type { EventRecord, Time } from './record.ts'
import { Memory, type Remembered } from './trail-memory.ts'
import { Travel } from './travel.ts'

/** So many events are remembered, the latest: some 15 MiB of them as the sensor writes them. */
const MOST = 1 << 13
/** So many sends beyond the host, and requests, beside them: a server serves whoever asks, which is not to displace what else moved. */
const MOST_SENDS = 1 << 11
/** The first of what a process does again and again to an object in so long tells as much as all of it, ms. */
const ALIKE = 1000
/** As far back as that is looked for. */
const LOOKED_AT = 8

/** What an alert's data may be seen in later. */
const LEADS_ON: ReadonlySet<string> = new Set<Action>(['network_send', 'file_write'])

const NAMES = Object.keys(HOP_FIELDS) as readonly HopField[]

/** Where the event that is looked at can be had whole. */
interface Whole {
  record(line: number): EventRecord
}

/**
 * Remembers, of a stream that goes by but once, the events that may tell how the classed objects of an alert travelled
 * (`Travel`). Memory is bounded by their number: where much has moved since, the oldest hops of a long chain are not told.
 */
export class Trail {
  readonly fields: readonly string[] = NAMES.map((name) => HOP_FIELDS[name])
  readonly #moves: Memory
  readonly #sends: Memory
  readonly #requests: Memory
  #now = -Infinity
  #line = 0

  constructor(most = MOST, mostSends = MOST_SENDS) {
    this.#moves = new Memory(most)
    this.#sends = new Memory(mostSends)
    this.#requests = new Memory(mostSends)
  }

  /** The time of the event that came last, ms since 1970: not the latest, which a clock that was set would keep ahead. */
  get now(): number {
    return this.#now
  }

  /** The line of the event that came last. */
  get line(): number {
    return this.#line
  }

  /** Whether, after a line, somebody sent something beyond the host, or wrote something, who holds one of these objects. */
  hasGoneOn(objects: ReadonlySet<string>, line: number): boolean {
    const isLater = ({ action, event }: Remembered): boolean => event.line > line && LEADS_ON.has(action)
    return [...objects].some((id) => [this.#sends, this.#moves].some((memory) => memory.of(id).some(isLater)))
  }

  see(values: EventValues, places: readonly number[], time: Time | null, line: number, whole: Whole): void {
    this.#line = line
    const read = (place: number): readonly string[] => textsOf(values, places[place] ?? -1)
    this.#look(
      (field) => read(NAMES.indexOf(field)),
      time,
      () => whole.record(line),
    )
  }

  seeRecord(event: EventRecord): void {
    this.#line = event.line
    this.#look(hopReader(event.fields), event.time, () => event)
  }

  /** The alerts with their hops, as far as they are remembered; those that they have already stay. */
  along(alerts: readonly Alert[]): readonly Alert[] {
    const travel = new Travel(alerts)
    const memories = [this.#moves, this.#sends, this.#requests]
    const about = new Set([...travel.objects].flatMap((id) => memories.flatMap((memory) => memory.of(id))))
    for (const { event, objects } of about) travel.take(event, objects)
    return alerts.map((alert) => withHops(alert, travel.of(alert)))
  }

  #look(read: (field: HopField) => readonly string[], time: Time | null, whole: () => EventRecord): void {
    if (time !== null) this.#now = time
    const objects = movedBy(read)
    if (objects.length === 0) return
    const [action = ''] = read('action')
    const [process = ''] = read('process')
    const memory = this.#memoryFor(read)
    const isAsking = memory === this.#requests
    if (isAsking ? this.#isAskedAgain(objects, time) : this.#isAlike(memory, objects, action, process, time)) return
    const takes = (action === 'file_read' || action === 'file_map') && read('class').length > 0
    memory.add({ objects, action, process, takes, event: whole(), forgotten: false })
  }

  #memoryFor(read: (field: HopField) => readonly string[]): Memory {
    if (read('action')[0] === 'network_connect' || isRequest(read)) return this.#requests
    return leavesTo(read) === '' ? this.#moves : this.#sends
  }

  /** The client that asked last asks for more. */
  #isAskedAgain([socket, asked = '']: readonly string[], time: Time | null): boolean {
    const before = this.#requests.of(asked).at(-1)
    return before?.objects[0] === socket && (before?.event.time ?? 0) > (time ?? 0) - ALIKE
  }

  /** The same was done with each of these objects a moment ago, and nobody has taken the data of one since. */
  #isAlike(memory: Memory, objects: readonly string[], action: string, process: string, time: Time | null): boolean {
    const since = (time ?? 0) - ALIKE
    return objects.every((id) => {
      const isSame = (one: Remembered): boolean =>
        (one.event.time ?? 0) > since &&
        one.action === action &&
        one.process === process &&
        one.objects[0] === objects[0]
      const before = latest(memory.of(id), isSame)
      if (before === undefined) return false
      const isTaking = ({ takes, objects: [object], event }: Remembered): boolean =>
        takes && object === id && event.line > before.event.line
      return latest(this.#moves.of(id), isTaking) === undefined
    })
  }
}

/** The latest of the last few that is such a one. */
function latest(known: readonly Remembered[], is: (one: Remembered) => boolean): Remembered | undefined {
  for (let at = known.length - 1; at >= Math.max(0, known.length - LOOKED_AT); at--) {
    const one = known[at]
    if (one !== undefined && is(one)) return one
  }
  return undefined
}

function textsOf(values: EventValues, field: number): readonly string[] {
  const texts: string[] = []
  for (let value = field === -1 ? -1 : values.firstOf(field); value !== -1; value = values.nextOf(value))
    texts.push(values.ownTextOf(value))
  return texts
}
