import type { UseEvent } from '../use-event.ts'
import type { Unnumbered } from './use-event.ts'

/** Uses are held back this long, so that those of other threads that ended earlier go first (event contract §1). */
const HELD_BACK = 20_000
const MOST_HELD = 4096

interface Waiting {
  readonly time: number
  readonly make: Unnumbered
}

/** Numbers events in the order of their times. What comes too late for that says so. */
export class Numbering {
  /** Sorted by time from `#first` on; equal times in the order they came. */
  #waiting: Waiting[] = []
  #first = 0
  #sequence = 0
  #released = -Infinity

  /** Takes an event in, and adds those whose turn has come to `ready`. */
  add(time: number, make: Unnumbered, ready: UseEvent[]): void {
    const waiting = this.#waiting
    const newest = waiting.length > this.#first ? (waiting.at(-1)?.time ?? time) : time
    if (time >= newest) waiting.push({ time, make })
    else waiting.splice(this.#placeOf(time), 0, { time, make })
    const limit = Math.max(time, newest) - HELD_BACK
    while (waiting.length - this.#first > MOST_HELD || (waiting[this.#first]?.time ?? limit) < limit) {
      this.#release(ready)
    }
    // What was released goes away in large pieces, so that a piece costs its length once.
    if (this.#first > MOST_HELD) {
      waiting.splice(0, this.#first)
      this.#first = 0
    }
  }

  /** Adds all that wait. */
  end(ready: UseEvent[]): void {
    while (this.#first < this.#waiting.length) this.#release(ready)
    this.#waiting = []
    this.#first = 0
  }

  get count(): number {
    return this.#sequence
  }

  /** After all that are not later. */
  #placeOf(time: number): number {
    let low = this.#first
    let high = this.#waiting.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#waiting[middle]?.time ?? 0) <= time) low = middle + 1
      else high = middle
    }
    return low
  }

  #release(ready: UseEvent[]): void {
    const next = this.#waiting[this.#first]
    if (next === undefined) return
    this.#waiting[this.#first++] = RELEASED
    const late = next.time < this.#released
    this.#released = Math.max(this.#released, next.time)
    ready.push(next.make(++this.#sequence, late))
  }
}

/** Stands where an event was that is released, so that it can be collected. */
const RELEASED: Waiting = {
  time: -Infinity,
  make: () => {
    throw new Error('released twice')
  },
}
