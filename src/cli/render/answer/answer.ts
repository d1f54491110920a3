import type { Json, JsonObject } from '../../../event/field.ts'

/** What a query found, as it is printed. */
export interface Answer {
  readonly items: readonly AnswerItem[]
  /** What the items are, one and several: `row`, `rows`. */
  readonly nouns: readonly [one: string, several: string]
}

export interface AnswerItem {
  /** For programs. */
  readonly line: object
  /** For a person: one, or one for each event of it. */
  readonly rows: () => readonly Row[]
}

export type Row = Readonly<Record<string, string>>

/** Of a language whose results are rows. */
export function answerOfRows(lines: readonly JsonObject[]): Answer {
  return { items: lines.map((line) => ({ line, rows: () => [cellsOf(line)] })), nouns: ['row', 'rows'] }
}

function cellsOf(line: JsonObject): Row {
  return Object.fromEntries(Object.entries(line).map(([name, value]) => [name, cell(value)]))
}

/** A value in one cell: lists with commas, null empty, objects as JSON. */
export function cell(value: Json): string {
  if (value === null) return ''
  if (Array.isArray(value)) return (value as readonly Json[]).map(cell).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
