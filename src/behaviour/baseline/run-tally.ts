import { addSketch, type Behaviour, type Entry } from './learned.ts'

/** How much a run did of a thing may be told apart up to so many. */
const MOST = 4096

/** What one run of a subject has done so far; added to the subject's counts when the run is over. */
export class RunTally {
  readonly behaviour: Behaviour
  bytes = 0
  readonly #seen = new Set<Entry>()
  readonly #uses = new Map<Entry, number>()
  readonly #objects = new Set<string>()
  readonly #destinations = new Set<string>()

  constructor(behaviour: Behaviour) {
    this.behaviour = behaviour
    behaviour.runs++
  }

  /** Counts uses of an entry, and the run once. */
  count(entry: Entry, uses: number): void {
    entry.uses += uses
    if (this.#seen.has(entry)) return
    this.#seen.add(entry)
    entry.runs++
  }

  countCapability(entry: Entry, uses: number): void {
    this.count(entry, uses)
    this.#uses.set(entry, (this.#uses.get(entry) ?? 0) + uses)
  }

  object(id: string): void {
    if (this.#objects.size < MOST) this.#objects.add(id)
  }

  destination(name: string): void {
    if (this.#destinations.size < MOST) this.#destinations.add(name)
  }

  /** The run is over. */
  close(): void {
    for (const [entry, uses] of this.#uses) addSketch(entry, uses)
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
