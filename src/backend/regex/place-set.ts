/** Sets of places of an expression, as bits: several of one width stand one behind another in one array. */
export type PlaceSets = Int32Array<ArrayBuffer>

/** How many words a set of so many members takes. */
export function widthOf(members: number): number {
  return (members + 31) >>> 5
}

/** Adds a member to the set that begins at `at`. */
export function addMember(words: PlaceSets, at: number, member: number): void {
  const word = at + (member >>> 5)
  words[word] = (words[word] ?? 0) | (1 << (member & 31))
}

/** The first member that a word has, which is not empty. */
export function firstMember(word: number): number {
  return 31 - Math.clz32(word & -word)
}

export function sizeOf(words: PlaceSets): number {
  let size = 0
  for (let i = 0; i < words.length; i++) for (let rest = words[i] ?? 0; rest !== 0; rest &= rest - 1) size++
  return size
}

/** Different sets, each once, with a number. */
export class DistinctSets {
  readonly #width: number
  #words: PlaceSets = new Int32Array(1 << 8)
  #size = 0
  /** Numbers of sets by their hash; -1 where there is none. */
  #slots = new Int32Array(1 << 6).fill(-1)

  constructor(width: number) {
    this.#width = width
  }

  /** All sets: number `n` begins at `n` times the width. Another array once one was added. */
  get words(): PlaceSets {
    return this.#words
  }

  /** The number of a set that is new, or undefined for one that is there. */
  add(set: PlaceSets): number | undefined {
    const slot = this.#slotOf(set, 0)
    if (this.#slots[slot] !== -1) return undefined
    const number = this.#size++
    this.#slots[slot] = number
    if (this.#size * this.#width > this.#words.length) this.#words = grown(this.#words)
    this.#words.set(set, number * this.#width)
    if (this.#size * 2 > this.#slots.length) this.#spread()
    return number
  }

  /** The number of a set that was added. */
  numberOf(set: PlaceSets): number | undefined {
    const number = this.#slots[this.#slotOf(set, 0)] ?? -1
    return number === -1 ? undefined : number
  }

  #slotOf(words: PlaceSets, at: number): number {
    let hash = 0
    for (let i = 0; i < this.#width; i++) {
      hash = Math.imul(hash ^ (words[at + i] ?? 0), 0x9e3779b1)
      hash ^= hash >>> 15
    }
    const mask = this.#slots.length - 1
    let slot = hash & mask
    while (!this.#isAt(this.#slots[slot] ?? -1, words, at)) slot = (slot + 1) & mask
    return slot
  }

  /** Whether a slot is free, or holds this set. */
  #isAt(number: number, words: PlaceSets, at: number): boolean {
    if (number === -1) return true
    const from = number * this.#width
    for (let i = 0; i < this.#width; i++) if (this.#words[from + i] !== words[at + i]) return false
    return true
  }

  #spread(): void {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(-1)
    for (let number = 0; number < this.#size; number++)
      this.#slots[this.#slotOf(this.#words, number * this.#width)] = number
  }
}

function grown(words: PlaceSets): PlaceSets {
  const larger = new Int32Array(words.length * 2)
  larger.set(words)
  return larger
}
