import type { EventValues } from '../../event/event-values.ts'
import type { JsonObject } from '../../event/field.ts'
import type { LineTaker, NdjsonLine } from '../../event/ndjson.ts'
import { recordReader, type RecordOptions } from '../../event/record-reader.ts'
import type { EventRecord, Time } from '../../event/record.ts'
import { EventScan } from '../../event/scan/event-scan.ts'
import { LOST, lostBefore, RUN, runOf, WATERMARK, watermarkOf } from '../../event/stream-line.ts'
import type { Correlator } from './correlator.ts'

const ASKED = [RUN, LOST, WATERMARK]
const [AT_RUN, AT_LOST, AT_WATERMARK] = [0, 1, 2]

/** Looks at each event beside the rules. */
export interface Onlooker {
  /** The fields that it looks at. */
  readonly fields: readonly string[]
  /** @param places where the values of its fields are, in their order */
  see(values: EventValues, places: readonly number[], time: Time | null, line: number): void
  seeRecord(event: EventRecord): void
}

/**
 * Gives the lines of a stream to a correlator: events with the run they come from, watermarks, and counts of losses. Most
 * lines are looked at as they stand; an object is made only of one that a rule matches.
 */
export class StreamLines implements LineTaker {
  readonly #correlator: Correlator
  readonly #scan: EventScan
  readonly #toRecord: (fields: JsonObject, line: number) => EventRecord
  readonly #onlooker: Onlooker | undefined
  readonly #places: readonly number[]
  #lost = 0

  constructor(correlator: Correlator, records: RecordOptions = {}, onlooker?: Onlooker) {
    this.#correlator = correlator
    this.#onlooker = onlooker
    this.#scan = new EventScan(correlator.set, [...ASKED, ...(onlooker?.fields ?? [])], records)
    this.#places = this.#scan.keptPlaces.slice(ASKED.length)
    this.#toRecord = recordReader(records)
  }

  /** Uses that were lost before they were numbered, as far as the lines say so. */
  get lost(): number {
    return this.#lost
  }

  turn(bytes: Uint8Array): void {
    this.#scan.turn(bytes)
  }

  skim(start: number, line: number, longest: number): number {
    const scan = this.#scan
    const end = scan.read(start, longest)
    // Rare ones are read whole.
    if (end === -1 || scan.first(AT_WATERMARK) !== undefined || scan.first(AT_LOST) !== undefined) return -1
    this.#onlooker?.see(scan.values, this.#places, scan.time(), line)
    const places = this.#correlator.set.match(scan.values)
    const run = scan.first(AT_RUN)
    const event = places.length > 0 ? scan.record(line) : scan.unread(line)
    this.#correlator.take(event, places, typeof run === 'string' ? run : '')
    return end
  }

  take({ object, line }: NdjsonLine): void {
    const mark = watermarkOf(object)
    if (mark !== undefined) return this.#correlator.watermark(mark.time, mark.run)
    this.#lost += lostBefore(object)
    const event = this.#toRecord(object, line)
    this.#onlooker?.seeRecord(event)
    this.#correlator.push(event, runOf(object))
  }
}
