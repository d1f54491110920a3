import { foldCase } from './fold.ts'

/**
 * Finds many folded literals in a text in one pass (Aho–Corasick), without regard to case. The table of moves is dense
 * over the characters that occur in literals, all others share a column; capital letters share that of the small ones,
 * so that only a text with other letters than English ones has to be folded first.
 */
export class LiteralScan {
  readonly #ascii = new Uint16Array(128)
  readonly #wide = new Map<number, number>()
  readonly #width: number
  /**
   * Where each state's row begins and a character's column meet: where the row of the next state begins, its bits
   * inverted (so below zero) when a literal ends there. The loop over a text then needs this table only.
   */
  readonly #moves: Int32Array
  /** For each state, the places of the literals that end there. */
  readonly #ends: readonly (readonly number[])[]

  /** @param literals folded */
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
    for (let capital = 0x41; capital <= 0x5a; capital++) this.#ascii[capital] = this.#ascii[capital + 0x20] ?? 0
    this.#width = columns
    const { children, ends } = this.#trie(literals)
    const moves = new Int32Array(children.length * columns)
    this.#link(children, ends, moves)
    this.#ends = ends
    const rows = Int32Array.from(ends, (each, state) => (each.length > 0 ? ~(state * columns) : state * columns))
    this.#moves = moves.map((state) => rows[state] ?? 0)
  }

  /** Calls back with the place of each literal found, at least once. */
  scan(text: string, found: (literal: number) => void): void {
    const moves = this.#moves
    const ascii = this.#ascii
    let row = 0
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit >= 128) return this.#scanFolded(foldCase(text), found)
      row = moves[row + (ascii[unit] ?? 0)] ?? 0
      if (row < 0) {
        row = ~row
        this.#tell(row, found)
      }
    }
  }

  /** The same for bytes, which are ASCII: also says where each ends, wherever it stands. */
  scanBytes(bytes: Uint8Array, from: number, to: number, found: (literal: number, end: number) => void): void {
    const moves = this.#moves
    const ascii = this.#ascii
    let row = 0
    for (let at = from; at < to; at++) {
      row = moves[row + (ascii[bytes[at] as number] as number)] as number
      if (row < 0) {
        row = ~row
        for (const literal of this.#ends[row / this.#width] ?? NONE) found(literal, at + 1)
      }
    }
  }

  #scanFolded(text: string, found: (literal: number) => void): void {
    let row = 0
    for (let i = 0; i < text.length; i++) {
      row = this.#moves[row + this.#column(text.charCodeAt(i))] ?? 0
      if (row < 0) {
        row = ~row
        this.#tell(row, found)
      }
    }
  }

  #tell(row: number, found: (literal: number) => void): void {
    for (const literal of this.#ends[row / this.#width] ?? NONE) found(literal)
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
  #link(children: readonly Map<number, number>[], ends: number[][], moves: Int32Array): void {
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

const NONE: readonly number[] = []
