import type { Tally } from './spool/chunk.ts'

/** What a shipper has done in this life. */
export class Counts {
  /** Events read, those of the shipper itself not counted. */
  taken = 0
  /** Lines that are no event. */
  rejected = 0
  /** Events that no rule needs, by action. */
  readonly filtered = new Map<string, number>()
  delivered = 0
  /** Sent again, and maybe taken before: so many doubles there can be where the target does not know its events. */
  repeated = 0
  /** Known to be there twice. */
  duplicates = 0
  deadLetters = 0
  batches = 0
  bytesSent = 0
  /** Batches that had to be sent again, or items of them. */
  retries = 0
  /** Dropped, by action and class. */
  readonly lost = new Map<string, Tally>()
  /** Whole milliseconds from an event's time to its delivery, of the last batch. */
  lag = 0

  filter(action: string): void {
    this.filtered.set(action, (this.filtered.get(action) ?? 0) + 1)
  }

  lose(tallies: readonly Tally[]): void {
    for (const tally of tallies) {
      const key = `${tally.action}\n${tally.class}`
      this.lost.set(key, { ...tally, count: tally.count + (this.lost.get(key)?.count ?? 0) })
    }
  }

  get allFiltered(): number {
    return total(this.filtered.values())
  }

  get allLost(): number {
    return total([...this.lost.values()].map((one) => one.count))
  }
}

function total(numbers: Iterable<number>): number {
  let sum = 0
  for (const number of numbers) sum += number
  return sum
}
