import type { Json, JsonObject } from '../../event/field.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import { Row } from './row.ts'
import { storedOf, type Single, type Stored } from './value.ts'

/** Lookup tables by name; what a query writes is seen by what it reads after. */
export class Tables {
  readonly #given: ReadonlyMap<string, readonly JsonObject[]>
  readonly #written = new Map<string, readonly Row[]>()

  constructor(given: ReadonlyMap<string, readonly JsonObject[]>) {
    this.#given = given
  }

  /** New rows of a table; undefined when there is none. `name` and `name.csv` are one table. */
  rows(name: string): readonly Row[] | undefined {
    const written = this.#written.get(plain(name))
    if (written) return written.map((row) => row.copy())
    const key = [name, `${name}.csv`, plain(name)].find((each) => this.#given.has(each))
    return key === undefined ? undefined : this.#given.get(key)?.map(rowOf)
  }

  write(name: string, rows: readonly Row[]): void {
    this.#written.set(plain(name), rows)
  }

  /** The tables that were written, each as it stands at the end. */
  written(): ReadonlyMap<string, readonly Row[]> {
    return this.#written
  }

  suggestion(name: string): string {
    const known = didYouMean(name, this.#given.keys())
    return known ?? 'give the table with the query'
  }
}

function plain(name: string): string {
  return name.replace(/\.csv$/, '')
}

/** A row of a table: scalars, and lists of scalars as several values. An empty text of a table is no value. */
export function rowOf(object: JsonObject): Row {
  const own = new Map<string, Stored | null>()
  for (const [name, value] of Object.entries(object)) {
    const stored = storedOf((Array.isArray(value) ? (value as readonly Json[]) : [value]).flatMap(singles))
    if (stored !== null && stored !== '') own.set(name, stored)
  }
  return new Row(own)
}

function singles(value: Json): readonly Single[] {
  if (value === null) return []
  if (typeof value === 'string' || typeof value === 'number') return [value]
  return [typeof value === 'boolean' ? String(value) : JSON.stringify(value)]
}
