import { LAST_CODE_POINT, type CharSet } from '../../../ir/char-set.ts'
import type { RegexTree } from './tree.ts'

/** The characters as one expression tells them apart: classes of characters that no set of it separates. */
export class Alphabet {
  /** Where each class begins, ascending; a class ends where the next one begins. */
  readonly #begins: readonly number[]
  readonly #ascii = new Uint16Array(0x80)

  constructor(tree: RegexTree) {
    const begins = new Set([0])
    for (const set of setsOf(tree))
      for (const [low, high] of set) {
        begins.add(low)
        if (high < LAST_CODE_POINT) begins.add(high + 1)
      }
    this.#begins = [...begins].sort((a, b) => a - b)
    for (let code = 0; code < this.#ascii.length; code++) this.#ascii[code] = this.#find(code)
  }

  classOf(code: number): number {
    return code < 0x80 ? (this.#ascii[code] ?? 0) : this.#find(code)
  }

  /** 1 for each class that lies in a set of the expression. */
  classesOf(set: CharSet): Uint8Array {
    const classes = new Uint8Array(this.#begins.length)
    for (const [low, high] of set) {
      const last = this.#find(high)
      for (let at = this.#find(low); at <= last; at++) classes[at] = 1
    }
    return classes
  }

  #find(code: number): number {
    let low = 0
    let high = this.#begins.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#begins[middle] ?? 0) <= code) low = middle
      else high = middle - 1
    }
    return low
  }
}

function* setsOf(tree: RegexTree): Generator<CharSet> {
  switch (tree.kind) {
    case 'set':
      yield tree.set
      return
    case 'nothing':
    case 'anything':
      return
    case 'complement':
    case 'repeat':
      yield* setsOf(tree.of)
      return
    case 'concat':
    case 'union':
    case 'intersection':
      for (const part of tree.of) yield* setsOf(part)
  }
}
