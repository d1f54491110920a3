import type { CharSet } from '../../ir/char-set.ts'
import { MOST_PLACES, Places } from './places.ts'
import type { RegexNode } from './tree.ts'

/**
 * What Elasticsearch spends on one expression at most: ten times `Operations.DEFAULT_DETERMINIZE_WORK_LIMIT` of Lucene.
 * Above it ES|QL and the search API give an error, but a search string just finds nothing.
 */
export const MOST_EFFORT = 100_000

/**
 * Whether Elasticsearch takes an expression, which must match a whole value.
 * @param states how many states it needs there for each one here
 */
export function isDeterminable(node: RegexNode, states = 1): boolean {
  const most = MOST_EFFORT / states
  return determinizationEffort(node, most) < most
}

/**
 * What it costs to turn an expression into an automaton without choices: for each state of it, the number of places in
 * the expression that it stands for (`Operations.determinize` of Lucene 9). Counting stops at `most`.
 */
export function determinizationEffort(node: RegexNode, most: number): number {
  const places = new Places()
  const whole = places.of(node)
  if (places.sets.length > MOST_PLACES) return most
  const width = (places.sets.length + 31) >>> 5
  const masks = letterMasks(places.sets, width)
  const follow = flat(places.follow, width)
  const seen = new States(width)
  /** States that were not left yet, by their size. */
  const waiting: number[][] = []
  const state = new Uint32Array(width)
  let effort = 0
  const reach = (from: Uint32Array): void => {
    for (const mask of masks) {
      for (let i = 0; i < width; i++) state[i] = (from[i] ?? 0) & (mask[i] ?? 0)
      const added = seen.add(state)
      if (added === undefined) continue
      // Every state that is reached is left once, at that cost.
      const size = sizeOf(state)
      effort += size
      ;(waiting[size] ??= []).push(added)
    }
  }
  reach(bits(whole.first, width))
  const next = new Uint32Array(width)
  while (waiting.length > 0 && effort < most) {
    // The largest first, so that what costs too much is known soon.
    const each = waiting.at(-1)?.pop()
    if (each === undefined) waiting.pop()
    else {
      leave(seen.of(each), follow, next)
      reach(next)
    }
  }
  return Math.min(effort, most)
}

/** What may follow the places of a state, into `next`. */
function leave(state: Uint32Array, follow: Uint32Array, next: Uint32Array): void {
  const width = state.length
  next.fill(0)
  for (let word = 0; word < width; word++) {
    for (let rest = state[word] ?? 0; rest !== 0; rest &= rest - 1) {
      const from = lowest(word, rest) * width
      for (let i = 0; i < width; i++) next[i] = (next[i] ?? 0) | (follow[from + i] ?? 0)
    }
  }
}

/** For each kind of character that the sets tell apart, the places that it can stand in. */
function letterMasks(sets: readonly CharSet[], width: number): Uint32Array[] {
  const placesOf = new Map<string, { readonly set: CharSet; readonly places: number[] }>()
  for (const [place, set] of sets.entries()) {
    const key = set.join(' ')
    const known = placesOf.get(key)
    if (known === undefined) placesOf.set(key, { set, places: [place] })
    else known.places.push(place)
  }
  const kinds = [...placesOf.values()]
  const letters = new Set([0, ...kinds.flatMap(({ set }) => set.flatMap(([low, high]) => [low, high + 1]))])
  const masks = new States(width)
  const result: Uint32Array[] = []
  for (const letter of letters) {
    const held = kinds.filter(({ set }) => set.some(([low, high]) => low <= letter && letter <= high))
    const mask = bits(
      held.flatMap(({ places }) => places),
      width,
    )
    if (masks.add(mask) !== undefined) result.push(mask)
  }
  return result
}

/** Sets of places, each once, one behind another in one array. */
class States {
  readonly #width: number
  #words = new Uint32Array(1 << 8)
  #size = 0
  /** Numbers of states by their hash; -1 where there is none. */
  #slots = new Int32Array(1 << 6).fill(-1)

  constructor(width: number) {
    this.#width = width
  }

  /** The number of a state that is new, or undefined for one that is there. */
  add(state: Uint32Array): number | undefined {
    const slot = this.#slotOf(state)
    if (this.#slots[slot] !== -1) return undefined
    const number = this.#size++
    this.#slots[slot] = number
    if (this.#size * this.#width > this.#words.length) this.#words = grown(this.#words)
    this.#words.set(state, number * this.#width)
    if (this.#size * 2 > this.#slots.length) this.#spread()
    return number
  }

  of(number: number): Uint32Array {
    return this.#words.subarray(number * this.#width, (number + 1) * this.#width)
  }

  #slotOf(state: Uint32Array): number {
    let hash = 0
    for (let i = 0; i < this.#width; i++) {
      hash = Math.imul(hash ^ (state[i] ?? 0), 0x9e3779b1)
      hash ^= hash >>> 15
    }
    const mask = this.#slots.length - 1
    let slot = hash & mask
    while (!this.#isAt(this.#slots[slot] ?? -1, state)) slot = (slot + 1) & mask
    return slot
  }

  /** Whether a slot is free, or holds this state. */
  #isAt(number: number, state: Uint32Array): boolean {
    if (number === -1) return true
    const from = number * this.#width
    for (let i = 0; i < this.#width; i++) if (this.#words[from + i] !== state[i]) return false
    return true
  }

  #spread(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1)
    for (let number = 0; number < this.#size; number++) this.#slots[this.#slotOf(this.of(number))] = number
  }
}

function grown(words: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(words.length * 2)
  larger.set(words)
  return larger
}

/** For each place the set of those that follow it, one behind another. */
function flat(follow: readonly (readonly number[])[], width: number): Uint32Array {
  const result = new Uint32Array(follow.length * width)
  for (const [place, next] of follow.entries()) result.set(bits(next, width), place * width)
  return result
}

function bits(places: readonly number[], width: number): Uint32Array {
  const result = new Uint32Array(width)
  for (const place of places) result[place >>> 5] = (result[place >>> 5] ?? 0) | (1 << (place & 31))
  return result
}

/** The first place of a word of a state. */
function lowest(word: number, places: number): number {
  return word * 32 + 31 - Math.clz32(places & -places)
}

function sizeOf(state: Uint32Array): number {
  let size = 0
  for (let i = 0; i < state.length; i++) for (let rest = state[i] ?? 0; rest !== 0; rest &= rest - 1) size++
  return size
}
