import { formatTime, type Time } from '../../event/record.ts'

export type Cell = string | number | boolean | null | Time

/**
 * A table as RFC 4180 has it, UTF-8, with a head. A text that a spreadsheet would take for a formula gets a quote in front
 * (OWASP, CSV injection): titles and notes are not ours.
 */
export function renderCsv(head: readonly string[], rows: Iterable<readonly Cell[]>): string {
  return [...csvLines(head, rows)].join('')
}

/** The same line by line, for a table that is not to be held. */
export function* csvLines(head: readonly string[], rows: Iterable<readonly Cell[]>): Generator<string> {
  yield `${head.map(cell).join(',')}\r\n`
  for (const row of rows) yield `${row.map(cell).join(',')}\r\n`
}

/** The lines of a table that `renderCsv` wrote, each with its line break. */
export function csvRecords(text: string): readonly string[] {
  return text.match(/(?:"(?:[^"]|"")*"|[^"\n])*\n/g) ?? []
}

/** A time as a cell; empty where there is none. */
export function timeCell(time: Time | null): string {
  return time === null ? '' : formatTime(time)
}

function cell(value: Cell): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
