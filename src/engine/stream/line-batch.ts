import type { JsonObject } from '../../event/field.ts'
import { NdjsonReader } from '../../event/ndjson.ts'
import type { EventRecord, Time } from '../../event/record.ts'
import { LineRecord } from '../../event/scan/event-scan.ts'
import { LineMatcher, type LineSearch, type MatchSink } from './line-matcher.ts'

/**
 * What is in a stretch of whole lines, as far as a `LineSearch` asks: columns, since they are sent from one thread to
 * another. What has no value is NaN in them.
 */
export interface LineBatch {
  readonly lines: number
  readonly events: number
  /** Of each event; empty when none of them has an id: then `untimed` and `last` say all about the others. */
  readonly ids: readonly (string | null)[]
  readonly times: Float64Array
  readonly untimed: number
  readonly last: number
  readonly matches: Matches
}

interface Matches {
  /** From 0: which line of the stretch, and which event. */
  readonly lines: Int32Array
  readonly events: Int32Array
  readonly times: Float64Array
  readonly sequences: Float64Array
  /** What they match: a list of the different ones, and where in it. */
  readonly different: readonly (readonly number[])[]
  readonly places: Int32Array
  /** Their fields as JSON, one behind the other, and where each ends. */
  readonly text: string
  readonly ends: Int32Array
}

/** Reads stretches of whole lines, one after the other. */
export class BatchReader {
  readonly #isTold: boolean
  readonly #matcher: LineMatcher
  #collected = new Collected()

  constructor(search: LineSearch) {
    this.#isTold = search.kept?.length !== 0
    const sink: MatchSink = {
      event: (id, time) => this.#collected.event(id, time),
      match: (event, places) => {
        this.#collected.match(event, places, this.#isTold)
      },
    }
    this.#matcher = new LineMatcher(search, sink)
  }

  /** Null when something is wrong with a line, which whoever reads them in order has to say. */
  read(bytes: Uint8Array): LineBatch | null {
    // A byte order mark is right in one place only, and this may be another.
    if (bytes[0] === 0xef) return null
    this.#collected = new Collected()
    const reader = new NdjsonReader({ name: '', told: 0 })
    reader.feed(bytes, this.#matcher)
    return reader.skipped > 0 ? null : this.#collected.batch(reader.line - 1)
  }
}

class Collected {
  #events = 0
  #hasIds = false
  readonly #ids: (string | null)[] = []
  readonly #eventTimes: number[] = []
  #untimed = 0
  #last = -Infinity
  readonly #lines: number[] = []
  readonly #of: number[] = []
  readonly #times: number[] = []
  readonly #sequences: number[] = []
  readonly #different: (readonly number[])[] = []
  readonly #known = new Map<string, number>()
  readonly #places: number[] = []
  readonly #texts: string[] = []
  readonly #ends: number[] = []
  #length = 0

  event(id: string | null, time: Time | null): boolean {
    this.#events++
    this.#hasIds ||= id !== null
    this.#ids.push(id)
    this.#eventTimes.push(time ?? Number.NaN)
    if (time === null) this.#untimed++
    else this.#last = Math.max(this.#last, time)
    return true
  }

  /** @param told with its fields */
  match(event: EventRecord, places: readonly number[], told: boolean): void {
    this.#lines.push(event.line - 1)
    this.#of.push(this.#events - 1)
    this.#times.push(event.time ?? Number.NaN)
    this.#sequences.push(event.sequence ?? Number.NaN)
    this.#places.push(this.#placeOf(places))
    if (!told) return
    const text = event instanceof LineRecord ? event.text : JSON.stringify(event.fields)
    this.#texts.push(text)
    this.#ends.push((this.#length += text.length))
  }

  #placeOf(places: readonly number[]): number {
    const key = places.join()
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const place = this.#different.push(places) - 1
    this.#known.set(key, place)
    return place
  }

  batch(lines: number): LineBatch {
    return {
      lines,
      events: this.#events,
      ids: this.#hasIds ? this.#ids : [],
      times: Float64Array.from(this.#hasIds ? this.#eventTimes : []),
      untimed: this.#untimed,
      last: this.#last,
      matches: {
        lines: Int32Array.from(this.#lines),
        events: Int32Array.from(this.#of),
        times: Float64Array.from(this.#times),
        sequences: Float64Array.from(this.#sequences),
        different: this.#different,
        places: Int32Array.from(this.#places),
        text: this.#texts.join(''),
        ends: Int32Array.from(this.#ends),
      },
    }
  }
}

/** The records of a batch that match, each with the places of what it matches. @param line of its first line */
export function* matchesOf(
  { ids, matches }: LineBatch,
  line: number,
): Generator<{ readonly record: EventRecord; readonly event: number; readonly places: readonly number[] }> {
  const { lines, events, times, sequences, different, places, text, ends } = matches
  for (const [at, offset] of lines.entries()) {
    const event = events[at] as number
    const record = new LineRecord(
      line + offset,
      known(times[at] as number) as Time | null,
      known(sequences[at] as number),
      ids[event] ?? null,
      ends.length === 0 ? NO_FIELDS : text.slice(ends[at - 1] ?? 0, ends[at]),
    )
    yield { record, event, places: different[places[at] as number] ?? [] }
  }
}

const NO_FIELDS = JSON.stringify({} satisfies JsonObject)

function known(number: number): number | null {
  return Number.isNaN(number) ? null : number
}
