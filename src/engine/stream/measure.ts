import { exactText, fieldReader, type JsonObject } from '../../event/field.ts'
import type { Bounds, Measure, Value } from '../../ir/rule.ts'
import { holds, meets } from './bounds.ts'
import { ExactSum } from './exact-sum.ts'
import { numericValue } from './numeric.ts'
import { SortedNumbers } from './sorted-numbers.ts'

/** A number made of the values of the events in a window, kept up as they come and go. */
export interface Measuring {
  /** The event has a value for it. Others neither contribute nor are part of the window. */
  concerns(event: JsonObject): boolean
  add(event: JsonObject): void
  /** Of an event that was added before. */
  remove(event: JsonObject): void
  meets(bounds: Bounds): boolean
}

/**
 * Distinct: the number of different combinations of exact texts; an event that lacks one of the fields has none, one
 * with several values in a field has several. All others take numbers and texts that are decimal numbers, each value of
 * a field that has several. Sum and average are compared exactly, without rounding. The median of an even number is the
 * mean of the middle two; a percentile is a value that occurs (nearest rank).
 */
export function makeMeasure(of: Value): Measuring {
  if (of.measure.of === 'distinct') return new Distinct(of)
  const read = fieldReader(of.fields[0] ?? '')
  const numbers = (event: JsonObject): readonly number[] => read(event).flatMap((value) => numericValue(value) ?? [])
  const set = numberSet(of.measure)
  return {
    concerns: (event) => numbers(event).length > 0,
    add: (event) => {
      for (const number of numbers(event)) set.add(number)
    },
    remove: (event) => {
      for (const number of numbers(event)) set.remove(number)
    },
    meets: (bounds) => set.meets(bounds),
  }
}

interface NumberSet {
  add(value: number): void
  remove(value: number): void
  meets(bounds: Bounds): boolean
}

function numberSet(measure: Exclude<Measure, { of: 'distinct' }>): NumberSet {
  switch (measure.of) {
    case 'sum':
      return new Total(false)
    case 'average':
      return new Total(true)
    case 'median':
      return new Ranked((sorted) => sorted.median())
    case 'percentile':
      return new Ranked((sorted) => sorted.percentile(measure.rank))
  }
}

class Total implements NumberSet {
  readonly #average: boolean
  readonly #sum = new ExactSum()
  #count = 0

  constructor(average: boolean) {
    this.#average = average
  }

  add(value: number): void {
    this.#sum.add(value, 1)
    this.#count++
  }

  remove(value: number): void {
    this.#sum.add(value, -1)
    this.#count--
  }

  meets(bounds: Bounds): boolean {
    const times = this.#average ? this.#count : 1
    return bounds.every(({ operator, value }) => holds(operator, this.#sum.compare(value, times)))
  }
}

class Ranked implements NumberSet {
  readonly #sorted = new SortedNumbers()
  readonly #pick: (sorted: SortedNumbers) => number | undefined

  constructor(pick: (sorted: SortedNumbers) => number | undefined) {
    this.#pick = pick
  }

  add(value: number): void {
    this.#sorted.add(value)
  }

  remove(value: number): void {
    this.#sorted.remove(value)
  }

  meets(bounds: Bounds): boolean {
    const value = this.#pick(this.#sorted)
    return value !== undefined && meets(value, bounds)
  }
}

/** More combinations of one event's values than this are left out. */
const MOST_TUPLES = 10_000

class Distinct implements Measuring {
  readonly #readers: readonly ReturnType<typeof fieldReader>[]
  readonly #seen = new Map<string, number>()

  constructor(of: Value) {
    this.#readers = of.fields.map(fieldReader)
  }

  concerns(event: JsonObject): boolean {
    return this.#readers.every((read) => read(event).length > 0)
  }

  add(event: JsonObject): void {
    for (const tuple of this.#tuples(event)) this.#seen.set(tuple, (this.#seen.get(tuple) ?? 0) + 1)
  }

  remove(event: JsonObject): void {
    for (const tuple of this.#tuples(event)) {
      const left = (this.#seen.get(tuple) ?? 0) - 1
      if (left > 0) this.#seen.set(tuple, left)
      else this.#seen.delete(tuple)
    }
  }

  meets(bounds: Bounds): boolean {
    return meets(this.#seen.size, bounds)
  }

  #tuples(event: JsonObject): readonly string[] {
    let tuples: (readonly string[])[] = [[]]
    for (const read of this.#readers) {
      const texts = [...new Set(read(event).map(exactText))]
      tuples = tuples.flatMap((start) => texts.map((text) => [...start, text])).slice(0, MOST_TUPLES)
    }
    return tuples.map((tuple) => (tuple.length === 1 ? (tuple[0] ?? '') : JSON.stringify(tuple)))
  }
}
