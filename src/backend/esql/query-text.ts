import type { Correlation } from '../../ir/rule.ts'
import type { NativeQuery } from '../backend.ts'
import { prefilter, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { column } from './literal.ts'
import { dateOf, idOf } from './item.ts'

/**
 * ES|QL gives 1,000 rows where nothing is said and never more than this. A result of so many rows may be cut: whoever
 * runs the query must take it for an error, not for an answer.
 */
export const ROW_CAP = 10_000

/** The longest text that Elasticsearch takes for a query. */
const LONGEST_QUERY = 1_000_000

/** The server's parser stops at 300; some of that is the query's own. */
const DEEPEST = 250

/** Refuses a condition that the server would not read. */
function checkedCondition(condition: Condition, emission: Emission): Condition {
  if (condition.depth > DEEPEST)
    emission.refuse('a condition that is nested so deep', undefined, 'split it into several rules')
  return condition
}

/** The lines that leave the events of a condition. */
export function whereLines(condition: Condition, emission: Emission): readonly string[] {
  const { text } = checkedCondition(condition, emission)
  const first = prefilter(condition)
  return first === undefined ? [`WHERE ${text}`] : [`WHERE ${first}`, `WHERE ${text}`]
}

export function pipeline(emission: Emission, source: string, lines: readonly string[]): string {
  const text = [source, ...lines, `LIMIT ${ROW_CAP}`].join('\n| ')
  if (text.length > LONGEST_QUERY) emission.refuse(`this much in one query of ${LONGEST_QUERY} characters`, undefined)
  return text
}

/** Where the events lie; no metadata, for rows of aggregates have none. */
export function from(emission: Emission): string {
  return `FROM ${emission.context.store.elasticIndex}`
}

/**
 * The end of a correlation's query, from the items `start` and `closing` and the columns of the group: a row of
 * ids, times and group for each alert.
 */
export function emitAlertRow(
  of: Correlation,
  columns: readonly string[],
): {
  readonly lines: readonly string[]
  readonly identity: NativeQuery['identity']
} {
  const names = of.group.map((key) => keyColumn(key.name))
  const renames = columns.map((from, index) => `${from} AS ${column(names[index] ?? from)}`)
  const results = [...RESULT_COLUMNS, ...names.map(column)]
  return {
    lines: [
      `EVAL first_id = ${idOf('start')}, last_id = ${idOf('closing')}, first_time = ${dateOf('start')}, last_time = ${dateOf('closing')}`,
      ...(renames.length === 0 ? [] : [`RENAME ${renames.join(', ')}`]),
      `KEEP ${results.join(', ')}`,
    ],
    identity: {
      of: 'row',
      keys: Object.fromEntries(of.group.map((key, index) => [key.name, names[index] ?? key.name])),
      first: 'first_id',
      last: 'last_id',
    },
  }
}

const RESULT_COLUMNS = ['first_id', 'last_id', 'first_time', 'last_time'] as const

/** A key has a column of its own name, so that an alert in Elastic carries it as a field. */
function keyColumn(name: string): string {
  return TAKEN.has(name) ? `key_${name}` : name
}

/** Columns that are still there when the keys get their names. */
const TAKEN: ReadonlySet<string> = new Set([...RESULT_COLUMNS, 'start', 'closing'])
