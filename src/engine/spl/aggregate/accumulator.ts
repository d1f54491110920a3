import type { Single, Stored } from '../value.ts'
import type { Fold } from './fold.ts'

/** Takes in the values of row after row. */
export interface Accumulator {
  add(values: readonly Single[], time: number | undefined): void
  /** Takes away the oldest row again; only of one that was made for a window. */
  drop(): void
  result(): Stored | null
}

/** A fold over all rows. */
export class Running<T> implements Accumulator {
  readonly #fold: Fold<T>
  #state: T | undefined

  constructor(fold: Fold<T>) {
    this.#fold = fold
  }

  add(values: readonly Single[], time: number | undefined): void {
    for (const value of values) {
      const lifted = this.#fold.lift(value, time)
      if (lifted !== undefined)
        this.#state = this.#state === undefined ? lifted : this.#fold.combine(this.#state, lifted)
    }
  }

  drop(): void {
    throw new Error('this one has no window')
  }

  result(): Stored | null {
    return this.#fold.result(this.#state)
  }
}

/**
 * A fold over a window. Rows come into one stack and leave from another that knows, for each row, all from it on; when
 * that is empty, the first is turned over. So each row is combined a fixed number of times.
 */
export class Windowed<T> implements Accumulator {
  readonly #fold: Fold<T>
  #incoming: (T | undefined)[] = []
  #all: T | undefined
  /** The oldest on top, each combined with all newer ones of this stack. */
  #leaving: (T | undefined)[] = []

  constructor(fold: Fold<T>) {
    this.#fold = fold
  }

  add(values: readonly Single[], time: number | undefined): void {
    let row: T | undefined
    for (const value of values) row = this.#join(row, this.#fold.lift(value, time))
    this.#incoming.push(row)
    this.#all = this.#join(this.#all, row)
  }

  drop(): void {
    if (this.#leaving.length === 0) {
      let joined: T | undefined
      for (let at = this.#incoming.length - 1; at >= 0; at--) {
        joined = this.#join(this.#incoming[at], joined)
        this.#leaving.push(joined)
      }
      this.#incoming = []
      this.#all = undefined
    }
    this.#leaving.pop()
  }

  result(): Stored | null {
    return this.#fold.result(this.#join(this.#leaving.at(-1), this.#all))
  }

  #join(older: T | undefined, newer: T | undefined): T | undefined {
    if (older === undefined) return newer
    return newer === undefined ? older : this.#fold.combine(older, newer)
  }
}
