import type { Span } from '../../../diagnostic/source.ts'
import { Problem } from '../problem.ts'
import { computed, isNumber, typeTitle, unknown, type Operand } from '../operand.ts'
import type { Scope } from '../scope.ts'
import type { Arithmetic } from '../syntax/tree.ts'

/** Functions that say the same as an operator. */
export const ARITHMETIC_FUNCTIONS: ReadonlyMap<string, Arithmetic> = new Map([
  ['add', '+'],
  ['subtract', '-'],
  ['multiply', '*'],
  ['divide', '/'],
  ['modulo', '%'],
])

/** Whole numbers divide into whole numbers, the rest is cut off. Null with anything is null. */
export function arithmetic(operator: Arithmetic, left: Operand, right: Operand, span: Span, scope: Scope): Operand {
  for (const one of [left, right]) {
    if (isNumber(one.type) || one.type === 'null' || one.type === 'unknown') continue
    scope.tell('eql/type-mismatch', `"${operator}" takes numbers, and this is ${typeTitle(one.type)}`, one.span)
    return unknown(span)
  }
  if (left.type === 'unknown' || right.type === 'unknown') return unknown(span)
  const types = [left.type, right.type]
  const fraction = types.includes('double')
  const type = fraction ? 'double' : types.includes('number') ? 'number' : 'long'
  const read = (): number | null => {
    const [a, b] = [left.read(), right.read()]
    if (typeof a !== 'number' || typeof b !== 'number') return null
    return calculate(operator, a, b, fraction, span)
  }
  return scope.try(() => computed(type, [left, right], read, span)) ?? unknown(span)
}

export function negative(of: Operand, span: Span, scope: Scope): Operand {
  if (!isNumber(of.type)) {
    if (of.type !== 'null' && of.type !== 'unknown')
      scope.tell('eql/type-mismatch', `"-" takes a number, and this is ${typeTitle(of.type)}`, of.span)
    return unknown(span)
  }
  const read = (): number | null => {
    const value = of.read()
    return typeof value === 'number' ? -value : null
  }
  return computed(of.type === 'long' ? 'long' : 'double', [of], read, span)
}

function calculate(operator: Arithmetic, a: number, b: number, fraction: boolean, span: Span): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
    case '%': {
      const whole = !fraction && Number.isInteger(a) && Number.isInteger(b)
      if (whole && b === 0)
        throw new Problem(
          'eql/division-by-zero',
          'division by zero, at which Elasticsearch stops the search',
          span,
          'leave events with zero out before it, or divide by a number with a point',
        )
      if (operator === '%') return a % b
      return whole ? Math.trunc(a / b) : a / b
    }
  }
}
