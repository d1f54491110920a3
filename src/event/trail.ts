import type { Alert } from './alert.ts'
import type { EventValues } from './event-values.ts'
import { exactText, fieldReader } from './field.ts'
import { HOP_FIELDS, hopReader, movedBy, type HopField } from './hop.ts'
import type { EventRecord, Time } from './record.ts'
import { Travel } from './travel.ts'

/** So many events are remembered, the latest: some 15 MiB of them as the sensor writes them. */
const MOST = 1 << 13
/** So many of one object, so that what an alert costs is bounded as well. */
const MOST_OF_ONE = 256
/** The first of what a process does again and again to an object in so long tells as much as all of it, ms. */
const ALIKE = 1000
/** As far back as that is looked for. */
const LOOKED_AT = 8

const NAMES = Object.keys(HOP_FIELDS) as readonly HopField[]
const PROCESS = 'process.entity_id'
const processOf = fieldReader(PROCESS)

/** Where the event that is looked at can be had whole. */
interface Whole {
  record(line: number): EventRecord
}

interface Remembered {
  readonly objects: readonly string[]
  readonly action: string
  readonly process: string
  /** The data of its object, which is classed, was taken: what is done afterwards is not the same as before. */
  readonly takes: boolean
  readonly event: EventRecord
  forgotten: boolean
}

/**
 * Remembers, of a stream that goes by but once, the events that may tell how the classed objects of an alert travelled
 * (`Travel`). Memory is bounded by their number: where much has moved since, the oldest hops of a long chain are not told.
 */
export class Trail {
  readonly fields: readonly string[] = [...NAMES.map((name) => HOP_FIELDS[name]), PROCESS]
  readonly #most: number
  /** Written round and round. */
  readonly #all: Remembered[] = []
  readonly #ofObject = new Map<string, Remembered[]>()
  #next = 0

  constructor(most = MOST) {
    this.#most = most
  }

  see(values: EventValues, places: readonly number[], time: Time | null, line: number, whole: Whole): void {
    const read = (place: number): readonly string[] => textsOf(values, places[place] ?? -1)
    this.#look(
      (field) => read(NAMES.indexOf(field)),
      () => read(NAMES.length),
      time,
      () => whole.record(line),
    )
  }

  seeRecord(event: EventRecord): void {
    const process = (): readonly string[] => processOf(event.fields).map(exactText)
    this.#look(hopReader(event.fields), process, event.time, () => event)
  }

  /** The alerts with their hops, as far as they are remembered. */
  along(alerts: readonly Alert[]): readonly Alert[] {
    const travel = new Travel(alerts)
    const about = new Set([...travel.objects].flatMap((id) => this.#ofObject.get(id) ?? []))
    for (const { event, objects } of about) travel.take(event, objects)
    return alerts.map((alert) => ({ ...alert, hops: travel.of(alert) }))
  }

  #look(
    read: (field: HopField) => readonly string[],
    processes: () => readonly string[],
    time: Time | null,
    whole: () => EventRecord,
  ): void {
    const objects = movedBy(read)
    if (objects.length === 0) return
    const [action = ''] = read('action')
    const [process = ''] = processes()
    if (this.#isAlike(objects, action, process, time)) return
    const takes = (action === 'file_read' || action === 'file_map') && read('class').length > 0
    this.#remember({ objects, action, process, takes, event: whole(), forgotten: false })
  }

  /** The same was done with each of these objects a moment ago, and nobody has taken the data of one since. */
  #isAlike(objects: readonly string[], action: string, process: string, time: Time | null): boolean {
    const since = (time ?? 0) - ALIKE
    return objects.every((id) => {
      const known = this.#ofObject.get(id) ?? []
      for (let at = known.length - 1; at >= Math.max(0, known.length - LOOKED_AT); at--) {
        const one = known[at]
        if (one === undefined || (one.event.time ?? 0) <= since) return false
        if (one.action === action && one.process === process && one.objects[0] === objects[0]) return true
        if (one.takes && one.objects[0] === id) return false
      }
      return false
    })
  }

  #remember(one: Remembered): void {
    const oldest = this.#all[this.#next]
    if (oldest !== undefined) this.#forget(oldest)
    this.#all[this.#next] = one
    this.#next = (this.#next + 1) % this.#most
    for (const id of one.objects) {
      const known = this.#ofObject.get(id)
      if (known === undefined) this.#ofObject.set(id, [one])
      else if (known.push(one) > MOST_OF_ONE) known.shift()
    }
  }

  /** Those of one object stand in the order in which they came. */
  #forget(oldest: Remembered): void {
    oldest.forgotten = true
    for (const id of oldest.objects) {
      const known = this.#ofObject.get(id) ?? []
      while (known[0]?.forgotten === true) known.shift()
      if (known.length === 0) this.#ofObject.delete(id)
    }
  }
}

function textsOf(values: EventValues, field: number): readonly string[] {
  const texts: string[] = []
  for (let value = field === -1 ? -1 : values.firstOf(field); value !== -1; value = values.nextOf(value))
    texts.push(values.ownTextOf(value))
  return texts
}
