import { printable } from '../../diagnostic/frame.ts'
import type { Paint } from '../terminal.ts'

/** Rows with the same keys as aligned columns under their names; the last column is not padded. */
export function table(rows: readonly Readonly<Record<string, string>>[], paint: Paint): string {
  const names = Object.keys(rows[0] ?? {})
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => (row[name] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === cells.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  const head = paint('heading', line(names.map((name) => name.toUpperCase())))
  return [head, ...rows.map((row) => line(names.map((name) => printable(row[name] ?? ''))))].join('\n')
}
