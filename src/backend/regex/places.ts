import type { CharSet } from '../../ir/char-set.ts'
import type { RegexNode } from '../../ir/regex/tree.ts'

/** More characters than these, with those of repetitions counted as often as they may come, take too long to look at. */
export const MOST_PLACES = 4000

/** Part of an expression: where it may begin and end, and whether it may be of no character at all. */
interface Part {
  readonly first: readonly number[]
  readonly last: readonly number[]
  readonly empty: boolean
}

const NOTHING: Part = { first: [], last: [], empty: true }

/** The places of characters in an expression, and which may follow which (Glushkov's automaton, as in Lucene without empty steps). */
export class Places {
  readonly sets: CharSet[] = []
  readonly follow: number[][] = []

  of(node: RegexNode): Part {
    if (this.sets.length > MOST_PLACES) return NOTHING
    switch (node.kind) {
      case 'empty':
      case 'anchor':
        return NOTHING
      case 'set':
        return this.#place(node.set)
      case 'concat':
        return node.of.reduce<Part>((before, each) => this.#join(before, this.of(each)), NOTHING)
      case 'alternate': {
        const parts = node.of.map((each) => this.of(each))
        return {
          first: parts.flatMap(({ first }) => first),
          last: parts.flatMap(({ last }) => last),
          empty: parts.some(({ empty }) => empty),
        }
      }
      case 'repeat':
        return this.#repeat(node)
    }
  }

  #join(a: Part, b: Part): Part {
    for (const place of a.last) this.follow[place]?.push(...b.first)
    return {
      first: a.empty ? [...a.first, ...b.first] : a.first,
      last: b.empty ? [...a.last, ...b.last] : b.last,
      empty: a.empty && b.empty,
    }
  }

  #place(set: CharSet): Part {
    const place = this.sets.length
    this.sets.push(set)
    this.follow.push([])
    return { first: [place], last: [place], empty: false }
  }

  /** Each further time may come only after the one before it, so that there is one way through the copies. */
  #repeat({ of, min, max }: Extract<RegexNode, { kind: 'repeat' }>): Part {
    let whole = NOTHING
    for (let time = 1; time < min; time++) whole = this.#join(whole, this.of(of))
    if (max === null) {
      const part = this.of(of)
      this.#join(part, part)
      return this.#join(whole, { ...part, empty: part.empty || min === 0 })
    }
    if (min > 0) whole = this.#join(whole, this.of(of))
    let before: Part | undefined
    const optional: Part[] = []
    for (let time = min; time < max && this.sets.length <= MOST_PLACES; time++) {
      const part = this.of(of)
      if (before) this.#join(before, part)
      optional.push(part)
      before = part
    }
    const [first] = optional
    if (first === undefined) return whole
    return this.#join(whole, { first: first.first, last: optional.flatMap(({ last }) => last), empty: true })
  }
}
