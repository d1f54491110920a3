/** A power of two. */
const PLACES = 1024
/** Longer ones, in bytes, seldom come twice, and are not remembered. */
const LONGEST = 64

/**
 * Remembers what was worked out for bytes that came a short while ago. All have one place, which the next ones of that
 * place take over: so it costs little to remember what never comes again, and memory has a bound.
 */
export class RecentBytes<V> {
  readonly #bytes = new Uint8Array(PLACES * LONGEST)
  readonly #lengths = new Uint8Array(PLACES)
  readonly #values = new Array<V | undefined>(PLACES).fill(undefined)
  /** What was asked for last. */
  #asked: Uint8Array = this.#bytes
  #from = 0
  #length = 0
  #place = 0

  /** What was worked out for these bytes; undefined when that is not known (any more). */
  find(bytes: Uint8Array, from: number, to: number): V | undefined {
    const length = to - from
    this.#length = length
    if (length === 0 || length > LONGEST) return undefined
    this.#asked = bytes
    this.#from = from
    const place = placeOf(bytes, from, length)
    this.#place = place
    if (this.#lengths[place] !== length) return undefined
    const known = this.#bytes
    const start = place * LONGEST
    for (let at = 0; at < length; at++) if (known[start + at] !== bytes[from + at]) return undefined
    return this.#values[place]
  }

  /** Remembers it for the bytes that were asked for last. */
  keep(value: V): V {
    const length = this.#length
    if (length === 0 || length > LONGEST) return value
    const known = this.#bytes
    const start = this.#place * LONGEST
    for (let at = 0; at < length; at++) known[start + at] = this.#asked[this.#from + at] as number
    this.#lengths[this.#place] = length
    this.#values[this.#place] = value
    return value
  }
}

/** From a few bytes only: it has to be found sooner than a hash of them all. */
function placeOf(bytes: Uint8Array, from: number, length: number): number {
  const last = from + length - 1
  const near = length < 3 ? from : last - 2
  const sum = (bytes[last] as number) * 31 + (bytes[near] as number) * 127 + (bytes[from + (length >> 1)] as number) * 7
  return (length * 961 + sum) & (PLACES - 1)
}
