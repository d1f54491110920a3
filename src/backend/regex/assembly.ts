import { Alphabet } from './alphabet.ts'
import type { Automaton } from './automaton.ts'
import { determinized } from './determinized.ts'
import { minimal } from './minimal.ts'
import type { RegexNode } from '../../ir/regex/tree.ts'

/** Automata of more states take too long to look at. */
const MOST_STATES = 4000

/** `RegExp` of Lucene 9 gives up on a repetition that has more states (`DEFAULT_DETERMINIZE_WORK_LIMIT`). */
const MOST_REPEATED = 10_000

/**
 * Whether `RegExp` of Lucene 9 takes an expression without anchors. It makes each alternative, concatenation and endless or
 * optional part free of choices, and as small as can be, before it puts that into what stands around it
 * (`toAutomatonInternal`), so that a part may have more states there than characters.
 * @param most effort for one of these, see {@link determinized}
 */
export function isAssembled(node: RegexNode, most: number): boolean {
  const alphabet = new Alphabet(node)
  const whole = new Assembly(alphabet, most).together(node)
  return whole !== undefined && determinized(whole, alphabet.size, most) !== undefined
}

/** Whether there are parts that Lucene works on: single characters, however often, are put together as they stand. */
export function hasParts(node: RegexNode): boolean {
  switch (node.kind) {
    case 'empty':
    case 'anchor':
    case 'set':
      return false
    case 'concat':
      return node.of.some(hasParts)
    case 'alternate':
      return true
    case 'repeat':
      return node.of.kind !== 'set'
  }
}

class Assembly {
  readonly #alphabet: Alphabet
  readonly #most: number

  constructor(alphabet: Alphabet, most: number) {
    this.#alphabet = alphabet
    this.#most = most
  }

  /** A node, put together of its parts. */
  together(node: RegexNode): Automaton | undefined {
    const whole = this.#whole(node)
    return whole && whole.accepts.length <= MOST_STATES ? whole : undefined
  }

