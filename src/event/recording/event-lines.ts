import { escapeLineEnds } from '../ndjson.ts'
import type { UseEvent } from '../use-event.ts'

type Names = ReadonlySet<string>

/** Parts that one object stands for in many events, of the event and of what it holds of detpack's own. */
const SHARED: Names = new Set<keyof UseEvent>(['ecs', 'host', 'process', 'user', 'container', 'orchestrator'])
const SHARED_OWN: Names = new Set<keyof UseEvent['detpack']>(['sensor', 'resources', 'task', 'process', 'unknown'])
/** So many of them are remembered. */
const MOST_KNOWN = 2048
/** A longer one, in UTF-16 units, is of one event alone: it holds arguments. */
const LONGEST_KNOWN = 4096

/** A piece that is this long, in UTF-16 units, is written: longer texts are made by themselves in memory, and at a price. */
const PIECE = 1 << 16

/** Writes events as lines of NDJSON as `renderNdjson` does; what they share it writes out once. */
export class EventLines {
  readonly #known = new Map<object, string>();

  /** Pieces of whole lines. */
  *render(events: readonly UseEvent[]): Generator<string> {
    let text = ''
    for (const event of events) {
      text += `${this.#members(event, SHARED)}\n`
      if (text.length < PIECE) continue
      yield escapeLineEnds(text)
      text = ''
    }
    if (text !== '') yield escapeLineEnds(text)
  }

  #members(part: object, shared: Names): string {
    let text = '{'
    for (const name in part) {
      const value = (part as Readonly<Record<string, unknown>>)[name]
      if (value === undefined) continue
      const json =
        name === 'detpack'
          ? this.#members(value as object, SHARED_OWN)
          : shared.has(name)
            ? this.#shared(value as object)
            : JSON.stringify(value)
      text += text.length === 1 ? `"${name}":${json}` : `,"${name}":${json}`
    }
    return `${text}}`
  }

  #shared(value: object): string {
    const known = this.#known.get(value)
    if (known !== undefined) return known
    const text = JSON.stringify(value)
    if (text.length > LONGEST_KNOWN) return text
    if (this.#known.size >= MOST_KNOWN) this.#known.clear()
    this.#known.set(value, text)
    return text
  }
}
