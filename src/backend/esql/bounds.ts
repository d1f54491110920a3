import type { Bound, Bounds } from '../../ir/rule.ts'
import { and, comparison, type Condition } from './condition.ts'
import { number } from './literal.ts'

const SYMBOL: Readonly<Record<Bound['operator'], string>> = {
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  eq: '==',
  neq: '!=',
}

/** All bounds of a column. */
export function emitBounds(name: string, bounds: Bounds): Condition {
  return and(bounds.map((bound) => comparison(`${name} ${SYMBOL[bound.operator]} ${number(bound.value)}`)))
}
