import type { FieldName } from '../../ir/predicate.ts'
import type { Bound, Bounds, Value } from '../../ir/rule.ts'
import { emitBounds } from './bounds.ts'
import { and, comparison, or, type Condition } from './condition.ts'
import { leastOf } from './count-query.ts'
import { number } from './literal.ts'
import type { Flow, Role, RoleColumn, Stage, StageForm } from './stage.ts'
import { countedRoles, inWindow, windowPairs } from './window.ts'

/**
 * Values in a window that slides: at each item that has a value, those of its group in the time before it are measured,
 * its own included.
 *
 * Sums and averages are those of whole numbers, which are exact; an average is compared by multiplying its bound. A
 * percentile is never found: how many values lie below a bound says on which side of it the percentile is. Of a median
 * the middle two are taken from the sorted list, for what ES|QL calls MEDIAN it estimates.
 */
export function formValue(stage: Stage, body: Value): StageForm {
  const roles = countedRoles(stage, body.of)
  const columns = body.measure.of === 'distinct' ? tupleColumns(stage, body, roles) : numberColumn(stage, body, roles)
  const text = body.measure.of === 'distinct' ? lengthened(columns.map(({ name }) => name)) : (columns[0]?.name ?? '""')
  const { timespan } = stage.of
  return { roles, columns, lives: false, cost: 'pairs', lines: (flow) => valueLines(stage, body, text, timespan, flow) }
}

/** Every length is written with the same number of digits. */
const LENGTH_OFFSET = 1_000_000
const LENGTH_DIGITS = 7

/** Texts, each with its length before it, so that no two combinations look the same. */
function lengthened(names: readonly string[]): string {
  return `CONCAT(${names.map((name) => `TO_STRING(LENGTH(${name}) + ${LENGTH_OFFSET}), ${name}`).join(', ')})`
}

/** Items of other stages have no values, and need none. */
function fieldIn(roles: readonly Role[], field: FieldName): RoleColumn['fieldOf'] {
  return (role) => (roles.includes(role) ? field : undefined)
}

function tupleColumns({ prefix, of }: Stage, body: Value, roles: readonly Role[]): readonly RoleColumn[] {
  return body.fields.map((field, index) => ({
    name: `${prefix}value${index}`,
    fieldOf: fieldIn(roles, field),
    span: of.span,
  }))
}

function numberColumn(
  { emission, of, prefix, program }: Stage,
  body: Value,
  roles: readonly Role[],
): readonly RoleColumn[] {
  const [name = ''] = body.fields
  const ofAlerts = body.of.some((use) => program.rules.get(use.rule)?.kind === 'correlation')
  const info = emission.field(name, of.span)
  const what = `the exact ${body.measure.of} of "${name}"`
  if (ofAlerts) emission.refuse(`${what} over the alerts of a correlation`, of.span)
  else if (info.assumed)
    emission.refuse(`${what}, of which the mapping does not say that it is a whole number`, of.span)
  else if (info.type !== 'long' || info.multi)
    emission.refuse(`${what}, which is not stored as one whole number`, of.span)
  return [{ name: `${prefix}value0`, fieldOf: fieldIn(roles, name), span: of.span }]
}

function valueLines(stage: Stage, body: Value, text: string, timespan: number, flow: Flow): readonly string[] {
  const length = `TO_INTEGER(SUBSTRING(entry, 1, ${LENGTH_DIGITS})) - ${LENGTH_OFFSET}`
  return [
    ...windowPairs(timespan, `CONCAT(TO_STRING(LENGTH(event) + ${LENGTH_OFFSET}), event, ${text})`, flow),
    `EVAL event = SUBSTRING(entry, ${LENGTH_DIGITS + 1}, ${length}), value = SUBSTRING(entry, ${LENGTH_DIGITS + 1} + ${length})`,
    flow.where(inWindow('event', timespan)),
    ...measureLines(stage, body, flow),
  ]
}

