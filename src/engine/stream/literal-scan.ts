/**
 * Finds many literals in a text in one pass (Aho–Corasick). The table of moves is dense over the characters that occur
 * in literals, all others share a column.
 */
export class LiteralScan {
  readonly #ascii = new Uint16Array(128)
  readonly #wide = new Map<number, number>()
  readonly #width: number
  readonly #moves: Int32Array
  /** For each state, the places of the literals that end there. */
  readonly #ends: readonly (readonly number[] | null)[]

  constructor(literals: readonly string[]) {
    let columns = 1
    for (const literal of literals) {
      for (let i = 0; i < literal.length; i++) {
        const unit = literal.charCodeAt(i)
        if (this.#column(unit) !== 0) continue
        if (unit < 128) this.#ascii[unit] = columns++
        else this.#wide.set(unit, columns++)
      }
    }
    this.#width = columns
    const { children, ends } = this.#trie(literals)
    this.#moves = new Int32Array(children.length * columns)
    this.#link(children, ends)
    this.#ends = ends.map((each) => (each.length === 0 ? null : each))
  }

  /** Calls back with the place of each literal found, as often as it is found. */
  scan(text: string, found: (literal: number) => void): void {
    const moves = this.#moves
    const ascii = this.#ascii
    const width = this.#width
    const ends = this.#ends
    let state = 0
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      const column = unit < 128 ? (ascii[unit] ?? 0) : (this.#wide.get(unit) ?? 0)
      state = moves[state * width + column] ?? 0
      const here = ends[state]
      if (here) for (const literal of here) found(literal)
    }
  }

  #column(unit: number): number {
    return (unit < 128 ? this.#ascii[unit] : this.#wide.get(unit)) ?? 0
  }

  #trie(literals: readonly string[]): { children: Map<number, number>[]; ends: number[][] } {
    const children = [new Map<number, number>()]
    const ends: number[][] = [[]]
    for (const [place, literal] of literals.entries()) {
      let state = 0
      for (let i = 0; i < literal.length; i++) {
        const column = this.#column(literal.charCodeAt(i))
        let next = children[state]?.get(column)
        if (next === undefined) {
          next = children.length
          children[state]?.set(column, next)
          children.push(new Map<number, number>())
          ends.push([])
        }
        state = next
      }
      ends[state]?.push(place)
    }
    return { children, ends }
  }

  /** Breadth first: a state's missing moves are those of its longest proper suffix that is a state. */
  #link(children: readonly Map<number, number>[], ends: number[][]): void {
    const moves = this.#moves
    const width = this.#width
    const suffix = new Int32Array(children.length)
    const queue = [0]
    for (let at = 0; at < queue.length; at++) {
      const state = queue[at] ?? 0
      const back = suffix[state] ?? 0
      if (state !== 0) {
        moves.copyWithin(state * width, back * width, (back + 1) * width)
        ends[state]?.push(...(ends[back] ?? []))
      }
      for (const [column, child] of children[state] ?? []) {
        suffix[child] = state === 0 ? 0 : (moves[back * width + column] ?? 0)
        moves[state * width + column] = child
        queue.push(child)
      }
    }
  }
}
