/**
 * Tells how long things have been in the spool. It begins with the time of the day and runs evenly from there: a clock
 * that somebody sets, such as that of a machine which begins in 1970 or was restored somewhere in the past, makes nothing
 * old that is not. While the machine sleeps it stands still.
 */
export class SpoolClock {
  #offset = 0

  /** @param newest when the last came that is there, ms since 1970; it was not later than now */
  constructor(newest: number) {
    this.set(newest)
  }

  get now(): number {
    return Math.round(this.#offset + performance.now())
  }

  /** Goes by the time of the day again, where that is not earlier than this. */
  set(earliest = 0): void {
    this.#offset = Math.max(Date.now(), earliest) - performance.now()
  }
}
