import type { Json, JsonObject, Scalar } from '../field.ts'
import { timeFields, type RecordOptions } from '../record-reader.ts'
import { parseTime, type EventRecord, type Time } from '../record.ts'
import type { SeenIds } from '../seen-ids.ts'
import { LineScan } from './line-scan.ts'
import { Kind, type LineValues } from './line-values.ts'
import { RecentBytes } from './recent-bytes.ts'

/** The fields whose values are wanted, and whether those of all others are too. */
export interface Wanted {
  readonly fields: readonly string[]
  readonly every: boolean
}

/**
 * Reads lines as `recordReader` reads the objects that are in them, with some of their fields, and makes an object of a
 * line only when somebody asks for one.
 */
export class EventScan {
  /** Of the line that was read last: its values by the place of the field among those that were wanted. */
  readonly values: LineValues
  readonly #scan: LineScan
  readonly #times: readonly number[]
  readonly #sequence: number
  readonly #id: number
  readonly #kept: readonly (readonly [name: string, field: number])[]
  readonly #texts = new RecentBytes<string>()
  readonly #clock = new Clock()

  /** @param kept fields that a record keeps when it does not keep all */
  constructor({ fields: wanted, every }: Wanted, kept: readonly string[], options: RecordOptions = {}) {
    const fields = [...wanted]
    const place = (name: string): number => {
      const known = fields.indexOf(name)
      return known === -1 ? fields.push(name) - 1 : known
    }
    this.#times = timeFields(options).map(place)
    this.#sequence = place('event.sequence')
    this.#id = place('event.id')
    this.#kept = kept.map((name) => [name, place(name)])
    this.#scan = new LineScan(fields, every)
    this.values = this.#scan.values
  }

  /** Where the values of the kept fields are, in their order. */
  get keptPlaces(): readonly number[] {
    return this.#kept.map(([, place]) => place)
  }

  /** Turns to other bytes, or to the same that hold something else now. */
  turn(bytes: Uint8Array): void {
    this.#scan.turn(bytes)
  }

  /** As `LineScan.read`. */
  read(start: number, longest: number): number {
    return this.#scan.read(start, longest)
  }

  /** Null when it has none that can be read. */
  time(): Time | null {
    for (const field of this.#times) {
      const first = this.values.firstOf(field)
      if (first !== -1) return this.#clock.timeOf(this.values, first)
    }
    return null
  }

  sequence(): number | null {
    const first = this.values.firstOf(this.#sequence)
    const value = first === -1 ? null : this.values.valueOf(first)
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : null
  }

  id(): string | null {
    const first = this.values.firstOf(this.#id)
    const id = first === -1 ? '' : this.values.keep(first)
    return id === '' ? null : id
  }

  /** The line that was read last as a record, by itself in memory. */
  record(line: number): EventRecord {
    return new LineRecord(line, this.time(), this.sequence(), this.id(), this.#scan.keepLine())
  }

  /** Adds the id, if there is one, without making a text of it where it ends with a number. */
  addId(ids: SeenIds, time: number): boolean {
    const first = this.values.firstOf(this.#id)
    if (first === -1) return true
    const dash = this.values.kinds[first] === Kind.plain ? this.#dashOf(first) : -1
    if (dash === -1) {
      const id = this.values.keep(first)
      return id === '' || ids.add(id, time)
    }
    const { bytes, from, to } = this.values
    const begin = from[first] as number
    const run = this.#texts.find(bytes, begin, dash) ?? this.#texts.keep(this.values.decode(begin, dash))
    let number = 0
    for (let at = dash + 1; at < (to[first] as number); at++) number = 10 * number + digit(bytes, at)
    return ids.addNumber(run, number, time)
  }

  /** Of the dash before the number that a value ends with; -1: it does not end with one, or not as it is counted. */
  #dashOf(value: number): number {
    const { bytes } = this.values
    const from = this.values.from[value] as number
    const end = this.values.to[value] as number
    let at = end - 1
    while (at >= from && isDigit(bytes, at)) at--
    const length = end - 1 - at
    const isCounted = length === 1 || (length > 1 && length <= 15 && bytes[at + 1] !== 0x30)
    return isCounted && at >= from && bytes[at] === 0x2d ? at : -1
  }

  /** The same with the kept fields only, each under its whole name. */
  excerpt(line: number): EventRecord {
    const entries: [string, Json][] = []
    for (const [name, field] of this.#kept) {
      const found = this.#keep(field)
      const [only] = found
      if (only !== undefined) entries.push([name, found.length === 1 ? only : found])
    }
    const fields = Object.fromEntries(entries)
    return { line, time: this.time(), sequence: this.sequence(), id: this.id(), fields }
  }

  /** The first value of the kept field at this place among them. */
  first(place: number): Scalar | undefined {
    const field = this.#kept[place]?.[1]
    const at = field === undefined ? -1 : this.values.firstOf(field)
    return at === -1 ? undefined : this.#valueAt(at)
  }

  #keep(field: number): readonly Scalar[] {
    const { values } = this
    const found: Scalar[] = []
    for (let at = values.firstOf(field); at !== -1; at = values.nextOf(at)) found.push(this.#valueAt(at))
    return found
  }

  #valueAt(at: number): Scalar {
    const { values } = this
    const isText = values.kinds[at] === Kind.plain || values.kinds[at] === Kind.written
    return isText ? this.#keepText(at) : values.valueOf(at)
  }

  /** Equal texts are one in memory, if they come soon after one another. */
  #keepText(at: number): string {
    const { values } = this
    const known = this.#texts.find(values.bytes, values.from[at] as number, values.to[at] as number)
    return known ?? this.#texts.keep(values.keep(at))
  }
}

/** An event whose object is made of its line when it is first looked at. */
export class LineRecord implements EventRecord {
  readonly line: number
  readonly time: Time | null
  readonly sequence: number | null
  readonly id: string | null
  /** The object as JSON. */
  readonly text: string
  #fields: JsonObject | undefined

