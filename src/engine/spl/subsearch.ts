import type { Span } from '../../diagnostic/source.ts'
import type { Row } from './row.ts'
import type { Run } from './run.ts'
import { singlesOf, textOf } from './value.ts'

/** So many rows of a subsearch count (limits.conf, subsearch maxout). */
const MOST_ROWS = 10_000

export interface Format {
  readonly marks: readonly [
    rowPrefix: string,
    columnPrefix: string,
    columnSeparator: string,
    columnEnd: string,
    rowSeparator: string,
    rowEnd: string,
  ]
  readonly between: string
  readonly empty: string
}

export const FORMAT: Format = { marks: ['(', '(', 'AND', ')', 'OR', ')'], between: 'OR', empty: 'NOT ( )' }

/** The text that the rows of a subsearch become in the search around it: that of `search`, or what `format` makes. */
export function subsearchText(rows: readonly Row[], run: Run, span: Span): string {
  if (rows.length > MOST_ROWS)
    run.report.truncated(
      `a subsearch gives ${MOST_ROWS} rows at most, this one has ${rows.length}`,
      span,
      'use a lookup, or one search with stats',
    )
  return formatRows(rows.slice(0, MOST_ROWS), FORMAT)
}

/**
 * `( ( a="1" AND b="2" ) OR ( … ) )`. Fields that begin with an underscore are left out; the values of `search` and
 * `query` stand as they are.
 */
export function formatRows(rows: readonly Row[], { marks, between, empty }: Format): string {
  const [rowPrefix, columnPrefix, columnSeparator, columnEnd, rowSeparator, rowEnd] = marks
  const parts: string[] = []
  for (const row of rows) {
    const columns = row.names().flatMap((name) => {
      if (name.startsWith('_')) return []
      if (name === 'search' || name === 'query') return [textOf(row.get(name)) ?? '']
      const values = singlesOf(row.get(name)).map((each) => `${fieldText(name)}=${quoted(String(each))}`)
      return [values.length === 1 ? (values[0] ?? '') : `( ${values.join(` ${between} `)} )`]
    })
    const [only] = columns
    if (only === undefined) continue
    parts.push(
      row.has('search') && columns.length === 1
        ? only
        : `${columnPrefix} ${columns.join(` ${columnSeparator} `)} ${columnEnd}`,
    )
  }
  const [only] = parts
  if (only === undefined) return empty
  if (parts.length === 1 && rows[0]?.has('search') === true) return only
  return `${rowPrefix} ${parts.join(` ${rowSeparator} `)} ${rowEnd}`
}

export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

function fieldText(name: string): string {
  return /^[^\s"=<>!()|[\],]+$/.test(name) ? name : quoted(name)
}
