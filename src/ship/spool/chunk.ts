import { type Action, actionInfo, ACTIONS } from '../../event/action.ts'
import { recordBound, writeRecord, type RecordHead } from './record.ts'

/** Rare events go first, and are dropped last (event contract §7). */
export type Lane = 'rare' | 'bulk'
export const LANES: readonly Lane[] = ['rare', 'bulk']

const rare: ReadonlySet<string> = new Set(ACTIONS.filter((action: Action) => actionInfo(action).lane === 'rare'))

/** The lane of an action; of one that detpack does not know, the bulk lane. */
export function laneOf(action: string): Lane {
  return rare.has(action) ? 'rare' : 'bulk'
}

/** So many events of one action and class of objects; '' where they have none. */
export interface Tally {
  readonly action: string
  readonly class: string
  readonly count: number
}

/** Events of one lane that are put into the spool together, dropped together and sent together. */
export interface Chunk {
  readonly lane: Lane
  readonly count: number
  readonly data: Buffer
  readonly tallies: readonly Tally[]
}

/** What the spool needs to know of an event beside its line. */
export interface EventHead extends RecordHead {
  readonly action: string
  readonly class: string
}

const FIRST_SIZE = 64 * 1024

/** Gathers events of one lane. */
export class ChunkBuilder {
  readonly lane: Lane
  #buffer = Buffer.allocUnsafeSlow(FIRST_SIZE)
  #length = 0
  #count = 0
  readonly #tallies = new Map<string, Map<string, number>>()

  constructor(lane: Lane) {
    this.lane = lane
  }

  get bytes(): number {
    return this.#length
  }

  get count(): number {
    return this.#count
  }

  /** @param event its line, which is copied */
  add(head: EventHead, event: Buffer): void {
    const needed = this.#length + recordBound(head, event)
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2))
      this.#buffer.copy(larger, 0, 0, this.#length)
      this.#buffer = larger
    }
    this.#length = writeRecord(this.#buffer, this.#length, head, event)
    this.#count++
    const classes = this.#tallies.get(head.action) ?? new Map<string, number>()
    if (classes.size === 0) this.#tallies.set(head.action, classes)
    classes.set(head.class, (classes.get(head.class) ?? 0) + 1)
  }

  /** What was gathered since the last time. */
  take(): Chunk | undefined {
    if (this.#count === 0) return undefined
    const tallies = [...this.#tallies].flatMap(([action, classes]) =>
      Array.from(classes, ([name, count]) => ({ action, class: name, count })),
    )
    const chunk = {
      lane: this.lane,
      count: this.#count,
      data: Buffer.from(this.#buffer.subarray(0, this.#length)),
      tallies,
    }
    this.#length = 0
    this.#count = 0
    this.#tallies.clear()
    return chunk
  }
}

/** Tallies of several chunks as one. */
export function addTallies(all: readonly (readonly Tally[])[]): Tally[] {
  const sums = new Map<string, Tally>()
  for (const tally of all.flat()) {
    const key = `${tally.action}\n${tally.class}`
    sums.set(key, { ...tally, count: tally.count + (sums.get(key)?.count ?? 0) })
  }
  return [...sums.values()]
}
