/** A power of two. */
const PLACES = 64
/** Longer ones, in bytes, are not remembered; shorter ones are read as fast as they are found. */
const LONGEST = 2048
const SHORTEST = 64
/** Where the bytes are that tell objects of one place apart: behind the first key, where an identity mostly stands. */
const TELLING = [15, 18, 21, 24, 33, 45, 60]

/** After so many in a row that were not known, so many objects are not looked for; then twice as many, up to the last. */
const TRIES = 32
const PAUSE = 512
const LONGEST_PAUSE = 1 << 16

/** What was found in a piece of a line, wherever the piece stands: values by their offset in it. */
export interface FoundValues {
  /** The fields that are there, what is known of each, and which of the values is its first; -1: it has none. */
  readonly stated: Int32Array
  readonly known: Uint8Array
  readonly first: Int32Array
  readonly fields: Int32Array
  readonly kinds: Uint8Array
  readonly from: Int32Array
  readonly to: Int32Array
}

export interface RecentObject {
  /** As it stands in a line, without the bracket that it begins with. */
  readonly bytes: Buffer
  readonly found: FoundValues
}

/**
 * Remembers the objects that stood in lines at one place, with what was found in them: that of a process or of a host is
 * the same, byte for byte, in many lines one after the other. All have one place, which the next ones of that place take
 * over, so that memory has a bound; where objects seldom come again they are mostly not looked for.
 */
export class RecentObjects {
  readonly #places = new Array<RecentObject | undefined>(PLACES).fill(undefined)
  #missed = 0
  #pause = 0
  #nextPause = PAUSE

  /** The one that stands there, behind its bracket; undefined when it is not known (any more). */
  find(bytes: Buffer, start: number): RecentObject | undefined {
    if (this.#pause > 0) {
      this.#pause--
      return undefined
    }
    const known = this.#places[placeOf(bytes, start)]
    if (known !== undefined) {
      const end = start + known.bytes.length
      // The last byte is the bracket that ends it: most others differ there already.
      if (bytes[end - 1] === CLOSE_OBJECT && known.bytes.compare(bytes, start, end) === 0) {
        this.#missed = 0
        this.#nextPause = PAUSE
        return known
      }
    }
    if (++this.#missed === TRIES) {
      this.#missed = 0
      this.#pause = this.#nextPause
      this.#nextPause = Math.min(2 * this.#nextPause, LONGEST_PAUSE)
    }
    return undefined
  }

  /** Whether one of such a length is worth remembering now. */
  isWanted(length: number): boolean {
    return this.#pause === 0 && length >= SHORTEST && length <= LONGEST
  }

  keep(bytes: Buffer, start: number, end: number, found: FoundValues): void {
    this.#places[placeOf(bytes, start)] = { bytes: Buffer.from(bytes.subarray(start, end)), found }
  }
}

const CLOSE_OBJECT = 0x7d

function placeOf(bytes: Buffer, start: number): number {
  let sum = 0
  for (const offset of TELLING) sum = Math.imul(sum, 31) + (bytes[start + offset] ?? 0)
  return (sum ^ (sum >> 6)) & (PLACES - 1)
}