  #whole(node: RegexNode): Automaton | undefined {
    switch (node.kind) {
      case 'empty':
      case 'anchor':
        return this.#nothing()
      case 'set':
        return this.#one(this.#alphabet.lettersOf(node.set))
      case 'concat': {
        const parts = this.#all(leaves(node, 'concat'))
        return parts && this.#concatenated(parts)
      }
      case 'alternate': {
        const branches = this.#all(leaves(node, 'alternate'))
        return branches && this.#united(branches)
      }
      case 'repeat':
        return this.#repeated(node)
    }
  }

  /** A node as a part of another. */
  #part(node: RegexNode): Automaton | undefined {
    const whole = this.together(node)
    if (whole === undefined || node.kind === 'set' || isBetween(node)) return whole
    const one = determinized(whole, this.#alphabet.size, this.#most)
    return one && one.accepts.length <= MOST_STATES ? minimal(one, this.#alphabet.size) : undefined
  }

  #all(nodes: readonly RegexNode[]): readonly Automaton[] | undefined {
    const all: Automaton[] = []
    for (const node of nodes) {
      const automaton = this.#part(node)
      if (automaton === undefined) return undefined
      all.push(automaton)
    }
    return all
  }

  #repeated({ of, min, max }: Extract<RegexNode, { kind: 'repeat' }>): Automaton | undefined {
    const once = this.#part(of)
    if (once === undefined) return undefined
    if (!this.#fits(once, max ?? min)) return undefined
    if (max === null) return this.#concatenated([...copies(once, min), this.#starred(once)])
    return this.#between(once, min, max)
  }

  #fits({ accepts }: Automaton, times: number): boolean {
    return (accepts.length - 1) * times <= MOST_REPEATED && accepts.length * times <= MOST_STATES
  }

  #nothing(): Automaton {
    return { next: Array.from({ length: this.#alphabet.size }, () => []), accepts: [true] }
  }

  #one(letters: ReadonlySet<number>): Automaton {
    const next = Array.from({ length: this.#alphabet.size * 2 }, (_, row) => (letters.has(row) ? [1] : []))
    return { next, accepts: [false, true] }
  }

  #concatenated(parts: readonly Automaton[]): Automaton {
    const { size } = this.#alphabet
    const next: (readonly number[])[] = []
    const accepts: boolean[] = []
    const offsets = parts.map((part) => {
      const offset = accepts.length
      for (const states of part.next) next.push(states.map((state) => state + offset))
      accepts.push(...part.accepts)
      return offset
    })
    /** How what stands behind a part begins, for each letter, and whether nothing need stand there. */
    let begins: readonly (readonly number[])[] | undefined
    let mayEnd = true
    for (let at = parts.length - 1; at >= 0; at--) {
      const part = parts[at]
      const offset = offsets[at] ?? 0
      const own = next.slice(offset * size, (offset + 1) * size)
      part?.accepts.forEach((ends, state) => {
        if (!ends) return
        accepts[offset + state] = mayEnd
        for (let letter = 0; begins !== undefined && letter < size; letter++) {
          const row = (offset + state) * size + letter
          next[row] = merged(next[row] ?? [], begins[letter] ?? [])
        }
      })
      if (part?.accepts[0] !== true) [begins, mayEnd] = [own, false]
      else begins = own.map((states, letter) => merged(states, begins?.[letter] ?? []))
    }
    return { next, accepts }
  }

  /** Where `before` ends in one of the states `from`, `after` may begin, and the whole may end. */
  #joined(before: Automaton, from: readonly number[], after: Automaton): Automaton {
    const { size } = this.#alphabet
    const offset = before.accepts.length
    const next = [...before.next, ...after.next.map((states) => states.map((state) => state + offset))]
    for (const state of from) {
      if (before.accepts[state] !== true) continue
      for (let letter = 0; letter < size; letter++) {
        const row = state * size + letter
        next[row] = merged(next[row] ?? [], next[offset * size + letter] ?? [])
      }
    }
    return { next, accepts: [...before.accepts, ...after.accepts] }
  }

  /** One of several: a beginning of its own, which begins like each of them. */
  #united(branches: readonly Automaton[]): Automaton {
    const beginning: Automaton = { ...this.#nothing(), accepts: [true] }
    let whole = beginning
    let isEmpty = false
    for (const branch of branches) {
      whole = this.#joined(whole, [0], branch)
      isEmpty ||= branch.accepts[0] === true
    }
    return { next: whole.next, accepts: whole.accepts.map((accepts, state) => (state === 0 ? isEmpty : accepts)) }
  }

  #starred(once: Automaton): Automaton {
    const { size } = this.#alphabet
    const whole = this.#joined(this.#nothing(), [0], once)
    const next = whole.next.slice()
    whole.accepts.forEach((accepts, state) => {
      if (!accepts || state === 0) return
      for (let letter = 0; letter < size; letter++)
        next[state * size + letter] = merged(next[state * size + letter] ?? [], whole.next[letter] ?? [])
    })
    return { next, accepts: whole.accepts }
  }

  #between(once: Automaton, min: number, max: number): Automaton {
    let whole = min === 0 ? this.#nothing() : this.#concatenated(copies(once, min))
    let ends = [...whole.accepts.keys()]
    for (let time = min; time < max; time++) {
      const offset = whole.accepts.length
      whole = this.#joined(whole, ends, once)
      ends = [...once.accepts.keys()].map((state) => state + offset)
    }
    return whole
  }
}

/** A repetition with an upper end, other than `?`, is the only thing that stays as it was put together. */
function isBetween(node: RegexNode): boolean {
  return node.kind === 'repeat' && node.max !== null && (node.min > 0 || node.max > 1)
}

/** What Lucene takes together: groups in groups of the same kind. */
function leaves(node: RegexNode, kind: 'concat' | 'alternate'): readonly RegexNode[] {
  return node.kind === kind ? node.of.flatMap((each) => leaves(each, kind)) : [node]
}

function copies(of: Automaton, times: number): readonly Automaton[] {
  return Array.from({ length: times }, () => of)
}

function merged(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a
  return [...new Set([...a, ...b])]
}
