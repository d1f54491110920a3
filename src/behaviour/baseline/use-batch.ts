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
  /** The different texts of all uses. */
  readonly texts: readonly string[]
  /** One use behind the other, as `UseBatchReader` puts them in and `eachUse` takes them out: texts by their place. */
  readonly numbers: Float64Array
}

const PLACES: ReadonlyMap<Action, number> = new Map(ACTIONS.map((action, place) => [action, place]))
/** In place of a text that is not there. */
const NO_TEXT = -1

/** Reads stretches of whole lines, one after the other. */
export class UseBatchReader {
  readonly #lines: UseLines
  readonly #texts = new Map<string, number>()
  #events = 0
  #numbers: number[] = []

  constructor(search: UseSearch) {
    this.#lines = new UseLines(search, (use) => {
      this.#events++
      if (use !== null) this.#add(use)
    })
  }

  /** Null when something is wrong with a line, which whoever reads them in order has to say. */
  read(bytes: Uint8Array): UseBatch | null {
    // A byte order mark is right in one place only, and this may be another.
    if (bytes[0] === 0xef) return null
    this.#texts.clear()
    this.#events = 0
    this.#numbers = []
    const reader = new NdjsonReader({ name: '', told: 0 })
    reader.feed(bytes, this.#lines)
    if (reader.skipped > 0) return null
    const [texts, numbers] = [[...this.#texts.keys()], new Float64Array(this.#numbers)]
    return { lines: reader.line - 1, events: this.#events, texts, numbers }
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
    return place
  }
}

/** Gives each use of a batch, in order; the same object, filled anew. */
export function eachUse({ texts, numbers }: UseBatch, each: (use: Use) => void): void {
  const use = emptyUse()
  let at = 0
  const number = (): number => numbers[at++] ?? 0
  const textOrNull = (): string | null => texts[number()] ?? null
  const text = (): string => textOrNull() ?? ''
  const fill = (list: string[]): void => {
    list.length = 0
    for (let left = number(); left > 0; left--) list.push(text())
  }
  while (at < numbers.length) {
    use.action = ACTIONS[number()] ?? null
    use.capability = number() === 1 ? (use.action as Capability) : null
    use.time = number() as Time
    use.epoch = number()
    use.count = number()
    use.bytes = number()
    use.isLoopback = number() === 1
    use.subject = text()
    use.run = text()
    use.host = text()
    use.hostName = text()
    use.process = text()
    use.shape = textOrNull()
    use.object = text()
    use.objectClass = text()
    use.objectKind = text()
    use.destination = textOrNull()
    fill(use.flowObjects)
    fill(use.flowClasses)
    each(use)
  }
}
