import type { SpoolRecord } from '../spool/record.ts'

/** A time whose events came later than rules wait for; ms since 1970. */
export interface LateWindow {
  readonly from: number
  readonly to: number
  readonly count: number
}

/**
 * Gathers the times of events that were delivered so late that rules have run without them (event contract §7). The
 * window that is being gathered is remembered in the spool, together with the removal of its events.
 */
export class Lateness {
  /** What rules wait for, ms. */
  readonly #tolerance: number
  #window: LateWindow | undefined
  /** When the last late event was delivered, by the steady clock. */
  #last = 0

  constructor(tolerance: number, remembered: string | undefined) {
    this.#tolerance = tolerance
    this.#window = remembered === undefined || remembered === '' ? undefined : (JSON.parse(remembered) as LateWindow)
  }

  get window(): LateWindow | undefined {
    return this.#window
  }

  /** Takes in what has been delivered; `now` is the time of the day, as the events have it. */
  add(records: readonly SpoolRecord[], now: number): void {
    for (const { time } of records) {
      if (!(now - time > this.#tolerance)) continue
      const { from, to, count } = this.#window ?? { from: time, to: time, count: 0 }
      this.#window = { from: Math.min(from, time), to: Math.max(to, time), count: count + 1 }
      this.#last = performance.now()
    }
  }

  /** The window, when nothing late has come for so long, ms, that it can be told; `now` is that of the steady clock. */
  finished(now: number, quiet: number): LateWindow | undefined {
    return this.#window !== undefined && now - this.#last >= quiet ? this.#window : undefined
  }

  /** It has been told. */
  clear(): void {
    this.#window = undefined
  }

  /** As the spool remembers it. */
  get fact(): string {
    return this.#window === undefined ? '' : JSON.stringify(this.#window)
  }
}
