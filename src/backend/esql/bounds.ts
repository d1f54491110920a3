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

/** All bounds of a column. @param scaled what a bound is multiplied with, as text; itself unless given */
export function emitBounds(name: string, bounds: Bounds, scaled = (value: string): string => value): Condition {
  return and(bounds.map(({ operator, value }) => comparison(`${name} ${SYMBOL[operator]} ${scaled(number(value))}`)))
}
