import type { Accumulator } from '../aggregate/accumulator.ts'
import { expanded, readAggregates } from '../aggregate/read.ts'
import type { Command } from '../command.ts'
import { boolean } from '../option.ts'
import { singleGroup } from '../group.ts'
import { numberOf } from '../value.ts'
import { otherNames } from './stats.ts'

/** `eventstats`: the aggregates of a row's group as fields of the row. Rows that lack a field of `by` stay as they are. */
export const eventstats: Command = {
  kind: 'whole',
  read: (reader) => {
    reader.options({ allnum: boolean })
    const given = readAggregates(reader)
    const by = reader.by()
    return (rows, run) => {
      const aggregates = expanded(given, () => otherNames(rows, by))
      const groups = new Map<string, readonly Accumulator[]>()
      const keys = rows.map((row) => {
        const key = singleGroup(row, by, run, reader.place())
        if (key === undefined) return undefined
        let accumulators = groups.get(key)
        if (!accumulators) groups.set(key, (accumulators = aggregates.map((one) => one.make(false, run))))
        const time = numberOf(row.get('_time'))
        for (const [at, one] of aggregates.entries()) accumulators[at]?.add(one.values(row, run), time)
        return key
      })
      const results = new Map(
        [...groups].map(([key, accumulators]) => [key, accumulators.map((each) => each.result())]),
      )
      for (const [index, row] of rows.entries()) {
        const found = results.get(keys[index] ?? '')
        if (keys[index] === undefined || !found) continue
        for (const [at, one] of aggregates.entries()) row.set(one.as, found[at] ?? null)
      }
      return rows
    }
  },
}
