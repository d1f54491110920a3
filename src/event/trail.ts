import type { Alert } from './alert.ts'
import type { EventValues } from './event-values.ts'
import type { EventRecord, Time } from './record.ts'
import { HOP_FIELDS, hopReader, movedBy, Travel, type HopField } from './travel.ts'

/** So many events are remembered, the latest: some 15 MiB of them as the sensor writes them. */
const MOST = 1 << 13

const NAMES = Object.keys(HOP_FIELDS) as readonly HopField[]

/** Where the event that is looked at can be had whole. */
interface Whole {
  record(line: number): EventRecord
}

interface Remembered {
  readonly objects: readonly string[]
  readonly event: EventRecord
}

/**
 * Remembers, of a stream that goes by but once, the events that may tell how the classed objects of an alert travelled
 * (`Travel`). Memory is bounded by their number: where much has moved since, the oldest hops of a long chain are not told.
 */
export class Trail {
  readonly fields: readonly string[] = NAMES.map((name) => HOP_FIELDS[name])
  readonly #most: number
  readonly #remembered: Remembered[] = []
  #next = 0

  constructor(most = MOST) {
    this.#most = most
  }

  see(values: EventValues, places: readonly number[], _time: Time | null, line: number, whole: Whole): void {
    const objects = objectsIn((field) => textsOf(values, places[NAMES.indexOf(field)] ?? -1))
    if (objects.length > 0) this.#remember({ objects, event: whole.record(line) })
  }

  seeRecord(event: EventRecord): void {
    const objects = objectsIn(hopReader(event.fields))
    if (objects.length > 0) this.#remember({ objects, event })
  }

  /** The alerts with their hops, as far as they are remembered. */
  along(alerts: readonly Alert[]): readonly Alert[] {
    const travel = new Travel(alerts)
    for (const { objects, event } of this.#remembered) if (travel.isAbout(objects)) travel.see(event)
    return alerts.map((alert) => ({ ...alert, hops: travel.of(alert) }))
  }

  #remember(one: Remembered): void {
    this.#remembered[this.#next] = one
    this.#next = (this.#next + 1) % this.#most
  }
}

/** Only what is classed, or holds something of what is, can be of an alert. */
function objectsIn(read: (field: HopField) => readonly string[]): readonly string[] {
  const moved = movedBy(read)
  return moved.length > 0 && (read('class').length > 0 || read('flow').length > 0) ? moved : []
}

function textsOf(values: EventValues, field: number): readonly string[] {
  const texts: string[] = []
  for (let value = field === -1 ? -1 : values.firstOf(field); value !== -1; value = values.nextOf(value))
    texts.push(values.ownTextOf(value))
  return texts
}
