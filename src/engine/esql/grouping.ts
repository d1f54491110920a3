import { didYouMean } from '../../diagnostic/suggest.ts'
import { aggregates, type Accumulator, type Aggregate } from './aggregate.ts'
import { bind, type Binding } from './binder.ts'
import type { Bound, Row } from './bound.ts'
import { Columns, type Column } from './columns.ts'
import { functions } from './functions.ts'
import { truth } from './operator.ts'
import { Refusal } from './refusal.ts'
import type { Table } from './table.ts'
import type { Aggregation, Command, Expression } from './tree.ts'
import { each, type Scalar, type Value } from './value.ts'

type Stats = Extract<Command, { kind: 'stats' }>

/** A measure with the rows that it takes. */
interface Measure {
  readonly aggregate: Aggregate
  readonly takes: (row: Row) => boolean | null
}

/**
 * One row for each group. A row is in a group for each combination of the values of its keys; null is a value of its
 * own. Without keys there is one group, even of no rows.
 */
export function groupRows(command: Stats, table: Table, binding: Binding): Table {
  const measures: Measure[] = []
  const keys = command.by.map(({ name, of }) => ({ name, bound: bind(of, binding) }))
  const parted = command.aggregations.map((aggregation) => {
    const { name, of } = aggregation
    if (of.kind === 'column' || of.kind === 'literal')
      throw new Refusal('esql/syntax', 'STATS takes measures, such as COUNT(*) or MAX(x)', of.span)
    return { name, of: apart(aggregation, of, measures, binding) }
  })
  const grouped = new Columns([
    ...measures.map(({ aggregate }, at): Column => ({ name: measureName(at), type: aggregate.type })),
    ...keys.map(({ name, bound }): Column => ({ name, type: bound.type })),
  ])
  const results = parted.map(({ name, of }) => ({ name, bound: bind(of, { ...binding, columns: grouped }) }))
  const rows = gather(
    table.rows,
    measures,
    keys.map(({ bound }) => bound),
  )
  const columns = lastOfEach([
    ...results.map(({ name, bound }) => ({ name, type: bound.type, evaluate: bound.evaluate })),
    ...keys.map(({ name, bound }, at) => ({
      name,
      type: bound.type,
      evaluate: (row: Row) => row[measures.length + at] ?? null,
    })),
  ])
  return { columns: new Columns(columns), rows: rows.map((row) => columns.map(({ evaluate }) => evaluate(row))) }
}

interface Group {
  readonly key: readonly Value[]
  readonly accumulators: readonly Accumulator[]
}

function gather(rows: readonly Row[], measures: readonly Measure[], keys: readonly Bound[]): readonly Row[] {
  const groups = new Map<Scalar | null, unknown>()
  const all: Group[] = []
  const groupOf = (key: readonly (Scalar | null)[]): Group => {
    let level = groups
    for (const part of key.slice(0, -1)) {
      const next = (level.get(part) ?? new Map()) as typeof groups
      level.set(part, next)
      level = next
    }
    const last = key.at(-1) ?? null
    const known = level.get(last) as Group | undefined
    if (known) return known
    const made: Group = { key, accumulators: measures.map(({ aggregate }) => aggregate.begin()) }
    level.set(last, made)
    all.push(made)
    return made
  }
  if (keys.length === 0) groupOf([])
  for (const row of rows) {
    for (const key of combinations(keys.map((bound) => bound.evaluate(row)))) {
      const { accumulators } = groupOf(key)
      for (const [at, { takes }] of measures.entries()) if (takes(row) === true) accumulators[at]?.add(row)
    }
  }
  return all.map(({ key, accumulators }) => [...accumulators.map((one) => one.result()), ...key])
}

function combinations(values: readonly Value[]): readonly (readonly (Scalar | null)[])[] {
  let all: readonly (readonly (Scalar | null)[])[] = [[]]
  for (const value of values) {
    const parts = value === null ? [null] : new Set(each(value))
    all = all.flatMap((start) => Array.from(parts, (part) => [...start, part]))
  }
  return all
}

const measureName = (at: number): string => `measure ${at}`

/** The expression with a column in place of each measure; the measures are gathered. */
function apart(aggregation: Aggregation, of: Expression, measures: Measure[], binding: Binding): Expression {
  const inner = (one: Expression): Expression => apart(aggregation, one, measures, binding)
  switch (of.kind) {
    case 'call': {
      const measure = measureOf(of, aggregation, binding)
      if (!measure) return { ...of, args: of.args.map(inner) }
      measures.push(measure)
      return { kind: 'column', name: measureName(measures.length - 1), span: of.span }
    }
    case 'and':
    case 'or':
      return { ...of, of: of.of.map(inner) }
    case 'arithmetic':
    case 'comparison':
      return { ...of, left: inner(of.left), right: inner(of.right) }
    case 'in':
      return { ...of, of: inner(of.of), among: of.among.map(inner) }
    case 'minus':
    case 'not':
    case 'null-test':
    case 'pattern':
    case 'cast':
      return { ...of, of: inner(of.of) }
    case 'column':
    case 'literal':
    case 'time-span':
      return of
  }
}

function measureOf(
  of: Extract<Expression, { kind: 'call' }>,
  aggregation: Aggregation,
  binding: Binding,
): Measure | undefined {
  const name = of.name.toLowerCase()
  const spec = aggregates.get(name)
  if (!spec) {
    if (functions.has(name)) return undefined
    const hint = didYouMean(of.name, [...aggregates.keys(), ...functions.keys()])
    throw new Refusal('esql/unknown-function', `unknown function "${of.name}"`, of.span, hint)
  }
  if (of.args.length < spec.least || of.args.length > spec.most)
    throw new Refusal(
      'esql/syntax',
      `${of.name.toUpperCase()} takes ${spec.most} arguments, and there are ${of.args.length}`,
      of.span,
    )
  const args = of.args.map((arg) => bind(arg, binding))
  const aggregate = spec.bind({ name, args, span: of.span, failures: binding.failures })
  const { where } = aggregation
  return { aggregate, takes: where ? truth(bind(where, binding), binding.failures) : () => true }
}

/** A name that is given twice belongs to the last one. */
function lastOfEach<T extends Column>(columns: readonly T[]): readonly T[] {
  return columns.filter(({ name }, at) => columns.findLastIndex((other) => other.name === name) === at)
}
