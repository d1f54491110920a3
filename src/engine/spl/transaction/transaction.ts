import { Row } from '../row.ts'
import { compareTexts, singlesOf, storedOf, textOf, type Single } from '../value.ts'

export interface Limits {
  /** Seconds from the first to the last event. */
  readonly span: number
  /** Seconds between neighbours. */
  readonly pause: number
  readonly events: number
}

/** Events that belong together, added from the newest to the oldest. */
export class Transaction {
  readonly hasEnd: boolean
  hasStart = false
  readonly #rows: Row[] = []
  #newest = 0
  #oldest = 0

  constructor(hasEnd: boolean) {
    this.hasEnd = hasEnd
  }

  get count(): number {
    return this.#rows.length
  }

  get listsRaw(): boolean {
    return this.#rows.some((row) => row.listsRaw)
  }

  /** Whether an event of that time may still come in. */
  takes(time: number, { span, pause }: Limits): boolean {
    // Times are binary fractions.
    return this.#newest - time <= span + 1e-6 && this.#oldest - time <= pause + 1e-6
  }

  add(row: Row, time: number): void {
    if (this.#rows.length === 0) this.#newest = time
    this.#oldest = time
    this.#rows.push(row)
  }

  /** One row of all. @param list whether a field keeps all its values in order, rather than each once and sorted */
  row(how: { readonly list: (name: string) => boolean; readonly closed: boolean }): Row {
    const values = new Map<string, Single[]>()
    const oldestFirst = [...this.#rows].reverse()
    for (const row of oldestFirst)
      for (const name of row.names()) {
        if (name === '_time' || name === '_raw') continue
        const known = values.get(name)
        const held = singlesOf(row.get(name))
        if (known) known.push(...held)
        else values.set(name, [...held])
      }
    const result = new Row()
    result.set('_time', this.#oldest)
    for (const [name, all] of values) result.set(name, storedOf(how.list(name) ? all : distinct(all)))
    if (this.listsRaw) result.set('_raw', oldestFirst.flatMap((row) => textOf(row.get('_raw')) ?? []).join('\n'))
    result.set('duration', Number((this.#newest - this.#oldest).toFixed(6)))
    result.set('eventcount', this.#rows.length)
    result.set('closed_txn', Number(how.closed))
    return result
  }
}

function distinct(values: readonly Single[]): readonly Single[] {
  const seen = new Map(values.map((value) => [String(value), value]))
  return [...seen].sort(([a], [b]) => compareTexts(a, b)).map(([, value]) => value)
}
