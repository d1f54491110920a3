import type { EventFilter } from '../event/event-filter.ts'
import type { JsonObject, Scalar } from '../event/field.ts'
import type { LineTaker, NdjsonLine } from '../event/ndjson.ts'
import { ObjectValues } from '../event/object-values.ts'
import { EventScan } from '../event/scan/event-scan.ts'
import { LOST, lostBefore, WATERMARK, watermarkOf } from '../event/stream-line.ts'
import { HEAD_FIELDS, headFrom, headOf } from './event-head.ts'
import type { EventHead } from './spool/chunk.ts'

/** What lines are told to, in their order. Their bytes are good until it returns. */
export interface LineSink {
  /** An event, and whether it is sent. */
  event(head: EventHead, line: Buffer, isSent: boolean): void
  /** One that can never be delivered under its own identity, and why. */
  nameless(line: Buffer, why: string): void
}

const ASKED = [LOST, WATERMARK, ...HEAD_FIELDS]
const [AT_LOST, AT_WATERMARK, AT_HEAD] = [0, 1, 2]
const PASSING: ReadonlySet<string> = new Set(['event.id', '@timestamp'])
const CARRIAGE_RETURN = 0x0d

/**
 * Tells of each line what event it is and whether it is sent: what the filter needs, what tells of losses, of the sensor
 * and of tasks. Most lines are looked at as they stand in the bytes; objects are made of the others only.
 */
export class SentLines implements LineTaker {
  readonly #filter: EventFilter
  readonly #sink: LineSink
  readonly #scan: EventScan
  readonly #objects: ObjectValues
  /** Where the values are that a head is made of. */
  readonly #head: readonly number[]
  #bytes: Buffer = Buffer.alloc(0)

  constructor(filter: EventFilter, sink: LineSink) {
    this.#filter = filter
    this.#sink = sink
    this.#scan = new EventScan(filter, ASKED)
    this.#objects = new ObjectValues(filter.fields, filter.every)
    this.#head = this.#scan.keptPlaces.slice(AT_HEAD)
  }

  turn(bytes: Uint8Array): void {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#scan.turn(bytes)
  }

  skim(start: number, _line: number, longest: number): number {
    const scan = this.#scan
    const end = scan.read(start, longest)
    // Rare ones are read whole.
    if (end === -1 || scan.first(AT_WATERMARK) !== undefined || scan.first(AT_LOST) !== undefined) return -1
    const text = this.#bytes.subarray(start, this.#bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end)
    const { values } = scan
    const head = headFrom(this.#head.map((field, place) => this.#first(field, place)))
    if (typeof head === 'string') this.#sink.nameless(text, head)
    else this.#sink.event(head, text, isOfSensor(head) || this.#filter.needs(values))
    return end
  }

  /** Ids and times are new each time; of the others few are told again and again. */
  #first(field: number, place: number): Scalar | undefined {
    if (!PASSING.has(HEAD_FIELDS[place] ?? '')) return this.#scan.first(AT_HEAD + place)
    const { values } = this.#scan
    const first = values.firstOf(field)
    return first === -1 ? undefined : values.valueOf(first)
  }

  take({ object, text }: NdjsonLine): void {
    if (watermarkOf(object) !== undefined) return
    const head = headOf(object)
    const line = Buffer.from(text)
    if (typeof head === 'string') this.#sink.nameless(line, head)
    else this.#sink.event(head, line, isOfSensor(head) || lostBefore(object) > 0 || this.#needs(object))
  }

  #needs(event: JsonObject): boolean {
    this.#objects.turn(event)
    return this.#filter.needs(this.#objects)
  }
}

/** What tells of the sensor and of tasks: without it silence could not be told from peace. */
function isOfSensor({ action }: EventHead): boolean {
  return action.startsWith('sensor_') || action.startsWith('task_')
}
