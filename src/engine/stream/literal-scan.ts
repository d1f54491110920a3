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
    const trie = new Trie(columns)
    for (const [place, literal] of literals.entries()) {
      let state = 0
      for (let i = 0; i < literal.length; i++) state = trie.step(state, this.#column(literal.charCodeAt(i)))
      trie.ends[state]?.push(place)
    }
    this.#ends = trie.ends
    this.#moves = trie.link()
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
}

/** The states that the literals lead to, while they are found; then the moves between them. */
class Trie {
  /** For each state, the places of the literals that end there. */
  readonly ends: number[][] = [[]]
  readonly #width: number
  /** The state that a column leads to from each; 0, where all begin, for none. */
  #moves: Int32Array

  constructor(width: number) {
    this.#width = width
    this.#moves = new Int32Array(64 * width)
  }

  /** The state behind this one, which may be a new one. */
  step(state: number, column: number): number {
    const at = state * this.#width + column
    const there = this.#moves[at] as number
    if (there !== 0) return there
    const next = this.ends.push([]) - 1
    if ((next + 1) * this.#width > this.#moves.length) {
      const larger = new Int32Array(this.#moves.length * 2)
      larger.set(this.#moves)
      this.#moves = larger
    }
    this.#moves[at] = next
    return next
  }

  /**
   * Breadth first: where a state leads nowhere, it leads where its longest proper suffix that is a state does. Gives the
   * table that `LiteralScan` runs on.
   */
  link(): Int32Array {
    const width = this.#width
    const moves = this.#moves.slice(0, this.ends.length * width)
    const suffix = new Int32Array(this.ends.length)
    const queue = new Int32Array(this.ends.length)
    for (let at = 0, found = 1; at < found; at++) {
      const state = queue[at] as number
      const back = suffix[state] as number
      if (state !== 0) this.ends[state]?.push(...(this.ends[back] ?? NONE))
      for (let column = 1; column < width; column++) {
        const place = state * width + column
        const beside = state === 0 ? 0 : (moves[back * width + column] as number)
        const child = moves[place] as number
        if (child === 0) moves[place] = beside
        else {
          suffix[child] = beside
          queue[found++] = child
        }
      }
    }
    for (let at = 0; at < moves.length; at++) {
      const state = moves[at] as number
      const row = state * width
      moves[at] = (this.ends[state]?.length ?? 0) > 0 ? ~row : row
    }
    return moves
  }
}

const NONE: readonly number[] = []
