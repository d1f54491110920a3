import type { CharSet } from '../../ir/char-set.ts'
import type { RegexNode } from '../../ir/regex/tree.ts'

/** The letters of an expression: characters that stand in the same of its sets are one of them. */
export class Alphabet {
  readonly size: number
  readonly #letters = new Map<CharSet, ReadonlySet<number>>()

  constructor(node: RegexNode) {
    const sets = [...setsOf(node)]
    const edges = [...new Set([0, ...sets.flatMap((set) => set.flatMap(([low, high]) => [low, high + 1]))])]
    const letterOf = new Map<string, number>()
    const members = sets.map(() => new Set<number>())
    for (const edge of edges) {
      const holding = [...sets.keys()].filter((at) => sets[at]?.some(([low, high]) => low <= edge && edge <= high))
      const key = holding.join()
      const letter = letterOf.get(key) ?? letterOf.size
      letterOf.set(key, letter)
      for (const at of holding) members[at]?.add(letter)
    }
    this.size = letterOf.size
    sets.forEach((set, at) => this.#letters.set(set, members[at] ?? new Set()))
  }

  lettersOf(set: CharSet): ReadonlySet<number> {
    return this.#letters.get(set) ?? new Set()
  }
}

function setsOf(node: RegexNode, found = new Set<CharSet>()): ReadonlySet<CharSet> {
  if (node.kind === 'set') found.add(node.set)
  else if (node.kind === 'repeat') setsOf(node.of, found)
  else if (node.kind === 'concat' || node.kind === 'alternate') for (const each of node.of) setsOf(each, found)
  return found
}
