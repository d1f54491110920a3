import { compareTexts, numberOf, storedOf, type Single, type Stored } from '../value.ts'
import type { Accumulator } from './accumulator.ts'

/** No more values does `list` give. */
export const LONGEST_LIST = 100

/** Values of a window, oldest row first, for those aggregates that have to know all of them. */
abstract class Bag implements Accumulator {
  /** The values of each row; only kept for a window. */
  readonly #rows: (readonly Single[])[] = []
  #oldest = 0
  readonly #windowed: boolean

  constructor(windowed: boolean) {
    this.#windowed = windowed
  }

  add(values: readonly Single[]): void {
    if (this.#windowed) this.#rows.push(values)
    for (const value of values) this.put(value)
  }

  drop(): void {
    for (const value of this.#rows[this.#oldest] ?? []) this.takeOldest(value)
    this.#oldest++
    if (this.#oldest > 1000 && this.#oldest * 2 > this.#rows.length) {
      this.#rows.splice(0, this.#oldest)
      this.#oldest = 0
    }
  }

  protected abstract put(value: Single): void
  protected abstract takeOldest(value: Single): void
  abstract result(): Stored | null
}

interface Counted {
  readonly value: Single
  count: number
}

/** How often each value is there, in the order in which they came. */
abstract class Counts extends Bag {
  protected readonly counts = new Map<string, Counted>()

  protected override put(value: Single): void {
    const key = String(value)
    const known = this.counts.get(key)
    if (known) known.count++
    else this.counts.set(key, { value, count: 1 })
  }

  protected override takeOldest(value: Single): void {
    const known = this.counts.get(String(value))
    if (known && --known.count === 0) this.counts.delete(String(value))
  }
}

class Distinct extends Counts {
  result(): Stored | null {
    return this.counts.size
  }
}

/** Each value once, as texts by their characters. */
class Values extends Counts {
  result(): Stored | null {
    return storedOf([...this.counts].sort(([a], [b]) => compareTexts(a, b)).map(([, { value }]) => value))
  }
}

/** The most frequent value; of several, the one that came first. */
class Mode extends Counts {
  result(): Stored | null {
    let best: Counted | undefined
    for (const each of this.counts.values()) if (!best || each.count > best.count) best = each
    return best?.value ?? null
  }
}

/** Values in the order of the rows, the first hundred of them. */
class List extends Bag {
  #values: Single[] = []
  #count = 0
  readonly #all: boolean
  readonly #truncated: () => void

  constructor(windowed: boolean, truncated: () => void) {
    super(windowed)
    this.#all = windowed
    this.#truncated = truncated
  }

  protected override put(value: Single): void {
    this.#count++
    if (this.#all || this.#values.length < LONGEST_LIST) this.#values.push(value)
  }

  protected override takeOldest(): void {
    this.#count--
    this.#values.shift()
  }

  result(): Stored | null {
    if (this.#count > LONGEST_LIST) this.#truncated()
    return storedOf(this.#values.slice(0, LONGEST_LIST))
  }
}

/** The value at a rank among the numbers: that of the place, from 0, at ⌊rank/100 · count⌋ (limits.conf, perc_method). */
class Ranked extends Bag {
  readonly #rank: number
  #sorted: number[] = []
  #fresh: number[] = []

  constructor(windowed: boolean, rank: number) {
    super(windowed)
    this.#rank = rank
  }

  protected override put(value: Single): void {
    const number = numberOf(value)
    if (number !== undefined) this.#fresh.push(number)
  }

  protected override takeOldest(value: Single): void {
    const number = numberOf(value)
    if (number === undefined) return
    this.#merge()
    this.#sorted.splice(this.#place(number), 1)
  }

  result(): Stored | null {
    this.#merge()
    const { length } = this.#sorted
    if (length === 0) return null
    return this.#sorted[Math.min(length - 1, Math.floor((this.#rank * length) / 100))] ?? null
  }

  #merge(): void {
    const [only] = this.#fresh
    if (only === undefined) return
    if (this.#fresh.length === 1) this.#sorted.splice(this.#place(only), 0, only)
    else this.#sorted = [...this.#sorted, ...this.#fresh].sort((a, b) => a - b)
    this.#fresh = []
  }

  /** The first place of a number that is not less. */
  #place(number: number): number {
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#sorted[middle] ?? 0) < number) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Makes one aggregate that has to know all values. @param truncated is told when a limit cuts */
export type MakeBag = (windowed: boolean, truncated: () => void) => Accumulator

const distinct: MakeBag = (windowed) => new Distinct(windowed)

export const bags: Readonly<Record<string, MakeBag>> = {
  dc: distinct,
  values: (windowed) => new Values(windowed),
  mode: (windowed) => new Mode(windowed),
  list: (windowed, truncated) => new List(windowed, truncated),
  median: (windowed) => new Ranked(windowed, 50),
}

export function ranked(rank: number): MakeBag {
  return (windowed) => new Ranked(windowed, rank)
}
