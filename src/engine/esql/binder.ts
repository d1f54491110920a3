import { didYouMean } from '../../diagnostic/suggest.ts'
import { aggregates } from './aggregate.ts'
import { constant, folded, type Bound, type Failures } from './bound.ts'
import type { Columns } from './columns.ts'
import { convert } from './conversion.ts'
import type { DataType } from './data-type.ts'
import { functions } from './functions.ts'
import { among, calculate, compare, connect, minus, negate } from './operator.ts'
import { bindPattern } from './pattern-test.ts'
import { Refusal } from './refusal.ts'
import { bindSearch, isSearch } from './search.ts'
import type { Expression } from './tree.ts'

/** What expressions are bound in. */
export interface Binding {
  readonly columns: Columns
  readonly failures: Failures
  /** Epoch milliseconds. */
  readonly now: number
}

/** Decides names, types and functions of an expression. Throws a `Refusal`. */
export function bind(of: Expression, binding: Binding): Bound {
  const { span } = of
  const { failures } = binding
  const inner = (expression: Expression): Bound => bind(expression, binding)
  switch (of.kind) {
    case 'literal':
      return constant(of.type, of.value, span)
    case 'time-span':
      return { ...constant('time_span', null, span), length: of.length }
    case 'column': {
      const { place, type } = binding.columns.find(of.name, span)
      return { type, span, evaluate: (row) => row[place] ?? null }
    }
    case 'call':
      return isSearch(of) ? bindSearch(of, binding.columns) : bindCall(of, binding)
    case 'minus':
      return minus(inner(of.of), span, failures)
    case 'arithmetic':
      return calculate(of.operator, inner(of.left), inner(of.right), span, failures)
    case 'comparison':
      return compare(of.operator, inner(of.left), inner(of.right), span, failures)
    case 'and':
    case 'or':
      return connect(of.kind, of.of.map(inner), span, failures)
    case 'not':
      return negate(inner(of.of), span, failures)
    case 'null-test': {
      const tested = inner(of.of)
      return folded({ type: 'boolean', span, evaluate: (row) => (tested.evaluate(row) === null) === of.isNull }, [
        tested,
      ])
    }
    case 'in':
      return among(inner(of.of), of.among.map(inner), span, failures)
    case 'pattern':
      return bindPattern(of.language, inner(of.of), of.patterns, span, failures)
    case 'cast': {
      const type = CASTS[of.to]
      if (type === undefined)
        throw new Refusal('esql/type', `unknown type "${of.to}"`, span, didYouMean(of.to, Object.keys(CASTS)))
      return convert(inner(of.of), type, failures, span)
    }
  }
}

const CASTS: Readonly<Record<string, DataType>> = {
  boolean: 'boolean',
  bool: 'boolean',
  integer: 'integer',
  int: 'integer',
  long: 'long',
  double: 'double',
  keyword: 'keyword',
  string: 'keyword',
  ip: 'ip',
  datetime: 'datetime',
  date: 'datetime',
  version: 'version',
}

function bindCall(of: Extract<Expression, { kind: 'call' }>, binding: Binding): Bound {
  const name = of.name.toLowerCase()
  const spec = functions.get(name)
  if (!spec) {
    if (aggregates.has(name)) throw new Refusal('esql/syntax', `${of.name.toUpperCase()} stands only in STATS`, of.span)
    throw new Refusal(
      'esql/unknown-function',
      `unknown function "${of.name}"`,
      of.span,
      didYouMean(of.name, functions.keys()),
    )
  }
  const { length } = of.args
  if (length < spec.least || length > spec.most) {
    const wanted =
      spec.least === spec.most
        ? `${spec.least}`
        : spec.most === Infinity
          ? `at least ${spec.least}`
          : `${spec.least} to ${spec.most}`
    throw new Refusal(
      'esql/syntax',
      `${of.name.toUpperCase()} takes ${wanted} arguments, and there are ${length}`,
      of.span,
    )
  }
  const args = of.args.map((arg) => bind(arg, binding))
  return spec.bind({ name, args, span: of.span, failures: binding.failures, now: binding.now })
}
