/**
 * The bounds of the buckets: whole numbers, each about a twentieth above the one before it, made without logarithms so
 * that every machine puts a value into the same one. They reach beyond a year of milliseconds and a terabyte.
 */
const BOUNDS: readonly number[] = (() => {
  const bounds = [0]
  for (let next = 1; next < 1e13; next = Math.max(next + 1, Math.floor((next * 21) / 20))) bounds.push(next)
  return bounds
})()

/** How far off a quantile is at most, as a part of its value. */
export const SKETCH_ERROR = 0.05

/**
 * How values are spread, in buckets that grow with the value (the idea of DDSketch: Masson, Rim and Lee, VLDB 2019). Two
 * of them add up to exactly what one would hold that had seen all values; the order of values plays no part. Quantiles
 * are at most a twentieth below the value that they stand for; the least and the greatest are exact.
 */
export class Sketch {
  #count = 0
  #least = Infinity
  #greatest = -Infinity
  readonly #buckets = new Map<number, number>()
  /** The buckets in order, once somebody asked for them; undefined when a value came since. */
  #ordered: SketchData['buckets'] | undefined

  get count(): number {
    return this.#count
  }

  get least(): number {
    return this.#least
  }

  get greatest(): number {
    return this.#greatest
  }

  /** @param value zero or more; anything after the point is cut */
  add(value: number): void {
    const whole = Math.min(Math.max(0, Math.floor(value)), Number.MAX_SAFE_INTEGER)
    this.#count++
    this.#least = Math.min(this.#least, whole)
    this.#greatest = Math.max(this.#greatest, whole)
    const bucket = bucketOf(whole)
    this.#ordered = undefined
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1)
  }

  addAll(other: Sketch): void {
    this.#count += other.#count
    this.#ordered = undefined
    this.#least = Math.min(this.#least, other.#least)
    this.#greatest = Math.max(this.#greatest, other.#greatest)
    for (const [bucket, count] of other.#buckets) this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count)
  }

  /** The value of this rank, 0 to 1, nearest rank; 0 where there are no values. */
  quantile(rank: number): number {
    if (this.#count === 0) return 0
    let left = Math.max(1, Math.ceil(rank * this.#count))
    if (left === 1) return this.#least
    for (const [bucket, count] of this.#sorted()) {
      left -= count
      if (left <= 0) return Math.min(this.#greatest, Math.max(this.#least, BOUNDS[bucket] ?? 0))
    }
    return this.#greatest
  }

  /** Plain data, the same for the same values. */
  toJSON(): SketchData {
    return { least: this.#least, greatest: this.#greatest, buckets: this.#sorted() }
  }

  /** Undefined for data that no sketch gives. */
  static from(data: unknown): Sketch | undefined {
    if (!isSketchData(data)) return undefined
    const sketch = new Sketch()
    for (const [bucket, count] of data.buckets) {
      if (sketch.#buckets.has(bucket)) return undefined
      sketch.#buckets.set(bucket, count)
      sketch.#count += count
    }
    const reach = data.buckets.map(([bucket]) => bucket)
    if (bucketOf(data.least) !== Math.min(...reach) || bucketOf(data.greatest) !== Math.max(...reach)) return undefined
    sketch.#least = data.least
    sketch.#greatest = data.greatest
    return sketch
  }

  #sorted(): SketchData['buckets'] {
    return (this.#ordered ??= [...this.#buckets].sort(([a], [b]) => a - b))
  }
}

export interface SketchData {
  readonly least: number
  readonly greatest: number
  readonly buckets: readonly (readonly [bucket: number, count: number])[]
}

/** Of small values, which most are. */
const SMALL = Uint16Array.from({ length: 1024 }, (_, value) => searchBucket(value))

/** The last bucket whose bound is not above the value. */
function bucketOf(value: number): number {
  return SMALL[value] ?? searchBucket(value)
}

function searchBucket(value: number): number {
  let low = 0
  let high = BOUNDS.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((BOUNDS[middle] ?? Infinity) <= value) low = middle
    else high = middle - 1
  }
  return low
}

function isSketchData(data: unknown): data is SketchData {
  if (typeof data !== 'object' || data === null) return false
  const { least, greatest, buckets } = data as Partial<Record<keyof SketchData, unknown>>
  if (!isCount(least) || !isCount(greatest) || least > greatest) return false
  return Array.isArray(buckets) && buckets.length > 0 && buckets.every(isBucket)
}

function isBucket(item: unknown): boolean {
  if (!Array.isArray(item) || item.length !== 2) return false
  const [bucket, count] = item as readonly unknown[]
  return isCount(bucket) && bucket < BOUNDS.length && isCount(count) && count > 0
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
