import type { Span } from '../../diagnostic/source.ts'
import { constant, EvaluationFailure, folded, single, type Bound, type Failures } from './bound.ts'
import { convert, implicitly } from './conversion.ts'
import { commonType, isNumeric, type DataType } from './data-type.ts'
import { typeRefusal } from './refusal.ts'
import { shiftTime } from './time-shift.ts'
import type { Arithmetic, Comparison } from './tree.ts'
import { isSeveral, orderOf, type Scalar, type Value } from './value.ts'

/** Both sides in the type in which they can be compared. */
export function comparable(left: Bound, right: Bound, span: Span): readonly [Bound, Bound] {
  const alone = left.type !== right.type && (left.type === 'null' || right.type === 'null')
  if (alone) throw typeRefusal('nothing is compared with null', span, 'write IS NULL or IS NOT NULL')
  const type = commonType(left.type, right.type)
  if (type !== undefined && type !== 'time_span') return [widened(left, type), widened(right, type)]
  const cast = [implicitly(left, right.type), implicitly(right, left.type)] as const
  if (cast[0]) return [cast[0], right]
  if (cast[1]) return [left, cast[1]]
  const hint =
    left.type === 'keyword' || right.type === 'keyword' ? 'TO_STRING or TO_LONG brings both to one type' : undefined
  throw typeRefusal(`${left.type} and ${right.type} cannot be compared`, span, hint)
}

function widened(of: Bound, type: DataType): Bound {
  return of.type === type || of.type === 'null' ? of : convert(of, type)
}

const HOLDS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

export function compare(operator: Comparison, one: Bound, two: Bound, span: Span, failures: Failures): Bound {
  const [left, right] = comparable(one, two, span)
  const type = left.type === 'null' ? right.type : left.type
  if (type === 'boolean' && operator !== '==' && operator !== '!=') throw typeRefusal('booleans have no order', span)
  const order = orderOf(type)
  const holds = HOLDS[operator]
  const evaluate = single([left, right], span, failures, (a, b) =>
    Number.isNaN(a) || Number.isNaN(b) ? operator === '!=' : holds(order(a, b)),
  )
  return folded({ type: 'boolean', span, evaluate }, [left, right])
}

/** Equal to any; unknown where it is not and one of them is null. */
export function among(of: Bound, list: readonly Bound[], span: Span, failures: Failures): Bound {
  if (list.every((item) => item.type === 'null'))
    throw typeRefusal('nothing is compared with null', span, 'write IS NULL')
  const tests = list.map((item) =>
    item.type === 'null' ? constant('boolean', null, item.span) : compare('==', of, item, span, failures),
  )
  const evaluate: Bound['evaluate'] = (row) => {
    let unknown = false
    for (const test of tests) {
      const value = test.evaluate(row)
      if (value === true) return true
      unknown ||= value === null
    }
    return unknown ? null : false
  }
  return folded({ type: 'boolean', span, evaluate }, tests)
}

/** Of three values: false decides a conjunction, true a disjunction, whatever the other is. */
export function connect(kind: 'and' | 'or', of: readonly Bound[], span: Span, failures: Failures): Bound {
  const decides = kind === 'or'
  const parts = of.map((part) => truth(part, failures))
  const evaluate: Bound['evaluate'] = (row) => {
    let unknown = false
    for (const part of parts) {
      const value = part(row)
      if (value === decides) return decides
      unknown ||= value === null
    }
    return unknown ? null : !decides
  }
  return folded({ type: 'boolean', span, evaluate }, of)
}

export function negate(of: Bound, span: Span, failures: Failures): Bound {
  const inner = truth(of, failures)
  const evaluate: Bound['evaluate'] = (row) => {
    const value = inner(row)
    return value === null ? null : !value
  }
  return folded({ type: 'boolean', span, evaluate }, [of])
}

/** A condition; what is no boolean is refused, several values count as null. */
export function truth(of: Bound, failures: Failures): (row: readonly Value[]) => boolean | null {
  if (of.type !== 'boolean' && of.type !== 'null')
    throw typeRefusal(`a condition is needed, and this is ${of.type}`, of.span)
  return (row) => {
    const value = of.evaluate(row)
    if (typeof value === 'boolean') return value
    if (isSeveral(value)) failures.note(of.span, 'a condition takes one value, and there were several')
    return null
  }
}

export function calculate(operator: Arithmetic, left: Bound, right: Bound, span: Span, failures: Failures): Bound {
  if (left.length || right.length) return shiftTime(operator, left, right, span, failures)
  const type = commonType(left.type, right.type)
  if (type === undefined || (type !== 'null' && !isNumeric(type)))
    throw typeRefusal(`"${operator}" takes numbers, and these are ${left.type} and ${right.type}`, span)
  const args = [widened(left, type), widened(right, type)]
  const evaluate = single(args, span, failures, (a, b) =>
    ARITHMETIC[type === 'double' ? 'double' : 'whole'](operator, a, b, type),
  )
  return folded({ type, span, evaluate }, args)
}

export function minus(of: Bound, span: Span, failures: Failures): Bound {
  if (of.type !== 'null' && !isNumeric(of.type)) throw typeRefusal(`"-" takes a number, and this is ${of.type}`, span)
  const evaluate = single([of], span, failures, (value) =>
    typeof value === 'bigint' ? inRange(-value, 'long') : checkedNumber(-Number(value), of.type),
  )
  return folded({ type: of.type, span, evaluate }, [of])
}

const ARITHMETIC = {
  double(operator: Arithmetic, a: Scalar, b: Scalar, type: DataType): Scalar {
    return checkedNumber(inDouble(operator, a as number, b as number), type)
  },
  whole(operator: Arithmetic, a: Scalar, b: Scalar, type: DataType): Scalar {
    const result = inWhole(operator, BigInt(a), BigInt(b))
    return inRange(result, type)
  },
}

function inDouble(operator: Arithmetic, a: number, b: number): number {
  if ((operator === '/' || operator === '%') && b === 0) throw new EvaluationFailure('division by zero')
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
  }
}

function inWhole(operator: Arithmetic, a: bigint, b: bigint): bigint {
  if ((operator === '/' || operator === '%') && b === 0n) throw new EvaluationFailure('division by zero')
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
  }
}

/** A whole number of its type; out of range it is a failure. */
export function inRange(value: bigint, type: DataType): Scalar {
  const bits = type === 'integer' ? 32 : 64
  if (BigInt.asIntN(bits, value) !== value) throw new EvaluationFailure(`the result is out of the range of a ${type}`)
  return type === 'integer' ? Number(value) : value
}

export function checkedNumber(value: number, type: DataType): number {
  if (type === 'integer') return Number(inRange(BigInt(value), type))
  if (!Number.isFinite(value)) throw new EvaluationFailure('the result is no finite number')
  return value
}
