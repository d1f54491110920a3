import { bind, type Binding } from './binder.ts'
import type { Failures, Row } from './bound.ts'
import { Columns } from './columns.ts'
import { dissect } from './dissect.ts'
import { groupRows } from './grouping.ts'
import { truth } from './operator.ts'
import { Refusal, typeRefusal } from './refusal.ts'
import { sortRows } from './sorting.ts'
import { addColumns, projected, type Table } from './table.ts'
import type { Command, NamedExpression, NamePattern, NamePlace } from './tree.ts'
import { isSeveral } from './value.ts'

/** More rows than this between two commands would fill the memory. */
const MOST_ROWS = 20_000_000

export interface Running {
  readonly failures: Failures
  /** Epoch milliseconds. */
  readonly now: number
}

/** Runs one command behind the source. Throws a `Refusal`. */
export function runCommand(command: Command, table: Table, running: Running): Table {
  const binding: Binding = { columns: table.columns, ...running }
  switch (command.kind) {
    case 'from':
    case 'row':
      throw new Error('a source stands only at the beginning')
    case 'where': {
      const holds = truth(bind(command.condition, binding), running.failures)
      return { ...table, rows: table.rows.filter((row) => holds(row) === true) }
    }
    case 'eval':
      return command.fields.reduce((before, field) => withColumn(field, before, running), table)
    case 'stats':
      return groupRows(command, table, binding)
    case 'sort':
      return { ...table, rows: sortRows(command.keys, table.rows, binding) }
    case 'limit':
      return { ...table, rows: table.rows.slice(0, command.count) }
    case 'keep':
      return projected(table, keptPlaces(command.patterns, table.columns))
    case 'drop': {
      const everything = command.patterns.find(({ text, expression }) => expression && text === '*')
      if (everything) throw new Refusal('esql/syntax', 'DROP * would leave no column', everything.span)
      const dropped = new Set(command.patterns.flatMap((pattern) => table.columns.matching(pattern)))
      const rest = [...table.columns.all.keys()].filter((place) => !dropped.has(place))
      return projected(table, rest)
    }
    case 'rename':
      return renamed(command.renames, table)
    case 'mv-expand':
      return expanded(command.column, table)
    case 'dissect':
      return dissect(command, table, binding)
  }
}

/** The table with a column behind all others; an older one of that name goes. */
export function withColumn(field: NamedExpression, table: Table, running: Running): Table {
  const bound = bind(field.of, { columns: table.columns, ...running })
  if (bound.type === 'time_span') throw typeRefusal('a length of time is no value of a column', bound.span)
  return addColumns(table, [{ name: field.name, type: bound.type }], (row) => [bound.evaluate(row)])
}

/** In the order of the patterns; a whole name wins over a part, a part over `*`, the last of equals over the others. */
function keptPlaces(patterns: readonly NamePattern[], columns: Columns): readonly number[] {
  const claims = new Map<number, { readonly rank: number; readonly pattern: number }>()
  for (const [at, pattern] of patterns.entries()) {
    const rank = !pattern.expression ? 2 : pattern.text === '*' ? 0 : 1
    for (const place of columns.matching(pattern)) {
      const claim = claims.get(place)
      if (claim && claim.rank > rank) continue
      claims.delete(place)
      claims.set(place, { rank, pattern: at })
    }
  }
  return [...claims].sort(([a, one], [b, two]) => one.pattern - two.pattern || a - b).map(([place]) => place)
}

function renamed(renames: readonly { from: NamePlace; to: NamePlace }[], table: Table): Table {
  let { all } = table.columns
  let places = [...all.keys()]
  for (const { from, to } of renames) {
    const { place } = new Columns(all).find(from.name, from.span)
    const name = to.name
    const kept = [...all.keys()].filter((at) => at === place || all[at]?.name !== name)
    all = kept.flatMap((at) => (at === place ? { name, type: all[at]?.type ?? 'null' } : (all[at] ?? [])))
    places = kept.flatMap((at) => places[at] ?? [])
  }
  return { columns: new Columns(all), rows: projected(table, places).rows }
}

function expanded(column: NamePlace, table: Table): Table {
  const { place } = table.columns.find(column.name, column.span)
  const rows: Row[] = []
  for (const row of table.rows) {
    const value = row[place] ?? null
    if (!isSeveral(value)) rows.push(row)
    else for (const one of value) rows.push(row.with(place, one))
    if (rows.length > MOST_ROWS)
      throw new Refusal(
        'esql/rows',
        `more than ${MOST_ROWS} rows come out of this`,
        column.span,
        'narrow what goes in, or group it first',
      )
  }
  return { ...table, rows }
}
