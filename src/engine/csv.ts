import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import type { JsonObject } from '../event/field.ts'

/**
 * Reads a table with a header (RFC 4180, line breaks of any kind). All values are texts; an empty cell is no value. A
 * line with more or fewer cells than the header, a name that is there twice, or a quote that does not end is an
 * `engine/csv`.
 */
export function decodeCsv(source: Source): {
  readonly rows: readonly JsonObject[]
  readonly diagnostics: readonly Diagnostic[]
} {
  const diagnostics: Diagnostic[] = []
  const rows: JsonObject[] = []
  const [header, ...lines] = linesOf(source, diagnostics)
  if (!header) return { rows, diagnostics: [...diagnostics, error('engine/csv', `"${source.name}" is empty`)] }
  const names = header.cells
  for (const [at, name] of names.entries())
    if (names.indexOf(name) !== at)
      diagnostics.push(
        error('engine/csv', `the column "${name}" is there twice`, { source, start: header.start, end: header.end }),
      )
  for (const { cells, start, end } of lines) {
    if (cells.length !== names.length) {
      const message = `this line has ${cells.length} cells, and the header has ${names.length}`
      diagnostics.push(error('engine/csv', message, { source, start, end }))
      continue
    }
    rows.push(Object.fromEntries(names.flatMap((name, at) => (cells[at] ? [[name, cells[at]]] : []))))
  }
  return { rows, diagnostics }
}

interface Line {
  readonly cells: readonly string[]
  readonly start: number
  readonly end: number
}

/** Lines without anything in them are passed over. */
function linesOf(source: Source, diagnostics: Diagnostic[]): Line[] {
  const { text } = source
  const lines: Line[] = []
  let cells: string[] = []
  let start = text.startsWith('\ufeff') ? 1 : 0
  let at = start
  while (at <= text.length) {
    const [cell, after] = cellAt(text, at)
    if (cell === undefined) {
      diagnostics.push(error('engine/csv', 'this quote does not end', { source, start: at, end: at + 1 }))
      return lines
    }
    cells.push(cell)
    at = after
    if (text[at] === ',') {
      at++
      continue
    }
    if (cells.length > 1 || cells[0] !== '') lines.push({ cells, start, end: at })
    cells = []
    at += text.startsWith('\r\n', at) ? 2 : 1
    start = at
  }
  return lines
}

/** The cell that begins at a place and the place behind it; undefined when its quote does not end. */
function cellAt(text: string, at: number): [cell: string | undefined, after: number] {
  if (text[at] !== '"') {
    const plain = /[^,\r\n]*/y
    plain.lastIndex = at
    const [cell = ''] = plain.exec(text) ?? []
    return [cell, at + cell.length]
  }
  const quoted = /"((?:[^"]|"")*)"[^,\r\n]*/y
  quoted.lastIndex = at
  const found = quoted.exec(text)
  return found ? [(found[1] ?? '').replaceAll('""', '"'), at + found[0].length] : [undefined, at]
}
