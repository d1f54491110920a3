import { ACTIONS, type Action } from '../../event/action.ts'
import { NdjsonReader } from '../../event/ndjson.ts'
import type { Time } from '../../event/record.ts'
import type { Capability } from '../task.ts'
import { UseLines, type UseSearch } from './use-lines.ts'
import { emptyUse, type Use } from './use.ts'

/** The uses in a stretch of whole lines, as they are sent from one thread to another. */
export interface UseBatch {
  readonly lines: number
  readonly events: number
  /** Who read it. Each has a list of texts, which its batches, taken in their order, make longer. */
  readonly reader: number
  /** How many texts of the list stay, and those that come behind. */
  readonly kept: number
  readonly texts: readonly string[]
  /** One use behind the other, as `UseBatchReader` puts them in and `UseBatches` takes them out: texts by their place. */
  readonly numbers: Float64Array
}

/** A list of texts begins anew after so many. */
const MOST_TEXTS = 1 << 14

const PLACES: ReadonlyMap<Action, number> = new Map(ACTIONS.map((action, place) => [action, place]))
/** In place of a text that is not there. */
const NO_TEXT = -1

/** Reads stretches of whole lines, one after the other. */
export class UseBatchReader {
  readonly #number: number
  readonly #lines: UseLines
  readonly #texts = new Map<string, number>()
  /** Those that no batch has told yet. */
  #fresh: string[] = []
  #events = 0
  #numbers: number[] = []

  /** @param number its own among those whose batches are put together */
  constructor(search: UseSearch, number: number) {
    this.#number = number
    this.#lines = new UseLines(search, (use) => {
      this.#events++
      if (use !== null) this.#add(use)
    })
  }

  /** Null when something is wrong with a line, which whoever reads them in order has to say. */
  read(bytes: Uint8Array): UseBatch | null {
    // A byte order mark is right in one place only, and this may be another.
    if (bytes[0] === 0xef) return null
    if (this.#texts.size >= MOST_TEXTS) {
      this.#texts.clear()
      this.#fresh = []
    }
    this.#events = 0
    this.#numbers = []
    const reader = new NdjsonReader({ name: '', told: 0 })
    reader.feed(bytes, this.#lines)
    if (reader.skipped > 0) return null
    const texts = this.#fresh
    this.#fresh = []
    return {
      lines: reader.line - 1,
      events: this.#events,
      reader: this.#number,
      kept: this.#texts.size - texts.length,
      texts,
      numbers: new Float64Array(this.#numbers),
    }
  }

  #add(use: Use): void {
    this.#numbers.push(
      use.action === null ? NO_TEXT : (PLACES.get(use.action) ?? NO_TEXT),
      Number(use.capability !== null),
      use.time,
      use.epoch,
      use.count,
      use.bytes,
      Number(use.isLoopback),
      this.#text(use.subject),
      this.#text(use.run),
      this.#text(use.host),
      this.#text(use.hostName),
      this.#text(use.process),
      use.shape === null ? NO_TEXT : this.#text(use.shape),
      this.#text(use.object),
      this.#text(use.objectClass),
      this.#text(use.objectKind),
      use.destination === null ? NO_TEXT : this.#text(use.destination),
    )
    for (const list of [use.flowObjects, use.flowClasses]) {
      this.#numbers.push(list.length)
      for (const text of list) this.#numbers.push(this.#text(text))
    }
  }

  #text(text: string): number {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    const place = this.#texts.size
    this.#texts.set(text, place)
    this.#fresh.push(text)
    return place
  }
}

/** Takes uses out of batches. */
export class UseBatches {
  readonly #texts = new Map<number, string[]>()
  readonly #use = emptyUse()

  /** Gives each use of a batch, in order; the same object, filled anew. */
  each({ reader, kept, texts: fresh, numbers }: UseBatch, take: (use: Use) => void): void {
    const texts = this.#texts.get(reader) ?? []
    this.#texts.set(reader, texts)
    texts.length = kept
    for (const text of fresh) texts.push(text)
    const use = this.#use
    for (let at = 0; at < numbers.length;) {
      use.action = ACTIONS[numbers[at] as number] ?? null
      use.capability = numbers[at + 1] === 1 ? (use.action as Capability) : null
      use.time = numbers[at + 2] as Time
      use.epoch = numbers[at + 3] as number
      use.count = numbers[at + 4] as number
      use.bytes = numbers[at + 5] as number
      use.isLoopback = numbers[at + 6] === 1
      use.subject = texts[numbers[at + 7] as number] as string
      use.run = texts[numbers[at + 8] as number] as string
      use.host = texts[numbers[at + 9] as number] as string
      use.hostName = texts[numbers[at + 10] as number] as string
      use.process = texts[numbers[at + 11] as number] as string
      use.shape = texts[numbers[at + 12] as number] ?? null
      use.object = texts[numbers[at + 13] as number] as string
      use.objectClass = texts[numbers[at + 14] as number] as string
      use.objectKind = texts[numbers[at + 15] as number] as string
      use.destination = texts[numbers[at + 16] as number] ?? null
      at = fill(use.flowObjects, texts, numbers, at + 17)
      at = fill(use.flowClasses, texts, numbers, at)
      take(use)
    }
  }
}

/** A list that begins there with its length. @returns what stands behind it */
function fill(list: string[], texts: readonly string[], numbers: Float64Array, at: number): number {
  const length = numbers[at] as number
  if (list.length > 0) list.length = 0
  for (let i = 1; i <= length; i++) list.push(texts[numbers[at + i] as number] as string)
  return at + 1 + length
}
