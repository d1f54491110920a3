import type { Row } from '../row.ts'
import { keyOf } from '../value.ts'
import { Transaction } from './transaction.ts'

/** The values of the fields that transactions are told apart by; null for one that is missing. */
export type Key = readonly (string | null)[]

/**
 * The transactions that are open, found by their fields: an event belongs to one when they agree in all fields that both
 * have, and have one in common. Each is listed under what any choice of fields would find it by.
 */
export class OpenTransactions {
  readonly #names: readonly string[]
  readonly #keys = new Map<Transaction, (string | null)[]>()
  /** The newest of a list last; what was closed is taken away when it is met. */
  readonly #lists = new Map<string, Transaction[]>()

  constructor(names: readonly string[]) {
    this.#names = names
  }

  /** Undefined for an event that has none of the fields. */
  key(row: Row): Key | undefined {
    const key = this.#names.map((name) => {
      const value = row.get(name)
      return value === null ? null : keyOf(value)
    })
    return key.length > 0 && key.every((each) => each === null) ? undefined : key
  }

  find(key: Key): Transaction | undefined {
    const has = maskOf(key)
    // Which of the event's fields the transaction has: any of them, but one at least.
    for (let common = has; common > 0; common = (common - 1) & has) {
      const found = this.#last(listName(has, key, common))
      if (found) return found
    }
    return this.#names.length === 0 ? this.#last(listName(0, key, 0)) : undefined
  }

  start(hasEnd: boolean): Transaction {
    const made = new Transaction(hasEnd)
    this.#keys.set(
      made,
      this.#names.map(() => null),
    )
    return made
  }

  /** Notes the fields of an event that came in. */
  extend(transaction: Transaction, key: Key): void {
    const known = this.#keys.get(transaction)
    if (!known) return
    const more = key.some((each, at) => each !== null && known[at] === null)
    if (!more && transaction.count > 1) return
    for (const [at, each] of key.entries()) if (each !== null) known[at] = each
    for (let asked = 0; asked < 2 ** this.#names.length; asked++) {
      const name = listName(asked, known, maskOf(known) & asked)
      const list = this.#lists.get(name)
      if (!list) this.#lists.set(name, [transaction])
      else if (list.at(-1) !== transaction) list.push(transaction)
    }
  }

  close(transaction: Transaction): void {
    this.#keys.delete(transaction)
  }

  rest(): Iterable<Transaction> {
    return this.#keys.keys()
  }

  #last(name: string): Transaction | undefined {
    const list = this.#lists.get(name)
    while (list) {
      const last = list.at(-1)
      if (!last) break
      // One that has got further fields since is listed anew.
      if (this.#isListed(last, name)) return last
      list.pop()
    }
    this.#lists.delete(name)
    return undefined
  }

  #isListed(transaction: Transaction, name: string): boolean {
    const key = this.#keys.get(transaction)
    const asked = Number(name.slice(0, name.indexOf(' ')))
    return key !== undefined && listName(asked, key, maskOf(key) & asked) === name
  }
}

function maskOf(key: Key): number {
  return key.reduce((mask, each, at) => (each === null ? mask : mask | (1 << at)), 0)
}

/** @param asked the fields that are looked at @param has those of them that the transaction has */
function listName(asked: number, key: Key, has: number): string {
  return `${asked} ${JSON.stringify(key.map((each, at) => (has & (1 << at) ? each : null)))}`
}
