import type { Diagnostic } from '../../diagnostic/diagnostic.ts'

/** Times in milliseconds. */
export interface Pace {
  /** Before the second attempt; doubles from there, and is cut by chance to a half at least. */
  readonly pause: number
  readonly longestPause: number
  /** Of a target that somebody has to set right. */
  readonly heldPause: number
}

export const DEFAULT_PACE: Pace = { pause: 500, longestPause: 60_000, heldPause: 30_000 }

/**
 * Stands before a target. While it fails, one batch at a time tries it, at growing intervals; the first that passes
 * opens it for all. Times are those of the steady clock (`performance.now()`): the other one may be set back by a year.
 */
export class Gate {
  readonly #pace: Pace
  #failures = 0
  #until = 0
  #trouble: Diagnostic | undefined
  #held = false

  constructor(pace: Pace) {
    this.#pace = pace
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures
  }

  /** Why it is closed. */
  get trouble(): Diagnostic | undefined {
    return this.#trouble
  }

  /** Somebody has to set something right. */
  get held(): boolean {
    return this.#held
  }

  /** When the next attempt may be made, ms; 0: now. */
  get until(): number {
    return this.#until
  }

  admits(underWay: number, now: number): boolean {
    return this.#failures === 0 || (underWay === 0 && now >= this.#until)
  }

  pass(): void {
    this.#failures = 0
    this.#until = 0
    this.#trouble = undefined
    this.#held = false
  }

  /** @param wait what the target asked for, ms */
  fail(trouble: Diagnostic, held: boolean, now: number, wait?: number): void {
    const { pause, longestPause, heldPause } = this.#pace
    const grown = held ? heldPause : Math.min(pause * 2 ** Math.min(this.#failures, 20), longestPause)
    this.#until = now + Math.max(grown * (0.5 + Math.random() / 2), Math.min(wait ?? 0, longestPause))
    this.#failures++
    this.#trouble = trouble
    this.#held = held
  }

  /** The next attempt may be made at once. */
  retry(): void {
    this.#until = 0
  }
}
