import type { Use } from './use.ts'

/** What a step of a chain is, without its time and names: the capability, and of what kind of thing. */
export interface Symbol {
  /** `file_read:personal`, `network_send:out`, `process_exec`. */
  readonly name: string
  readonly objectClass: string
}

/** The steps that came before, at most `DEPTH - 1`. */
export interface Context {
  readonly steps: readonly Symbol[]
  readonly next: Map<Symbol, Transition>
}

export interface Transition {
  readonly to: Context
  readonly symbol: Symbol
  /** The step with no, one, … steps before it, joined by ` > `. */
  readonly names: readonly string[]
  /** Of each of those: the steps before it alone. */
  readonly before: readonly string[]
  /** Classes of all steps of the longest one. */
  readonly classes: readonly string[]
}

/** A chain is so long at most: what comes next is looked at after at most one step less. */
export const DEPTH = 3

/** More different steps, or chains, are the work of somebody who wants them to be many. */
const MOST_SYMBOLS = 2048
const MOST_CONTEXTS = 1 << 16

/** Steps and the chains that they make; each is one object. */
export class Symbols {
  readonly start: Context = { steps: [], next: new Map() }
  readonly #symbols = new Map<string, Map<string, Symbol>>()
  #count = 0
  #contexts = new Map<string, Context>()

  of({ capability, objectClass, objectKind, destination, isLoopback }: Use): Symbol {
    const action = capability ?? ''
    const kind = isPlain(objectKind) ? '' : objectKind
    const about = destination === null ? (isLoopback ? 'loopback' : objectClass || kind) : 'out'
    let known = this.#symbols.get(action)
    if (known === undefined) this.#symbols.set(action, (known = new Map<string, Symbol>()))
    const symbol = known.get(about)
    if (symbol !== undefined) return symbol
    if (this.#count >= MOST_SYMBOLS) return OTHER
    this.#count++
    const made = { name: about === '' ? action : `${action}:${about}`, objectClass }
    known.set(about, made)
    return made
  }

  step(from: Context, symbol: Symbol): Transition {
    const known = from.next.get(symbol)
    if (known !== undefined) return known
    if (this.#contexts.size >= MOST_CONTEXTS) {
      this.#contexts = new Map()
      this.start.next.clear()
    }
    const steps = [...from.steps, symbol]
    const lengths = steps.map((_, at) => at + 1)
    const made = {
      to: this.#context(steps.slice(-(DEPTH - 1))),
      symbol,
      names: lengths.map((length) => joined(steps.slice(-length))),
      before: lengths.map((length) => joined(steps.slice(-length, -1))),
      classes: steps.flatMap((each) => (each.objectClass === '' ? [] : [each.objectClass])),
    }
    from.next.set(symbol, made)
    return made
  }

  #context(steps: readonly Symbol[]): Context {
    const key = joined(steps)
    const known = this.#contexts.get(key)
    if (known !== undefined) return known
    const made = { steps, next: new Map<Symbol, Transition>() }
    this.#contexts.set(key, made)
    return made
  }
}

/** Stands for all that are too many. */
export const OTHER: Symbol = { name: 'other', objectClass: '' }

function isPlain(kind: string): boolean {
  return kind === 'file' || kind === 'directory' || kind === 'socket'
}

function joined(steps: readonly Symbol[]): string {
  return steps.map((each) => each.name).join(' > ')
}
