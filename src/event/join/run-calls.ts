import type { Call } from './claim.ts'

/** The calls of one run of a task, by time. */
export class RunCalls {
  #calls: Call[] = []
  /** Of each call, the latest end of it and all before it. */
  #ends: number[] = []
  #sorted = true
  /** The sensor saw the run. */
  seen = false

  add(call: Call): void {
    this.#calls.push(call)
    this.#sorted = false
  }

  get all(): readonly Call[] {
    return this.#calls
  }

  /** Those that ran at that time, the latest first. @param slack microseconds before and after a call */
  *at(time: number, slack: number): Generator<Call> {
    this.#sort()
    for (let at = this.#lastBegunBy(time + slack); at >= 0; at--) {
      if ((this.#ends[at] ?? -1) + slack < time) return
      const call = this.#calls[at]
      if (call !== undefined && call.ended + slack >= time) yield call
    }
  }

  #sort(): void {
    if (this.#sorted) return
    this.#calls.sort((a, b) => a.began - b.began)
    let latest = -Infinity
    this.#ends = this.#calls.map((call) => (latest = Math.max(latest, call.ended)))
    this.#sorted = true
  }

  #lastBegunBy(time: number): number {
    let [low, high] = [0, this.#calls.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#calls[middle]?.began ?? Infinity) <= time) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
