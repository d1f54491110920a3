import type { JsonObject } from '../../event/field.ts'
import type { LineTaker, NdjsonLine } from '../../event/ndjson.ts'
import { ObjectValues } from '../../event/object-values.ts'
import { recordReader, type RecordOptions } from '../../event/record-reader.ts'
import type { EventRecord, Time } from '../../event/record.ts'
import { EventScan } from '../../event/scan/event-scan.ts'
import type { Predicate } from '../../ir/predicate.ts'
import { PredicateSet } from './predicate-set.ts'

/** What is to be looked for in lines. It can be sent from one thread to another. */
export interface LineSearch {
  readonly predicates: readonly Predicate[]
  /** The fields that are asked for of what matches; undefined: all. */
  readonly kept: readonly string[] | undefined
  readonly records: RecordOptions
}

/** Takes what lines hold, in their order. */
export interface MatchSink {
  /** Each event. False: this one is not looked at. */
  event(id: string | null, time: Time | null): boolean
  /** One that matches the predicates of these places. */
  match(event: EventRecord, places: readonly number[]): void
}

/** Looks in lines for what matches, each by itself. */
export class LineMatcher implements LineTaker {
  readonly #kept: readonly string[] | undefined
  readonly #set: PredicateSet
  readonly #scan: EventScan
  readonly #objects: ObjectValues
  readonly #toRecord: (fields: JsonObject, line: number) => EventRecord
  readonly #sink: MatchSink

  /** @param set of the predicates, if it is there already */
  constructor({ predicates, kept, records }: LineSearch, sink: MatchSink, set = new PredicateSet(predicates)) {
    this.#kept = kept
    this.#set = set
    this.#scan = new EventScan(set, kept ?? [], records)
    this.#objects = new ObjectValues(set.fields, set.every)
    this.#toRecord = recordReader(records)
    this.#sink = sink
  }

  turn(bytes: Uint8Array): void {
    this.#scan.turn(bytes)
  }

  skim(start: number, line: number, longest: number): number {
    const scan = this.#scan
    const end = scan.read(start, longest)
    if (end === -1 || !this.#sink.event(scan.id(), scan.time())) return end
    const places = this.#set.match(scan.values)
    if (places.length > 0) this.#sink.match(this.#kept === undefined ? scan.record(line) : scan.excerpt(line), places)
    return end
  }

  take({ object, line }: NdjsonLine): void {
    this.push(this.#toRecord(object, line))
  }

  push(event: EventRecord): void {
    if (!this.#sink.event(event.id, event.time)) return
    this.#objects.turn(event.fields)
    const places = this.#set.match(this.#objects)
    if (places.length > 0) this.#sink.match(event, places)
  }
}