function measureLines(stage: Stage, { bounds, measure }: Value, flow: Flow): readonly string[] {
  switch (measure.of) {
    case 'distinct':
      return [
        `STATS event = VALUES(event)${flow.by('closing', 'value')}`,
        // An item with several values is one item.
        `STATS total = COUNT(*), event = VALUES(event)${flow.by('closing')}`,
        `EVAL start = ${startAmong('event', bounds)}`,
        flow.where(emitBounds('total', bounds).text),
      ]
    case 'sum':
      return [
        `STATS total = SUM(TO_LONG(value)), start = MIN(event)${flow.by('closing')}`,
        flow.where(emitBounds('total', bounds).text),
      ]
    case 'average':
      return [
        `STATS total = SUM(TO_LONG(value)), values = COUNT(*), start = MIN(event)${flow.by('closing')}`,
        flow.where(emitAverage(bounds, stage).text),
      ]
    case 'percentile':
      return percentileLines(bounds, measure.rank, flow)
    case 'median':
      return medianLines(bounds, flow)
  }
}

/** The N-th newest for `gte N` alone, the oldest where there are fewer and for all other bounds. */
function startAmong(items: string, bounds: Bounds): string {
  const enough = leastOf(bounds)
  if (enough === undefined || !Number.isSafeInteger(enough)) return `MV_MIN(${items})`
  return `COALESCE(MV_SLICE(MV_SORT(${items}, "DESC"), ${Math.min(enough, 2 ** 31 - 1) - 1}), MV_MIN(${items}))`
}

function emitAverage(bounds: Bounds, { emission, of }: Stage): Condition {
  return and(
    bounds.map((bound) => {
      const scale = wholeScale(bound.value)
      if (scale === undefined)
        emission.refuse(
          `the exact comparison of an average with ${bound.value}`,
          of.span,
          'take a number with few binary digits, such as 2.5 or 0.25',
        )
      const times = scale ?? 1
      const total = times === 1 ? 'total' : `total * ${times}`
      return emitBounds(total, [{ ...bound, value: bound.value * times }], (value) => `${value} * values`)
    }),
  )
}

/** What makes a number whole; a double is always some power of two away from it. */
function wholeScale(value: number): number | undefined {
  return [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024].find((scale) => Number.isSafeInteger(value * scale))
}

/**
 * The percentile by nearest rank is the least value with enough values up to it: it is at least a bound when too few lie
 * below, and more than it when too few are not above.
 */
function percentileLines(bounds: Bounds, rank: number, flow: Flow): readonly string[] {
  const values = [...new Set(bounds.map(({ value }) => value))]
  const counts = values.flatMap((value, at) => [
    `below${at} = COUNT(*) WHERE TO_LONG(value) < ${number(value)}`,
    `upto${at} = COUNT(*) WHERE TO_LONG(value) <= ${number(value)}`,
  ])
  // Of rank 0 it is the least value.
  const few = (column: string): Condition =>
    comparison(rank === 0 ? `${column} < 1` : `${column} * 100 < ${number(rank)} * values`, true)
  const enough = (column: string): Condition =>
    comparison(rank === 0 ? `${column} >= 1` : `${column} * 100 >= ${number(rank)} * values`, true)
  const holds = ({ operator, value }: Bound): Condition => {
    const at = values.indexOf(value)
    const [below, upto] = [`below${at}`, `upto${at}`]
    switch (operator) {
      case 'gte':
        return few(below)
      case 'gt':
        return few(upto)
      case 'lte':
        return enough(upto)
      case 'lt':
        return enough(below)
      case 'eq':
        return and([few(below), enough(upto)])
      case 'neq':
        return or([enough(below), few(upto)])
    }
  }
  return [
    `STATS ${counts.join(', ')}, values = COUNT(*), start = MIN(event)${flow.by('closing')}`,
    flow.where(and(bounds.map(holds)).text),
  ]
}

/** Whole numbers with the same number of digits sort as texts; with the item behind it, none is lost to another. */
const VALUE_OFFSET = '5000000000000000000'
const VALUE_DIGITS = 19

/** The sum of the middle two, compared with the bound twice. */
function medianLines(bounds: Bounds, flow: Flow): readonly string[] {
  const middle = (at: string): string =>
    `TO_LONG(SUBSTRING(MV_SLICE(sorted, ${at}, ${at}), 1, ${VALUE_DIGITS})) - ${VALUE_OFFSET}`
  return [
    `STATS sorted = VALUES(CONCAT(TO_STRING(TO_LONG(value) + ${VALUE_OFFSET}), event)), start = MIN(event)${flow.by('closing')}`,
    'EVAL sorted = MV_SORT(sorted), values = MV_COUNT(sorted)',
    'EVAL low = (values - 1) / 2, high = values / 2',
    `EVAL total = (${middle('low')}) + (${middle('high')})`,
    flow.where(emitBounds('total', bounds, (value) => `${value} * 2`).text),
  ]
}
