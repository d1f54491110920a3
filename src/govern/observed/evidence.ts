import type { Time } from '../../event/record.ts'

/** How often, when, where and by which system calls something was seen. */
export interface Evidence {
  readonly count: number
  readonly first: Time
  readonly last: Time
  readonly calls: readonly string[]
  readonly programs: readonly string[]
  readonly hosts: readonly string[]
}

/** Evidence for each of many things, gathered use by use. */
export class EvidenceTable<Key extends string = string> {
  readonly #entries = new Map<Key, Gathered>()

  add(
    key: Key,
    use: {
      readonly time: Time
      readonly count: number
      readonly call: string
      readonly program: string
      readonly host: string
    },
  ): void {
    let entry = this.#entries.get(key)
    if (entry === undefined) {
      entry = { count: 0, first: use.time, last: use.time, calls: new Set(), programs: new Set(), hosts: new Set() }
      this.#entries.set(key, entry)
    }
    entry.count += use.count
    if (use.time < entry.first) entry.first = use.time
    if (use.time > entry.last) entry.last = use.time
    if (use.call !== '') entry.calls.add(use.call)
    if (use.program !== '') entry.programs.add(use.program)
    if (use.host !== '') entry.hosts.add(use.host)
  }

  has(key: Key): boolean {
    return this.#entries.has(key)
  }

  /** In order of their names. */
  all(): ReadonlyMap<Key, Evidence> {
    const sorted = [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1))
    return new Map(
      sorted.map(([key, { count, first, last, calls, programs, hosts }]) => [
        key,
        { count, first, last, calls: [...calls].sort(), programs: [...programs].sort(), hosts: [...hosts].sort() },
      ]),
    )
  }
}

interface Gathered {
  count: number
  first: Time
  last: Time
  readonly calls: Set<string>
  readonly programs: Set<string>
  readonly hosts: Set<string>
}
