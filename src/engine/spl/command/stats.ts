import type { Span } from '../../../diagnostic/source.ts'
import { expanded, readAggregates, type Aggregate } from '../aggregate/read.ts'
import type { Accumulator } from '../aggregate/accumulator.ts'
import type { Command } from '../command.ts'
import { boolean, ignored, text, whole } from '../option.ts'
import { groupsOf, tooManyGroups, type Group } from '../group.ts'
import { namesOf, Row } from '../row.ts'
import type { Run } from '../run.ts'
import { compareTexts, numberOf, type Stored } from '../value.ts'

const OPTIONS = { allnum: boolean, delim: text, partitions: ignored, dedup_splitvals: boolean, prestats: whole }

/**
 * `stats`: a row for each group. Rows that lack a field of `by` go; one with several values is in the group of each.
 * Groups are sorted by their values as texts. What has nothing to be worked out of gives no field; counts give 0.
 */
export const stats: Command = {
  kind: 'whole',
  read: (reader) => {
    reader.options(OPTIONS)
    const aggregates = readAggregates(reader)
    const by = reader.by()
    return (rows, run) =>
      aggregated(
        rows,
        expanded(aggregates, () => otherNames(rows, by)),
        by,
        run,
        reader.place(),
      )
  },
}

/** All fields of these rows but those of the groups. */
export function otherNames(rows: readonly Row[], by: readonly string[]): ReadonlySet<string> {
  const names = namesOf(rows)
  for (const name of by) names.delete(name)
  return names
}

interface Grouped {
  readonly group: Group
  readonly accumulators: readonly Accumulator[]
}

/** A row for each group of rows. */
export function aggregated(
  rows: Iterable<Row>,
  aggregates: readonly Aggregate[],
  by: readonly string[],
  run: Run,
  span: Span,
): readonly Row[] {
  const tooMany = tooManyGroups(run, span)
  const groups = new Map<string, Grouped>()
  const make = (group: Group): Grouped => {
    const made = { group, accumulators: aggregates.map((one) => one.make(false, run)) }
    groups.set(group.key, made)
    return made
  }
  for (const row of rows) {
    const time = numberOf(row.get('_time'))
    for (const group of groupsOf(row, by, tooMany)) {
      const { accumulators } = groups.get(group.key) ?? make(group)
      for (let at = 0; at < accumulators.length; at++) {
        const values = aggregates[at]?.values(row, run)
        if (values) accumulators[at]?.add(values, time)
      }
    }
  }
  if (by.length === 0 && groups.size === 0) return ofNothing(aggregates, run)
  return [...groups.values()].sort(byValues).map(({ group, accumulators }) => {
    const own = new Map<string, Stored | null>(by.map((name, at) => [name, group.values[at] ?? null]))
    for (const [at, one] of aggregates.entries()) put(own, one.as, accumulators[at]?.result() ?? null)
    return new Row(own)
  })
}

/** Of no rows at all there is still how many there were. */
function ofNothing(aggregates: readonly Aggregate[], run: Run): readonly Row[] {
  const own = new Map<string, Stored | null>()
  for (const one of aggregates) put(own, one.as, one.make(false, run).result())
  return own.size === 0 ? [] : [new Row(own)]
}

function put(own: Map<string, Stored | null>, name: string, value: Stored | null): void {
  if (value !== null) own.set(name, value)
}

function byValues(a: Grouped, b: Grouped): number {
  for (const [at, value] of a.group.values.entries()) {
    const order = compareTexts(String(value), String(b.group.values[at] ?? ''))
    if (order !== 0) return order
  }
  return 0
}
