import { finite } from '../expression/operate.ts'
import { compareSingles, numberOf, type Single, type Stored } from '../value.ts'

/**
 * An aggregate that joins what was seen in order: each value is lifted, and neighbours are combined. So it can be worked
 * out over a window that moves on, without taking anything away again.
 */
export interface Fold<T> {
  /** Undefined for a value that does not count. @param time of the row, in seconds */
  readonly lift: (value: Single, time: number | undefined) => T | undefined
  readonly combine: (older: T, newer: T) => T
  /** Of nothing: undefined. */
  readonly result: (of: T | undefined) => Stored | null
}

function fold<T>(lift: Fold<T>['lift'], combine: Fold<T>['combine'], result: Fold<T>['result']): Fold<unknown> {
  return { lift, combine, result } as Fold<unknown>
}

function ofNumbers<T>(
  lift: (value: number) => T,
  combine: Fold<T>['combine'],
  result: (of: T) => number | null,
): Fold<unknown> {
  return fold<T>(
    (value) => {
      const number = numberOf(value)
      return number === undefined ? undefined : lift(number)
    },
    combine,
    (of) => {
      const number = of === undefined ? null : result(of)
      return number === null ? null : finite(number)
    },
  )
}

function ofTimes<T>(
  lift: (time: number, value: Single) => T,
  combine: Fold<T>['combine'],
  result: (of: T) => Stored | null,
): Fold<unknown> {
  return fold<T>(
    (value, time) => (time === undefined ? undefined : lift(time, value)),
    combine,
    (of) => (of === undefined ? null : result(of)),
  )
}

const add = (a: number, b: number): number => a + b
const same = <T>(value: T): T => value
const one = (of: Single | undefined): Stored | null => of ?? null

interface Moments {
  readonly count: number
  readonly mean: number
  /** Sum of the squared distances from the mean. */
  readonly spread: number
}

/** @param less 1 for a sample, 0 for all there is */
function spread(less: 0 | 1, result: (variance: number) => number): Fold<unknown> {
  return ofNumbers<Moments>(
    (mean) => ({ count: 1, mean, spread: 0 }),
    (a, b) => {
      const count = a.count + b.count
      const apart = b.mean - a.mean
      return {
        count,
        mean: a.mean + (apart * b.count) / count,
        spread: a.spread + b.spread + (apart * apart * a.count * b.count) / count,
      }
    },
    ({ count, spread: sum }) => (count === 1 ? 0 : result(sum / (count - less))),
  )
}

interface Timed {
  readonly time: number
  readonly value: Single
}

const earlier = (a: Timed, b: Timed): Timed => (b.time < a.time ? b : a)
const later = (a: Timed, b: Timed): Timed => (b.time > a.time ? b : a)

/** Aggregates by name that are folds. */
export const folds: Readonly<Record<string, Fold<unknown>>> = {
  count: fold<number>(
    () => 1,
    add,
    (of) => of ?? 0,
  ),
  sum: ofNumbers(same, add, same),
  sumsq: ofNumbers((value) => value * value, add, same),
  avg: ofNumbers(
    (sum) => ({ sum, count: 1 }),
    (a, b) => ({ sum: a.sum + b.sum, count: a.count + b.count }),
    ({ sum, count }) => sum / count,
  ),
  min: fold<Single>(same, (a, b) => (compareSingles(b, a) < 0 ? b : a), one),
  max: fold<Single>(same, (a, b) => (compareSingles(b, a) > 0 ? b : a), one),
  range: ofNumbers(
    (value) => ({ least: value, most: value }),
    (a, b) => ({ least: Math.min(a.least, b.least), most: Math.max(a.most, b.most) }),
    ({ least, most }) => most - least,
  ),
  var: spread(1, same),
  varp: spread(0, same),
  stdev: spread(1, Math.sqrt),
  stdevp: spread(0, Math.sqrt),
  first: fold<Single>(same, (a) => a, one),
  last: fold<Single>(same, (_, b) => b, one),
  earliest: ofTimes<Timed>(
    (time, value) => ({ time, value }),
    earlier,
    ({ value }) => value,
  ),
  latest: ofTimes<Timed>(
    (time, value) => ({ time, value }),
    later,
    ({ value }) => value,
  ),
  earliest_time: ofTimes(same<number>, Math.min, same),
  latest_time: ofTimes(same<number>, Math.max, same),
  /** Change a second between the earliest and the latest value of a counter. */
  rate: ofTimes<{ readonly first: Timed; readonly last: Timed }>(
    (time, value) => ({ first: { time, value }, last: { time, value } }),
    (a, b) => ({ first: earlier(a.first, b.first), last: later(a.last, b.last) }),
    ({ first, last }) => {
      const [from, to] = [numberOf(first.value), numberOf(last.value)]
      if (from === undefined || to === undefined || first.time === last.time) return null
      return finite((to - from) / (last.time - first.time))
    },
  ),
}
