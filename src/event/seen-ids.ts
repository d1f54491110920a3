/** Remembered at most, of ids and of runs; beyond it the oldest are forgotten, and a late double may count twice. */
const MOST = 1_000_000
/** Stretches of numbers that one run may have. */
const MOST_STRETCHES = 10_000

/** A number at the end of an id, as it is counted. */
const NUMBER = /^(?:0|[1-9][0-9]{0,14})$/

/**
 * The ids of events that were seen. Those of the sensor are a run and a number that counts up (`event.id`), so what is
 * remembered of them is how far a run has come and which numbers are missing, however many there are.
 */
export class SeenIds {
  readonly #runs = new Map<string, Numbers>()
  /** All others, with the time of their event. */
  readonly #others = new Map<string, number>()

  /** @param time of its event. @returns false when it was seen before */
  add(id: string, time: number): boolean {
    const dash = id.lastIndexOf('-')
    const number = dash === -1 ? '' : id.slice(dash + 1)
    if (NUMBER.test(number)) return this.addNumber(id.slice(0, dash), Number(number), time)
    if (this.#others.has(id)) return false
    this.#others.set(id, time)
    forgetFirst(this.#others)
    return true
  }

  /** The same for the id `<run>-<number>`. @param number whole, of at most 15 digits */
  addNumber(run: string, number: number, time: number): boolean {
    let numbers = this.#runs.get(run)
    if (numbers === undefined) {
      numbers = new Numbers()
      this.#runs.set(run, numbers)
      forgetFirst(this.#runs)
    }
    if (time > numbers.newest) numbers.newest = time
    return numbers.add(number)
  }

  /** Forgets what is of events before this time, of runs when that is all of them. */
  forget(oldest: number): void {
    for (const [run, { newest }] of this.#runs) if (newest < oldest) this.#runs.delete(run)
    for (const [id, time] of this.#others) {
      if (time >= oldest) return
      this.#others.delete(id)
    }
  }

  copy(): SeenIds {
    const copy = new SeenIds()
    for (const [run, numbers] of this.#runs) copy.#runs.set(run, numbers.copy())
    for (const [id, time] of this.#others) copy.#others.set(id, time)
    return copy
  }
}

function forgetFirst(of: Map<string, unknown>): void {
  if (of.size <= MOST) return
  for (const key of of.keys()) {
    of.delete(key)
    return
  }
}

/** A set of numbers, mostly without holes: stretches that do not touch, in order. */
class Numbers {
  /** Time of the newest event. */
  newest = -Infinity
  #from: number[] = []
  #to: number[] = []

  add(number: number): boolean {
    const last = this.#to.length - 1
    if (last >= 0 && this.#to[last] === number - 1) {
      this.#to[last] = number
      return true
    }
    const after = this.#firstAfter(number)
    const before = after - 1
    if (before >= 0 && number <= (this.#to[before] as number)) return false
    const joinsBefore = before >= 0 && this.#to[before] === number - 1
    const joinsAfter = this.#from[after] === number + 1
    if (joinsBefore) this.#to[before] = number
    else if (joinsAfter) this.#from[after] = number
    else this.#insert(after, number)
    if (joinsBefore && joinsAfter) this.#join(before)
    return true
  }

  copy(): Numbers {
    const copy = new Numbers()
    copy.newest = this.newest
    copy.#from = [...this.#from]
    copy.#to = [...this.#to]
    return copy
  }

  /** The place of the first stretch that begins behind a number. */
  #firstAfter(number: number): number {
    let low = 0
    let high = this.#from.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#from[middle] as number) > number) high = middle
      else low = middle + 1
    }
    return low
  }

  #insert(at: number, number: number): void {
    this.#from.splice(at, 0, number)
    this.#to.splice(at, 0, number)
    if (this.#from.length <= MOST_STRETCHES) return
    this.#from.shift()
    this.#to.shift()
  }

  /** Makes one stretch of the one at this place and the next. */
  #join(at: number): void {
    this.#to[at] = this.#to[at + 1] as number
    this.#from.splice(at + 1, 1)
    this.#to.splice(at + 1, 1)
  }
}
