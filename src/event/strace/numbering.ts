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
  /** Sorted by time; equal times in the order they came. */
  #waiting: Waiting[] = []
  #sequence = 0
  #released = -Infinity

  /** Takes an event in, and gives those whose turn has come. */
  add(time: number, make: Unnumbered): UseEvent[] {
    const waiting = this.#waiting
    let at = waiting.length
    while (at > 0 && (waiting[at - 1]?.time ?? 0) > time) at--
    if (at === waiting.length) waiting.push({ time, make })
    else waiting.splice(at, 0, { time, make })
    const newest = waiting.at(-1)?.time ?? time
    let ready = 0
    while (ready < waiting.length && (waiting[ready]?.time ?? 0) < newest - HELD_BACK) ready++
    return this.#release(Math.max(ready, waiting.length - MOST_HELD))
  }

  end(): UseEvent[] {
    return this.#release(this.#waiting.length)
  }

  get count(): number {
    return this.#sequence
  }

  #release(count: number): UseEvent[] {
    if (count <= 0) return []
    const events = this.#waiting.slice(0, count).map(({ time, make }) => {
      const late = time < this.#released
      this.#released = Math.max(this.#released, time)
      return make(++this.#sequence, late)
    })
    this.#waiting = this.#waiting.slice(count)
    return events
  }
}
