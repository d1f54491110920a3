import type { Command } from '../command.ts'
import type { CommandReader } from '../command-reader.ts'
import { boolean, text, whole } from '../option.ts'
import { groupsOf, tooManyGroups } from '../group.ts'
import { Row } from '../row.ts'
import type { Operator } from '../run.ts'
import { compareTexts, type Single, type Stored } from '../value.ts'

const OPTIONS = {
  limit: whole,
  showcount: boolean,
  showperc: boolean,
  countfield: text,
  percentfield: text,
  useother: boolean,
  otherstr: text,
}

/** `top [limit=N] fields [by fields]`: the most frequent combinations, with their number and percentage. */
export const top: Command = { kind: 'whole', read: (reader) => frequent(reader, -1) }

/** `rare`: the least frequent ones. */
export const rare: Command = { kind: 'whole', read: (reader) => frequent(reader, 1) }

interface Counted {
  readonly values: readonly Single[]
  count: number
}

function frequent(reader: CommandReader, sign: 1 | -1): Operator {
  const options = reader.options(OPTIONS)
  const leading = reader.scanner.match(/\s*(\d+)(?=\s)/y)?.[1]
  while (reader.option(OPTIONS, options));
  const names = reader.fieldList(['by'])
  if (names.length === 0) reader.scanner.failHere('expected a field')
  const by = reader.by()
  while (reader.option(OPTIONS, options));
  const limit = options.limit ?? Number(leading ?? 10)
  const most = limit === 0 ? Infinity : limit
  return (rows, run) => {
    const tooMany = tooManyGroups(run, reader.place())
    const groups = new Map<
      string,
      { readonly values: readonly Single[]; readonly counts: Map<string, Counted>; total: number }
    >()
    for (const row of rows)
      for (const outer of groupsOf(row, by, tooMany)) {
        const group = groups.get(outer.key) ?? { values: outer.values, counts: new Map<string, Counted>(), total: 0 }
        groups.set(outer.key, group)
        for (const { key, values } of groupsOf(row, names, tooMany)) {
          const counted = group.counts.get(key) ?? { values, count: 0 }
          group.counts.set(key, counted)
          counted.count++
          group.total++
        }
      }
    return [...groups.values()]
      .sort((a, b) => compareTexts(a.values.join('\n'), b.values.join('\n')))
      .flatMap(({ values, counts, total }) => {
        const sorted = [...counts.values()].sort((a, b) => sign * (a.count - b.count) || order(a.values, b.values))
        const made = sorted.slice(0, most).map((one) => rowOf([...one.values], one.count, total, values))
        const others = sorted.slice(most).reduce((sum, one) => sum + one.count, 0)
        if (options.useother === true && others > 0)
          made.push(
            rowOf(
              names.map(() => options.otherstr ?? 'OTHER'),
              others,
              total,
              values,
            ),
          )
        return made
      })
  }

  function rowOf(values: readonly Single[], count: number, total: number, outer: readonly Single[]): Row {
    const own = new Map<string, Stored | null>()
    for (const [at, name] of by.entries()) own.set(name, outer[at] ?? null)
    for (const [at, name] of names.entries()) own.set(name, values[at] ?? null)
    if (options.showcount !== false) own.set(options.countfield ?? 'count', count)
    if (options.showperc !== false)
      own.set(options.percentfield ?? 'percent', Number(((100 * count) / total).toFixed(6)))
    return new Row(own)
  }
}

function order(a: readonly Single[], b: readonly Single[]): number {
  return compareTexts(a.map(String).join('\n'), b.map(String).join('\n'))
}
