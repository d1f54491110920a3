import type { Command } from '../command.ts'
import type { Options } from '../command-reader.ts'
import { boolean } from '../option.ts'
import { rowKey } from '../group.ts'
import type { Row } from '../row.ts'
import { sortKeys } from './sort.ts'

const DEDUP = { keepevents: boolean, keepempty: boolean, consecutive: boolean }

/**
 * `dedup [count] fields`: the first rows of each combination in the present order. Rows that lack a field go unless
 * `keepempty`; with `keepevents` the others stay and lose the fields; with `consecutive` only neighbours count.
 */
export const dedup: Command = {
  kind: 'whole',
  read: (reader) => {
    const { scanner } = reader
    const options: Options<typeof DEDUP> = {}
    while (reader.option(DEDUP, options));
    const count = Number(scanner.match(/\s*(\d+)(?=\s)/y)?.[1] ?? 1)
    const names: string[] = []
    let sorting: ReturnType<typeof sortKeys> | undefined
    while (!scanner.isEnd()) {
      if (reader.option(DEDUP, options)) continue
      if (scanner.takeKeyword('sortby')) {
        sorting = sortKeys(reader)
        break
      }
      names.push(reader.field())
      scanner.take(',')
    }
    if (names.length === 0) reader.fail('"dedup" needs a field')
    if (count < 1) reader.fail('"dedup" keeps at least one row')
    return (rows) => {
      const kept = distinct(rows, names, count, options)
      if (!sorting) return kept
      const sorted = [...kept].sort(sorting.compare)
      return sorting.turned ? sorted.reverse() : sorted
    }
  },
}

function distinct(
  rows: readonly Row[],
  names: readonly string[],
  count: number,
  { keepevents = false, keepempty = false, consecutive = false }: Options<typeof DEDUP>,
): readonly Row[] {
  const seen = new Map<string, number>()
  let last: string | undefined
  return rows.filter((row) => {
    const key = rowKey(row, names)
    if (key === undefined) return keepempty
    if (consecutive && key !== last) seen.clear()
    last = key
    const before = seen.get(key) ?? 0
    seen.set(key, before + 1)
    if (before < count) return true
    if (keepevents) for (const name of names) row.set(name, null)
    return keepevents
  })
}
