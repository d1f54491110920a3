import type { EventRecord } from './record.ts'

/** So many of one object, so that what an alert costs is bounded as well. */
const MOST_OF_ONE = 256

/** An event that may be a hop. */
export interface Remembered {
  readonly objects: readonly string[]
  readonly action: string
  readonly process: string
  /** The data of its object, which is classed, was taken: what is done afterwards is not the same as before. */
  readonly takes: boolean
  readonly event: EventRecord
  forgotten: boolean
}

/** As many events as it may hold, the latest, by what they move. */
export class Memory {
  readonly #most: number
  /** Written round and round. */
  readonly #all: Remembered[] = []
  readonly #ofObject = new Map<string, Remembered[]>()
  #next = 0

  constructor(most: number) {
    this.#most = most
  }

  /** What moved an object, in the order in which it came. */
  of(id: string): readonly Remembered[] {
    return this.#ofObject.get(id) ?? []
  }

  add(one: Remembered): void {
    const oldest = this.#all[this.#next]
    if (oldest !== undefined) this.#forget(oldest)
    this.#all[this.#next] = one
    this.#next = (this.#next + 1) % this.#most
    for (const id of one.objects) {
      const known = this.#ofObject.get(id)
      if (known === undefined) this.#ofObject.set(id, [one])
      else if (known.push(one) > MOST_OF_ONE) known.shift()
    }
  }

  /** Those of one object stand in the order in which they came. */
  #forget(oldest: Remembered): void {
    oldest.forgotten = true
    for (const id of oldest.objects) {
      const known = this.#ofObject.get(id) ?? []
      while (known[0]?.forgotten === true) known.shift()
      if (known.length === 0) this.#ofObject.delete(id)
    }
  }
}
