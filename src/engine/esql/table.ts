import type { Row } from './bound.ts'
import { Columns, type Column } from './columns.ts'
import type { Value } from './value.ts'

/** Rows between two commands. */
export interface Table {
  readonly columns: Columns
  readonly rows: readonly Row[]
}

/** The table with columns behind all others; older ones of those names go. */
export function addColumns(table: Table, added: readonly Column[], valuesOf: (row: Row) => readonly Value[]): Table {
  const names = new Set(added.map(({ name }) => name))
  const kept = [...table.columns.all.keys()].filter((place) => !names.has(table.columns.all[place]?.name ?? ''))
  const whole = kept.length === table.columns.all.length
  const before = projectedColumns(table.columns, kept)
  return {
    columns: new Columns([...before, ...added]),
    rows: table.rows.map((row) => [...(whole ? row : kept.map((place) => row[place] ?? null)), ...valuesOf(row)]),
  }
}

/** Only the columns at these places, in this order. */
export function projected(table: Table, places: readonly number[]): Table {
  return {
    columns: new Columns(projectedColumns(table.columns, places)),
    // Rows without a column are none.
    rows: places.length === 0 ? [] : table.rows.map((row) => places.map((place) => row[place] ?? null)),
  }
}

function projectedColumns(columns: Columns, places: readonly number[]): readonly Column[] {
  return places.flatMap((place) => columns.all[place] ?? [])
}

/** Without the last column; rows stay, even where it was the only one. */
export function withoutLast({ columns, rows }: Table): Table {
  return { columns: new Columns(columns.all.slice(0, -1)), rows: rows.map((row) => row.slice(0, -1)) }
}
