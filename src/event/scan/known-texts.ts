/** So many texts are remembered, a power of two, and so many bytes of them; then all are forgotten. */
const MOST = 1 << 14
const BYTES = 1 << 20
/** Longer ones, in bytes, are not remembered. */
const LONGEST = 512
/** So many places are looked at, however many texts somebody made that lie together. */
const STEPS = 64

/** Texts by the ASCII bytes that they are written with: each is made once while it is remembered. */
export class KnownTexts {
  /** By hash: the number of a text, from 1; 0 where there is none. Never more than half full. */
  readonly #slots = new Uint16Array(2 * MOST)
  readonly #texts: string[] = []
  readonly #hashes = new Int32Array(MOST)
  /** Where the bytes of each text begin; they end where those of the next one do. */
  readonly #starts = new Int32Array(MOST + 1)
  readonly #bytes = new Uint8Array(BYTES)
  /** Of the bytes that were asked for last. */
  #hash = 0

  /** The text of these bytes; undefined when it is not known (any more). */
  find(bytes: Uint8Array, from: number, to: number): string | undefined {
    const length = to - from
    if (length > LONGEST) return undefined
    let hash = length
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193)
    this.#hash = hash
    for (let slot = slotOf(hash), steps = 0; steps < STEPS; slot = nextSlot(slot), steps++) {
      const number = this.#slots[slot] as number
      if (number === 0) return undefined
      if (this.#hashes[number - 1] === hash && this.#isAt(number - 1, bytes, from, length))
        return this.#texts[number - 1]
    }
    return undefined
  }

  #isAt(place: number, bytes: Uint8Array, from: number, length: number): boolean {
    const start = this.#starts[place] as number
    if ((this.#starts[place + 1] as number) - start !== length) return false
    const known = this.#bytes
    for (let at = 0; at < length; at++) if (known[start + at] !== bytes[from + at]) return false
    return true
  }

  /** Remembers the text, which is by itself in memory, of these bytes, which were asked for last. */
  keep(bytes: Uint8Array, from: number, to: number, text: string): string {
    if (to - from > LONGEST) return text
    let place = this.#texts.length
    if (place === MOST || (this.#starts[place] as number) + to - from > BYTES) {
      this.#slots.fill(0)
      this.#texts.length = 0
      place = 0
    }
    let slot = slotOf(this.#hash)
    for (let steps = 0; this.#slots[slot] !== 0; slot = nextSlot(slot)) if (++steps === STEPS) return text
    const start = this.#starts[place] as number
    for (let at = from; at < to; at++) this.#bytes[start + at - from] = bytes[at] as number
    this.#starts[place + 1] = start + to - from
    this.#hashes[place] = this.#hash
    this.#texts.push(text)
    this.#slots[slot] = place + 1
    return text
  }
}

function nextSlot(slot: number): number {
  return (slot + 1) & (2 * MOST - 1)
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (2 * MOST - 1)
}
