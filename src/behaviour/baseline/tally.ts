import type { Classes } from './item.ts'
import { addSketch, type Behaviour, type Entry, type TableName } from './learned.ts'
import type { SubjectName } from './subject.ts'
import { OTHER, type Symbol, type Transition } from './symbol.ts'

/** So many entries are remembered by what they are of. */
const MOST = 1 << 14

/**
 * The entries of a subject by what they are of, so that names need not be put together for each event. An entry once found
 * stays the right one: a name that a table has let go, or had no room for, never comes back to it.
 */
export class SubjectTally {
  readonly name: SubjectName
  readonly behaviour: Behaviour
  /** Its runs that go on. */
  readonly runs = new Map<string, RunTally>()
  readonly #objects = new Map<string, Map<Symbol, Entry | undefined>>()
  readonly #chains = new Map<Transition, readonly (Entry | undefined)[]>()

  constructor(name: SubjectName, behaviour: Behaviour) {
    this.name = name
    this.behaviour = behaviour
  }

  entry(table: TableName, name: string): Entry | undefined {
    return this.behaviour.tables[table].entry(name)
  }

  /** Of a use of an object; `name` is asked for where it is not known yet. */
  object(shape: string, symbol: Symbol, table: TableName, name: () => string): Entry | undefined {
    if (symbol === OTHER) return this.entry(table, name())
    let known = this.#objects.get(shape)
    if (known === undefined) {
      if (this.#objects.size >= MOST) this.#objects.clear()
      this.#objects.set(shape, (known = new Map<Symbol, Entry | undefined>()))
    }
    if (known.has(symbol)) return known.get(symbol)
    const entry = this.entry(table, name())
    known.set(symbol, entry)
    return entry
  }

  /** The last step with no, one, … steps before it; none where a class in them must not be learned. */
  chains(transition: Transition, { learnable }: Classes): readonly (Entry | undefined)[] {
    const known = this.#chains.get(transition)
    if (known !== undefined) return known
    if (this.#chains.size >= MOST) this.#chains.clear()
    const isLearned = transition.classes.every((each) => learnable.has(each))
    const entries = isLearned ? transition.names.map((name) => this.entry('chain', name)) : []
    this.#chains.set(transition, entries)
    return entries
  }
}

/** How much a run did of a thing may be told apart up to so many. */
const MOST_AMOUNT = 4096

/** What one run of a subject has done so far; added to the subject's counts when the run is over. */
export class RunTally {
  readonly run: string
  readonly subject: SubjectTally
  readonly behaviour: Behaviour
  bytes = 0
  /** Entries hold on to it, and so not to what a run has done. */
  readonly #mark = {}
  readonly #seen = new Set<Entry>()
  readonly #uses = new Map<Entry, { uses: number }>()
  readonly #objects = new Set<string>()
  readonly #destinations = new Set<string>()

  constructor(run: string, subject: SubjectTally) {
    this.run = run
    this.subject = subject
    this.behaviour = subject.behaviour
    subject.behaviour.runs++
  }

  /** Counts uses of an entry, and the run once. */
  count(entry: Entry, uses: number): void {
    entry.uses += uses
    if (entry.mark === this.#mark) return
    entry.mark = this.#mark
    if (this.#seen.has(entry)) return
    this.#seen.add(entry)
    entry.runs++
  }

  countCapability(entry: Entry, uses: number): void {
    this.count(entry, uses)
    const before = this.#uses.get(entry)
    if (before === undefined) this.#uses.set(entry, { uses })
    else before.uses += uses
  }

  object(id: string): void {
    if (this.#objects.size < MOST_AMOUNT) this.#objects.add(id)
  }

  destination(name: string): void {
    if (this.#destinations.size < MOST_AMOUNT) this.#destinations.add(name)
  }

  /** The run is over. */
  close(): void {
    for (const [entry, { uses }] of this.#uses) addSketch(entry, uses)
    const rates = [
      ['bytes sent', this.bytes],
      ['classed objects', this.#objects.size],
      ['destinations', this.#destinations.size],
    ] as const
    for (const [name, amount] of rates) {
      const entry = this.behaviour.tables.rate.entry(name)
      if (entry === undefined) continue
      entry.uses += amount
      if (amount > 0) entry.runs++
      addSketch(entry, amount)
    }
  }
}
