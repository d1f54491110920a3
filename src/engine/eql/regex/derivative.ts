import type { CharSet } from '../../../ir/char-set.ts'
import type { Alphabet } from './alphabet.ts'
import type { RegexTree } from './tree.ts'

/**
 * An expression as a state of its own automaton. Equal ones are the same object, so that what follows a state by a
 * character is worked out once.
 */
export interface State {
  readonly id: number
  readonly form: Form
  /** Whether the empty text matches. */
  readonly accepts: boolean
  /** The state after a character of each class, as far as it was asked for. */
  readonly next: (State | undefined)[]
}

type Form =
  | { readonly kind: 'set'; readonly classes: Uint8Array }
  | { readonly kind: 'nothing' | 'anything' | 'empty' }
  | { readonly kind: 'concat'; readonly first: State; readonly rest: State }
  | { readonly kind: 'union' | 'intersection'; readonly of: readonly State[] }
  | { readonly kind: 'complement'; readonly of: State }
  | { readonly kind: 'repeat'; readonly of: State; readonly min: number; readonly max: number | null }

/** More states than the expressions have that the server takes (it gives up at an effort of 10,000). */
const MOST_STATES = 20_000

/** An expression needs more states than are allowed; the server refuses such ones, too. */
export class TooComplex extends Error {}

/**
 * The states of one expression, made as a text comes to them: the derivative of an expression by a character is the
 * expression for what may follow (Brzozowski, 1964). It handles intersection and complement as they are.
 */
export class States {
  readonly #alphabet: Alphabet
  readonly #known = new Map<string, State>()
  readonly nothing: State
  readonly anything: State
  readonly #empty: State

  constructor(alphabet: Alphabet) {
    this.#alphabet = alphabet
    this.nothing = this.#state('0', { kind: 'nothing' }, false)
    this.anything = this.#state('1', { kind: 'anything' }, true)
    this.#empty = this.#state('e', { kind: 'empty' }, true)
  }

  of(tree: RegexTree): State {
    switch (tree.kind) {
      case 'set':
        return this.#set(tree.set)
      case 'nothing':
        return this.nothing
      case 'anything':
        return this.anything
      case 'concat':
        return tree.of.reduceRight((rest, first) => this.#concat(this.of(first), rest), this.#empty)
      case 'union':
        return this.#union(tree.of.map((one) => this.of(one)))
      case 'intersection':
        return this.#intersection(tree.of.map((one) => this.of(one)))
      case 'complement':
        return this.#complement(this.of(tree.of))
      case 'repeat':
        return this.#repeat(this.of(tree.of), tree.min, tree.max)
    }
  }

  /** The state after a character of a class. */
  after(state: State, charClass: number): State {
    const known = state.next[charClass]
    if (known) return known
    const found = this.#derive(state, charClass)
    state.next[charClass] = found
    return found
  }

  #derive({ form }: State, charClass: number): State {
    switch (form.kind) {
      case 'set':
        return form.classes[charClass] === 1 ? this.#empty : this.nothing
      case 'nothing':
      case 'empty':
        return this.nothing
      case 'anything':
        return this.anything
      case 'concat': {
        const through = this.#concat(this.after(form.first, charClass), form.rest)
        return form.first.accepts ? this.#union([through, this.after(form.rest, charClass)]) : through
      }
      case 'union':
        return this.#union(form.of.map((one) => this.after(one, charClass)))
      case 'intersection':
        return this.#intersection(form.of.map((one) => this.after(one, charClass)))
      case 'complement':
        return this.#complement(this.after(form.of, charClass))
      case 'repeat': {
        const { of, min, max } = form
        const rest = this.#repeat(of, Math.max(0, min - 1), max === null ? null : max - 1)
        return this.#concat(this.after(of, charClass), rest)
      }
    }
  }

  #set(set: CharSet): State {
    const classes = this.#alphabet.classesOf(set)
    if (!classes.includes(1)) return this.nothing
    return this.#state(`s${classes.join('')}`, { kind: 'set', classes }, false)
  }

  #concat(first: State, rest: State): State {
    if (first === this.nothing || rest === this.nothing) return this.nothing
    if (first === this.#empty) return rest
    if (rest === this.#empty) return first
    // To the right, so that equal texts have one form.
    if (first.form.kind === 'concat') return this.#concat(first.form.first, this.#concat(first.form.rest, rest))
    if (first === this.anything && rest === this.anything) return rest
    return this.#state(`.${first.id} ${rest.id}`, { kind: 'concat', first, rest }, first.accepts && rest.accepts)
  }

  #union(of: readonly State[]): State {
    const parts = flat('union', of, this.nothing)
    if (parts.includes(this.anything)) return this.anything
    const [only] = parts
    if (parts.length < 2) return only ?? this.nothing
    return this.#state(
      `|${ids(parts)}`,
      { kind: 'union', of: parts },
      parts.some((one) => one.accepts),
    )
  }

  #intersection(of: readonly State[]): State {
    const parts = flat('intersection', of, this.anything)
    if (parts.includes(this.nothing)) return this.nothing
    const [only] = parts
    if (parts.length < 2) return only ?? this.anything
    return this.#state(
      `&${ids(parts)}`,
      { kind: 'intersection', of: parts },
      parts.every((one) => one.accepts),
    )
  }

  #complement(of: State): State {
    if (of === this.nothing) return this.anything
    if (of === this.anything) return this.nothing
    if (of.form.kind === 'complement') return of.form.of
    return this.#state(`~${of.id}`, { kind: 'complement', of }, !of.accepts)
  }

  #repeat(of: State, min: number, max: number | null): State {
    if (max === 0 || of === this.#empty) return this.#empty
    if (of === this.nothing) return min === 0 ? this.#empty : this.nothing
    if (min === 1 && max === 1) return of
    // What matches the empty text need not be there at all.
    const least = of.accepts ? 0 : min
    if (least === 0 && max === null) {
      if (of === this.anything) return of
      if (of.form.kind === 'set' && !of.form.classes.includes(0)) return this.anything
    }
    return this.#state(`*${of.id} ${least} ${max ?? ''}`, { kind: 'repeat', of, min: least, max }, least === 0)
  }

  #state(key: string, form: Form, accepts: boolean): State {
    const known = this.#known.get(key)
    if (known) return known
    if (this.#known.size >= MOST_STATES) throw new TooComplex()
    const made: State = { id: this.#known.size, form, accepts, next: [] }
    this.#known.set(key, made)
    return made
  }
}

/** Nested ones opened, each once, in one order, without what changes nothing. */
function flat(kind: 'union' | 'intersection', of: readonly State[], neutral: State): State[] {
  const parts = new Set<State>()
  for (const one of of) {
    if (one.form.kind === kind) for (const part of one.form.of) parts.add(part)
    else if (one !== neutral) parts.add(one)
  }
  return [...parts].sort((a, b) => a.id - b.id)
}

function ids(of: readonly State[]): string {
  return of.map((one) => one.id).join(' ')
}
