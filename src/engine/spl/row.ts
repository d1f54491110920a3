import type { EventRecord } from '../../event/record.ts'
import type { EventFields } from './event-field.ts'
import type { Stored } from './value.ts'

/** What an expression reads from. */
export interface Fields {
  get(name: string): Stored | null
}

/** One row of a result. Fields of the event that it came from are read when they are asked for. */
export class Row implements Fields {
  /** What was set, null where a field was taken away. */
  readonly #own: Map<string, Stored | null>
  readonly #event: EventSource | null

  constructor(own: Map<string, Stored | null> = new Map(), event: EventSource | null = null) {
    this.#own = own
    this.#event = event
  }

  get(name: string): Stored | null {
    const own = this.#own.get(name)
    if (own !== undefined) return own
    return this.#event === null ? null : this.#event.read(name)
  }

  set(name: string, value: Stored | null): void {
    if (value === null && this.#event === null) this.#own.delete(name)
    else this.#own.set(name, value)
  }

  /** Whether the raw text is among its fields, and not only to be asked for. */
  get listsRaw(): boolean {
    return this.#own.has('_raw') ? this.has('_raw') : (this.#event?.listsRaw ?? false)
  }

  has(name: string): boolean {
    return this.get(name) !== null
  }

  /** The fields that have a value: those of the event, then those that were set since. */
  names(): readonly string[] {
    const names: string[] = []
    if (this.#event !== null) for (const name of this.#event.names()) if (!this.#own.has(name)) names.push(name)
    for (const [name, value] of this.#own) if (value !== null) names.push(name)
    return names
  }

  copy(): Row {
    return new Row(new Map(this.#own), this.#event)
  }

  /** A row of these fields alone, in this order. */
  only(names: Iterable<string>): Row {
    const own = new Map<string, Stored | null>()
    for (const name of names) {
      const value = this.get(name)
      if (value !== null) own.set(name, value)
    }
    return new Row(own)
  }
}

/** The fields that any of these rows has. */
export function namesOf(rows: readonly Row[]): Set<string> {
  const names = new Set<string>()
  for (const row of rows) for (const name of row.names()) names.add(name)
  return names
}

/** The event behind a row. */
export interface EventSource {
  readonly listsRaw: boolean
  read(name: string): Stored | null
  names(): Iterable<string>
}

/**
 * An event as a search finds it. Besides its own fields it has `_raw`, its JSON, and `_cd` and `_bkt`, which name its
 * place in the index; these are listed only when the query asks for `_raw`.
 */
export class SearchedEvent implements EventSource {
  readonly #record: EventRecord
  readonly #fields: EventFields
  readonly listsRaw: boolean

  constructor(record: EventRecord, fields: EventFields, listsRaw: boolean) {
    this.#record = record
    this.#fields = fields
    this.listsRaw = listsRaw
  }

  read(name: string): Stored | null {
    const own = this.#fields.read(this.#record.fields, name)
    if (own !== null || !name.startsWith('_')) return own
    switch (name) {
      case '_raw':
        return JSON.stringify(this.#record.fields)
      case '_cd':
        return String(this.#record.line)
      case '_bkt':
        return 'line'
      default:
        return null
    }
  }

  names(): Iterable<string> {
    const names = this.#fields.names(this.#record.fields)
    return this.listsRaw ? new Set(names).add('_raw') : names
  }
}
