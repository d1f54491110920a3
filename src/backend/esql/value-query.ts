import type { Bounds, Correlation, Program, Value } from '../../ir/rule.ts'
import type { NativeQuery } from '../backend.ts'
import { emitBounds } from './bounds.ts'
import type { Condition } from './condition.ts'
import { countedRoles, inWindow } from './counted.ts'
import type { Emission } from './emission.ts'
import { by, emitColumns, emitGroup, emitRoles, type Role } from './group.ts'
import { column } from './literal.ts'
import { packedEvent } from './packed-event.ts'
import { emitAlertRow, from, needIdentity, pipeline } from './query-text.ts'

/**
 * Values in a window that slides: at each event that has a value, those of its group in the time before it are measured,
 * its own included. Sums and averages are those of whole numbers, which are exact; an average is compared by multiplying
 * its bound. Medians and percentiles are refused: ES|QL estimates them.
 */
export function emitValueQuery(
  rule: Correlation,
  body: Value,
  program: Program,
  emission: Emission,
): Pick<NativeQuery, 'text' | 'identity'> {
  needIdentity(emission)
  const roles = countedRoles(rule, body.of, program, emission)
  const group = emitGroup(rule, roles, emission)
  const values =
    body.measure.of === 'distinct' ? distinctValues(body, rule, roles, emission) : wholeNumber(body, rule, emission)
  const end = emitAlertRow(rule, group.columns)
  const keys = ['closing', ...group.columns]
  const text = pipeline(emission, from(emission), [
    ...emitRoles(roles),
    ...group.lines,
    ...values,
    `EVAL closing = ${packedEvent}`,
    `EVAL entry = CONCAT(TO_STRING(LENGTH(closing) + ${LENGTH_OFFSET}), closing, value)`,
    `STATS closing = VALUES(closing), entry = VALUES(entry)${by(group.columns)}`,
    'MV_EXPAND closing',
    'MV_EXPAND entry',
    `EVAL length = TO_INTEGER(SUBSTRING(entry, 1, ${LENGTH_DIGITS})) - ${LENGTH_OFFSET}`,
    `EVAL event = SUBSTRING(entry, ${LENGTH_DIGITS + 1}, length), value = SUBSTRING(entry, ${LENGTH_DIGITS + 1} + length)`,
    `WHERE ${inWindow('event', rule.timespan)}`,
    ...measured(body, keys),
    `WHERE ${held(body, emission, rule).text}`,
    ...end.lines,
  ])
  return { text, identity: end.identity }
}

/** Every length is written with the same number of digits. */
const LENGTH_OFFSET = 1_000_000
const LENGTH_DIGITS = 7

/** One row for each combination of values, each with its length before it, so that no two look the same. */
function distinctValues(body: Value, rule: Correlation, roles: readonly Role[], emission: Emission): readonly string[] {
  const columns = body.fields.map((field, index) => ({
    name: `value${index}`,
    fieldOf: () => field,
    span: rule.span,
  }))
  const parts = columns.map(({ name }) => `TO_STRING(LENGTH(${name}) + ${LENGTH_OFFSET}), ${name}`)
  return [...emitColumns(columns, roles, emission), `EVAL value = CONCAT(${parts.join(', ')})`]
}

function wholeNumber(body: Value, rule: Correlation, emission: Emission): readonly string[] {
  const [name = ''] = body.fields
  const info = emission.field(name, rule.span)
  if (body.measure.of === 'median' || body.measure.of === 'percentile')
    emission.refuse(`an exact ${body.measure.of}`, rule.span)
  else if (info !== undefined && (info.type !== 'long' || info.multi))
    emission.refuse(`the exact ${body.measure.of} of "${name}", which is not stored as one whole number`, rule.span)
  return [`EVAL value = TO_STRING(${column(name)})`, 'WHERE value IS NOT NULL']
}

/** The number and the start of each window. An event with several values is one event. */
function measured(body: Value, keys: readonly string[]): readonly string[] {
  if (body.measure.of !== 'distinct')
    return [`STATS total = SUM(TO_LONG(value)), values = COUNT(*), start = MIN(event)${by(keys)}`]
  return [
    `STATS event = VALUES(event)${by([...keys, 'value'])}`,
    `STATS total = COUNT(*), event = VALUES(event)${by(keys)}`,
    `EVAL start = ${startAmong('event', body.bounds)}`,
  ]
}

/** The N-th newest for `gte N` alone, the oldest where there are fewer and for all other bounds. */
function startAmong(events: string, bounds: Bounds): string {
  const [only] = bounds
  const enough = bounds.length === 1 && only?.operator === 'gte' ? Math.ceil(only.value) : 0
  if (enough < 1 || !Number.isSafeInteger(enough)) return `MV_MIN(${events})`
  return `COALESCE(MV_SLICE(MV_SORT(${events}, "DESC"), ${enough - 1}), MV_MIN(${events}))`
}

function held(body: Value, emission: Emission, rule: Correlation): Condition {
  if (body.measure.of !== 'average') return emitBounds('total', body.bounds)
  if (body.bounds.some((bound) => !Number.isSafeInteger(bound.value)))
    emission.refuse('the exact comparison of an average with a number that is not whole', rule.span)
  return emitBounds('total', body.bounds, (value) => `${value} * values`)
}
