import type { CharSet } from '../../ir/char-set.ts'
import { hasParts, isAssembled } from './assembly.ts'
import { Meanings } from './meanings.ts'
import { addMember, DistinctSets, firstMember, sizeOf, widthOf, type PlaceSets } from './place-set.ts'
import { MOST_PLACES, Places } from './places.ts'
import type { RegexNode } from '../../ir/regex/tree.ts'

/**
 * What Elasticsearch spends on one expression at most: ten times `Operations.DEFAULT_DETERMINIZE_WORK_LIMIT` of Lucene.
 * Above it ES|QL and the search API give an error, but a search string just finds nothing.
 */
export const MOST_EFFORT = 100_000

/**
 * Whether Elasticsearch takes an expression, which must match a whole value: as Lucene 9 puts it together, part by part, and
 * as Lucene 10 does, at once.
 * @param states how many states it needs there for each one here
 */
export function isDeterminable(node: RegexNode, states = 1): boolean {
  const most = MOST_EFFORT / states
  return determinizationEffort(node, most) < most && (!hasParts(node) || isAssembled(node, most))
}

/**
 * What it costs to turn an expression into an automaton without choices: for each state of it, the number of places in
 * the expression that it stands for (`Operations.determinize` of Lucene 9). Counting stops at `most`.
 */
export function determinizationEffort(node: RegexNode, most: number): number {
  const places = new Places()
  const whole = places.of(node)
  if (places.sets.length > MOST_PLACES) return most
  const width = widthOf(places.sets.length)
  const letters = new Letters(places.sets, width)
  const steps = new Steps(places.follow, width)
  const seen = new DistinctSets(width)
  /** States that were not left yet, by their size. */
  const waiting: number[][] = []
  let effort = 0
  const reach = (state: PlaceSets): void => {
    const added = seen.add(state)
    if (added === undefined) return
    // Every state that is reached is left once, at that cost.
    const size = sizeOf(state)
    effort += size
    ;(waiting[size] ??= []).push(added)
  }
  const next: PlaceSets = new Int32Array(width)
  for (const place of whole.first) addMember(next, 0, place)
  letters.each(next, reach)
  while (waiting.length > 0 && effort < most) {
    // The largest first, so that what costs too much is known soon.
    const each = waiting.at(-1)?.pop()
    if (each === undefined) waiting.pop()
    else {
      steps.from(seen.words, each * width, next)
      letters.each(next, reach)
    }
  }
  return Math.min(effort, most)
}

/** The kinds of character that the sets of an expression tell apart. */
class Letters {
  readonly #width: number
  /** For each letter the places that it can stand in: one such row behind another. */
  readonly #rows: PlaceSets
  /** For each place the letters that are not like the first there. */
  readonly #unlike: Meanings
  readonly #asked: PlaceSets
  readonly #state: PlaceSets

  constructor(sets: readonly CharSet[], width: number) {
    const edges = new Set([0])
    for (const set of sets) for (const range of set) edges.add(range[0]).add(range[1] + 1)
    const letters = [...edges].sort((a, b) => a - b)
    const rowOf = new Map(letters.map((letter, row) => [letter, row]))
    this.#width = width
    this.#rows = new Int32Array(letters.length * width)
    const unlike = sets.map((set, place) => {
      let isUnlike = false
      const from = set.flatMap((range) => [rowOf.get(range[0]) ?? 0, rowOf.get(range[1] + 1) ?? 0])
      const found: number[] = []
      const isLike = from[0] === 0
      for (let row = 0, at = 0; row < letters.length; row++) {
        for (; from[at] === row; at++) isUnlike = !isUnlike
        if (isUnlike) addMember(this.#rows, row * width, place)
        if (isUnlike !== isLike) found.push(row)
      }
      return found
    })
    this.#unlike = new Meanings(unlike, widthOf(letters.length))
    this.#asked = new Int32Array(widthOf(letters.length))
    this.#state = new Int32Array(width)
  }

  /** Calls `reach` with the places of a set that a letter can stand in, once for letters that are alike in it. */
  each(from: PlaceSets, reach: (state: PlaceSets) => void): void {
    this.#one(from, 0, reach)
    this.#asked.fill(0)
    this.#unlike.addOf(from, 0, this.#asked)
    for (let word = 0; word < this.#asked.length; word++)
      for (let rest = this.#asked[word] ?? 0; rest !== 0; rest &= rest - 1)
        this.#one(from, word * 32 + firstMember(rest), reach)
  }

  #one(from: PlaceSets, letter: number, reach: (state: PlaceSets) => void): void {
    const row = letter * this.#width
    for (let i = 0; i < this.#width; i++) this.#state[i] = (from[i] ?? 0) & (this.#rows[row + i] ?? 0)
    reach(this.#state)
  }
}

/** Which places may follow which: mostly the one behind, and what else is the same for many, as at the ends of a repetition. */
class Steps {
  readonly #width: number
  /** The places that the one behind them may follow. */
  readonly #inLine: PlaceSets
  readonly #others: Meanings

  constructor(follow: readonly (readonly number[])[], width: number) {
    this.#width = width
    this.#inLine = new Int32Array(width)
    const others = follow.map((all, place) => {
      if (all.includes(place + 1)) addMember(this.#inLine, 0, place)
      return all.filter((each) => each !== place + 1)
    })
    this.#others = new Meanings(others, width)
  }

  /** Into `next`, what may follow the places of the set that begins at `at` of `words`. */
  from(words: PlaceSets, at: number, next: PlaceSets): void {
    let carried = 0
    for (let i = 0; i < this.#width; i++) {
      const moved = (words[at + i] ?? 0) & (this.#inLine[i] ?? 0)
      next[i] = (moved << 1) | carried
      carried = moved >>> 31
    }
    this.#others.addOf(words, at, next)
  }
}
