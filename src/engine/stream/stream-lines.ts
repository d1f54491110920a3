import type { EventValues } from '../../event/event-values.ts'
import type { JsonObject } from '../../event/field.ts'
import type { LineTaker, NdjsonLine } from '../../event/ndjson.ts'
import { recordReader, type RecordOptions } from '../../event/record-reader.ts'
import type { EventRecord, Time } from '../../event/record.ts'
import { EventScan } from '../../event/scan/event-scan.ts'
import { LOST, lostBefore, RUN, runOf, WATERMARK, watermarkOf } from '../../event/stream-line.ts'
import type { Correlator } from './correlator.ts'
import type { PredicateSet } from './predicate-set.ts'

/** What the lines are given to. */
export interface LineReceiver extends Pick<Correlator, 'push' | 'take' | 'pass' | 'watermark'> {
  /** What is looked for in events; undefined while that is not one thing, so that they have to be read whole. */
  readonly set: PredicateSet | undefined
}

const ASKED = [RUN, LOST, WATERMARK]
const [AT_RUN, AT_LOST, AT_WATERMARK] = [0, 1, 2]

/** Looks at each event beside the rules. */
export interface Onlooker {
  /** The fields that it looks at. */
  readonly fields: readonly string[]
  /** @param places where the values of its fields are, in their order @param whole where the event can be had whole */
  see(values: EventValues, places: readonly number[], time: Time | null, line: number, whole: EventScan): void
  seeRecord(event: EventRecord): void
}

interface Scan {
  /** For what was looked for when it was made. */
  readonly set: PredicateSet
  readonly events: EventScan
  /** With the places of their fields. */
  readonly onlookers: readonly (readonly [Onlooker, readonly number[]])[]
}

/**
 * Gives the lines of a stream to a correlator: events with the run they come from, watermarks, and counts of losses. Most
 * lines are looked at as they stand; an object is made only of one that a rule matches.
 */
export class StreamLines implements LineTaker {
  readonly #correlator: LineReceiver
  readonly #records: RecordOptions
  #scan: Scan | undefined
  readonly #toRecord: (fields: JsonObject, line: number) => EventRecord
  readonly #onlookers: readonly Onlooker[]
  #lost = 0

  constructor(correlator: LineReceiver, records: RecordOptions = {}, onlookers: readonly Onlooker[] = []) {
    this.#correlator = correlator
    this.#records = records
    this.#onlookers = onlookers
    this.#toRecord = recordReader(records)
  }

  /** Uses that were lost before they were numbered, as far as the lines say so. */
  get lost(): number {
    return this.#lost
  }

  turn(bytes: Uint8Array): void {
    const { set } = this.#correlator
    if (set !== this.#scan?.set) this.#scan = set && this.#scanFor(set)
    this.#scan?.events.turn(bytes)
  }

  skim(start: number, line: number, longest: number): number {
    if (this.#scan === undefined) return -1
    const { set, events: scan, onlookers } = this.#scan
    const end = scan.read(start, longest)
    // Rare ones are read whole.
    if (end === -1 || scan.first(AT_WATERMARK) !== undefined || scan.first(AT_LOST) !== undefined) return -1
    const time = scan.time()
    for (const [onlooker, places] of onlookers) onlooker.see(scan.values, places, time, line, scan)
    const places = set.match(scan.values)
    const run = scan.first(AT_RUN)
    const source = typeof run === 'string' ? run : ''
    if (places.length > 0) this.#correlator.take(scan.record(line), places, source)
    else this.#correlator.pass(scan, time, source)
    return end
  }

  #scanFor(set: PredicateSet): Scan {
    const fields = this.#onlookers.flatMap((onlooker) => onlooker.fields)
    const events = new EventScan(set, [...ASKED, ...fields], this.#records)
    const places = events.keptPlaces.slice(ASKED.length)
    const onlookers = this.#onlookers.map((one) => [one, places.splice(0, one.fields.length)] as const)
    return { set, events, onlookers }
  }

  take({ object, line }: NdjsonLine): void {
    const mark = watermarkOf(object)
    if (mark !== undefined) return this.#correlator.watermark(mark.time, mark.run)
    this.#lost += lostBefore(object)
    const event = this.#toRecord(object, line)
    for (const onlooker of this.#onlookers) onlooker.seeRecord(event)
    this.#correlator.push(event, runOf(object))
  }
}