  constructor(line: number, time: Time | null, sequence: number | null, id: string | null, text: string) {
    this.line = line
    this.time = time
    this.sequence = sequence
    this.id = id
    this.text = text
  }

  get fields(): JsonObject {
    return (this.#fields ??= JSON.parse(this.text) as JsonObject)
  }

  /** As any other event is written, such as into the store of alerts. */
  toJSON(): EventRecord {
    const { line, time, sequence, id, fields } = this
    return { line, time, sequence, id, fields }
  }
}

/** `yyyy-mm-ddThh:mm` */
const MINUTE = 16

/** Reads times; events that come one after the other mostly share their minute. */
class Clock {
  /** The minute that was read last. */
  readonly #minute = new Uint8Array(MINUTE)
  #start = 0

  timeOf(values: LineValues, value: number): Time | null {
    const from = values.from[value] as number
    const to = values.to[value] as number
    const { bytes } = values
    const isPlain = values.kinds[value] === Kind.plain && isSeconds(bytes, from + MINUTE, to)
    if (!isPlain) return parseTime(values.valueOf(value)) ?? null
    if (!this.#isMinute(bytes, from)) {
      const start = parseTime(`${values.decode(from, from + MINUTE)}:00.000Z`)
      // Hour 24 is read as well, but only with no minutes, seconds or milliseconds.
      const isHour24 = two(bytes, from + 11) === 24
      if (start === undefined || isHour24) return parseTime(values.textOf(value)) ?? null
      this.#minute.set(bytes.subarray(from, from + MINUTE))
      this.#start = start
    }
    const seconds = two(bytes, from + 17)
    return (this.#start + 1000 * seconds + 10 * two(bytes, from + 20) + digit(bytes, from + 22)) as Time
  }

  #isMinute(bytes: Uint8Array, from: number): boolean {
    for (let i = MINUTE - 1; i >= 0; i--) if (this.#minute[i] !== bytes[from + i]) return false
    return true
  }
}

/** `:ss.mmm` and up to six digits more, which are cut, then `Z` at the end. */
function isSeconds(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < 8 || to - from > 14) return false
  if (bytes[from] !== 0x3a || bytes[from + 3] !== 0x2e || bytes[to - 1] !== 0x5a) return false
  if ((bytes[from + 1] as number) > 0x35 || !isDigit(bytes, from + 1) || !isDigit(bytes, from + 2)) return false
  for (let at = from + 4; at < to - 1; at++) if (!isDigit(bytes, at)) return false
  return true
}

function isDigit(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] as number
  return byte >= 0x30 && byte <= 0x39
}

function two(bytes: Uint8Array, at: number): number {
  return 10 * digit(bytes, at) + digit(bytes, at + 1)
}

function digit(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) - 0x30
}
