import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Source } from '../../diagnostic/source.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import type { EventRecord } from '../../event/record.ts'
import type { QueryContext, RowResult } from '../query-run.ts'
import { Failures } from './bound.ts'
import { Columns, UnknownColumn } from './columns.ts'
import { parseQuery } from './command-parser.ts'
import { runCommand, withColumn, type Running } from './commands.ts'
import type { DataType } from './data-type.ts'
import { EventFields } from './event-field.ts'
import { formatAddress } from './ip-address.ts'
import { Refusal } from './refusal.ts'
import { searchingConditions } from './search.ts'
import { readSource } from './source.ts'
import { withoutLast, type Table } from './table.ts'
import { formatDateTime } from './time-text.ts'
import type { Command } from './tree.ts'
import { each, type Scalar, type Value } from './value.ts'

/** What the server gives where a query has no LIMIT, and at most. */
const DEFAULT_LIMIT = 1000
const MOST_ROWS = 10_000

/**
 * Runs an ES|QL query, as release 8.19 of Elasticsearch has the language, on events.
 *
 * Commands: FROM (the events, whatever index is named), ROW, WHERE, EVAL, STATS, SORT, LIMIT, KEEP, DROP, RENAME,
 * MV_EXPAND, DISSECT. QSTR is run in the form that asks all fields for a regular expression. Exact where the server estimates: COUNT_DISTINCT, PERCENTILE and MEDIAN. The order of rows that
 * nothing sorts is that of the events, or of the first row of each group; the server promises none.
 *
 * Refused, with the first mistake at its place: `esql/syntax`, `esql/unknown-command`, `esql/unknown-function`,
 * `esql/unknown-column`, `esql/type`, `esql/regex`, `esql/unsupported` (the server would run it), `esql/rows`.
 * Warned of: `esql/evaluation` (a value became null), `esql/default-limit` (rows were cut that no LIMIT asked for).
 */
export function runEsql(source: Source, events: readonly EventRecord[], context: QueryContext): RowResult {
  const failures = new Failures()
  const fields = new EventFields(events, context.types ?? new Map(), context.timeField)
  try {
    const commands = parseQuery(source)
    const table = runAll(commands, events, fields, { failures, now: context.now })
    const limit = commands.some(({ kind }) => kind === 'limit') ? MOST_ROWS : DEFAULT_LIMIT
    const cut = table.rows.length > limit ? [cutAt(limit, commands)] : []
    return {
      kind: 'rows',
      rows: table.rows.slice(0, limit).map((row) => toJson(table.columns, row)),
      diagnostics: [...failures.diagnostics, ...cut],
    }
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal
    const near =
      refusal instanceof UnknownColumn ? new UnknownColumn(refusal.column, refusal.span, fields.known()) : refusal
    return {
      kind: 'refused',
      diagnostics: [refusal.diagnostic.hint === undefined ? near.diagnostic : refusal.diagnostic],
    }
  }
}

function runAll(
  commands: readonly Command[],
  events: readonly EventRecord[],
  fields: EventFields,
  running: Running,
): Table {
  const [first, ...rest] = commands
  if (first?.kind === 'row') {
    const begin: Table = { columns: new Columns([]), rows: [[]] }
    const row = first.fields.reduce((before, field) => withColumn(field, before, running), begin)
    return rest.reduce((table, command) => runCommand(command, table, running), row)
  }
  if (first?.kind !== 'from') throw new Error('the parser lets a query begin with FROM or ROW')
  const { count, search } = searchingConditions(rest)
  const step = (table: Table, command: Command): Table => runCommand(command, table, running)
  const found = rest.slice(0, count).reduce(step, readSource(first, rest, events, fields, search))
  const begin = search ? withoutLast(found) : found
  return rest.slice(count).reduce(step, begin)
}

function cutAt(limit: number, commands: readonly Command[]): Diagnostic {
  const hint = limit === DEFAULT_LIMIT ? `add "| LIMIT n", up to ${MOST_ROWS}` : 'narrow the query, or group its rows'
  return warning(
    'esql/default-limit',
    `only the first ${limit} rows are given, as the server does it`,
    commands.at(-1)?.span,
    { hint },
  )
}

function toJson(columns: Columns, row: readonly Value[]): JsonObject {
  return Object.fromEntries(columns.all.map(({ name, type }, place) => [name, cellJson(row[place] ?? null, type)]))
}

function cellJson(value: Value, type: DataType): Json {
  const values = each(value).map((one) => scalarJson(one, type))
  return values.length < 2 ? (values[0] ?? null) : values
}

/** A long that JSON cannot carry exactly is rounded, as every JSON reader would do it; infinity is a word. */
function scalarJson(value: Scalar, type: DataType): Json {
  if (type === 'ip') return formatAddress(value as string)
  if (type === 'datetime') return formatDateTime(value as number)
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return typeof value === 'bigint' ? Number(value) : value
}
