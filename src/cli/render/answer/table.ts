import type { Paint } from '../../terminal.ts'
import { table } from '../table.ts'
import type { Answer } from './answer.ts'

/** A longer cell is cut, so that one command line does not push all else away. */
const WIDEST = 80

/** The answer as aligned columns; a column for each name that any row has, in the order in which they come. */
export function renderTable(answer: Answer, paint: Paint): string {
  const rows = answer.items.flatMap((item) => item.rows())
  if (rows.length === 0) return ''
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const cells = rows.map((row) => Object.fromEntries(names.map((name) => [name, cut(row[name] ?? '')])))
  // Case tells fields apart.
  return `${table(cells, paint, (name) => name)}\n`
}

function cut(text: string): string {
  return text.length <= WIDEST ? text : `${text.slice(0, WIDEST - 1)}…`
}
