import { printable } from '../../diagnostic/frame.ts'
import type { Paint } from '../terminal.ts'

/**
 * Rows with the same keys as aligned columns under their names; the last column is not padded.
 * @param head what stands above a column of some name
 */
export function table(
  rows: readonly Readonly<Record<string, string>>[],
  paint: Paint,
  head = (name: string): string => name.toUpperCase(),
): string {
  const names = Object.keys(rows[0] ?? {})
  const lines = [names.map(head), ...rows.map((row) => names.map((name) => row[name] ?? ''))].map((cells) =>
    cells.map(printable),
  )
  const widths = names.map((_, i) => lines.reduce((widest, cells) => Math.max(widest, cells[i]?.length ?? 0), 0))
  const [heads = '', ...rest] = lines.map((cells) =>
    cells
      .map((cell, i) => (i === cells.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  return [paint('heading', heads), ...rest].join('\n')
}
