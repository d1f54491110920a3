import { attempt, EvaluationFailure, folded, type Bound } from '../bound.ts'
import { asDouble, checked, typeOfFirst, whole, type FunctionSpec } from '../function-spec.ts'
import { inRange } from '../operator.ts'
import { typeRefusal } from '../refusal.ts'
import { cell, each, orderOf, type Order, type Scalar, type Value } from '../value.ts'

/** A function of the values of one cell in the order of their type; null stays null. */
function ofValues(apply: (values: readonly Scalar[], order: Order) => Value): FunctionSpec {
  return whole(['any'], typeOfFirst, ([value], [of]) => {
    return value === null || value === undefined ? null : apply(each(value), orderOf(of?.type ?? 'null'))
  })
}

function sorted(values: readonly Scalar[], order: Order): readonly Scalar[] {
  return [...values].sort(order)
}

function deduped(values: readonly Scalar[]): readonly Scalar[] {
  return [...new Set(values)]
}

/** A measure of the numbers of one cell, as doubles. */
function measure(apply: (sorted: readonly number[]) => number): FunctionSpec {
  return {
    least: 1,
    most: 1,
    bind(call) {
      const args = checked(call, ['numeric']).map(asDouble)
      const evaluate: Bound['evaluate'] = (row) => {
        const values = each(args[0]?.evaluate(row) ?? null) as readonly number[]
        return values.length === 0 ? null : apply([...values].sort((a, b) => a - b))
      }
      return folded({ type: 'double', span: call.span, evaluate }, args)
    },
  }
}

const sum: FunctionSpec = {
  least: 1,
  most: 1,
  bind(call) {
    const args = checked(call, ['numeric'])
    const type = typeOfFirst(args)
    const evaluate: Bound['evaluate'] = (row) => {
      const values = each(args[0]?.evaluate(row) ?? null)
      if (values.length === 0) return null
      if (type === 'double') return (values as readonly number[]).reduce((a, b) => a + b)
      const total = values.reduce<bigint>((a, b) => a + BigInt(b), 0n)
      return attempt(call.span, call.failures, () => inRange(total, type))
    }
    return folded({ type, span: call.span, evaluate }, args)
  },
}

/** The mean of the middle two of an even number, cut where the numbers are whole. */
const median: FunctionSpec = ofNumbers((values) => {
  const [low, high] = [values[(values.length - 1) >> 1], values[values.length >> 1]]
  if (typeof low === 'bigint' && typeof high === 'bigint') return (low + high) >> 1n
  return (Number(low) + Number(high)) / 2
}, true)

function ofNumbers(apply: (sorted: readonly Scalar[]) => Scalar, wholeStays: boolean): FunctionSpec {
  return {
    least: 1,
    most: 1,
    bind(call) {
      const args = checked(call, ['numeric'])
      const type = typeOfFirst(args)
      const evaluate: Bound['evaluate'] = (row) => {
        const values = sorted(each(args[0]?.evaluate(row) ?? null), orderOf(type))
        if (values.length === 0) return null
        const result = apply(values)
        return type === 'integer' && wholeStays ? Math.floor(Number(result)) : result
      }
      return folded({ type, span: call.span, evaluate }, args)
    },
  }
}

/** Positions count from 0, from the end where they are negative; both ends are included. */
const slice: FunctionSpec = {
  least: 2,
  most: 3,
  bind(call) {
    const args = checked(call, ['any', 'integer'])
    const [of, from, to = from] = args
    const evaluate: Bound['evaluate'] = (row) => {
      const [value = null, start = null, end = null] = [of, from, to].map((arg) => arg?.evaluate(row))
      if (value === null || typeof start !== 'number' || typeof end !== 'number') return null
      return attempt(call.span, call.failures, () => sliced(each(value), start, end))
    }
    if (from?.constant && to?.constant && !isSlice(Number(from.constant.value), Number(to.constant.value)))
      throw typeRefusal(NO_SLICE, call.span)
    return folded({ type: of?.type ?? 'null', span: call.span, evaluate }, args)
  },
}

const NO_SLICE = 'a slice ends behind its start, and both count from the same end'

function isSlice(start: number, end: number): boolean {
  return start <= end && start < 0 === end < 0
}

function sliced(values: readonly Scalar[], start: number, end: number): Value {
  if (!isSlice(start, end)) throw new EvaluationFailure(NO_SLICE)
  const from = start < 0 ? values.length + start : start
  const to = end < 0 ? values.length + end : end
  return cell(values.slice(Math.max(0, from), Math.max(0, to + 1)))
}

const sort: FunctionSpec = {
  least: 1,
  most: 2,
  bind(call) {
    const args = checked(call, ['any', 'string'])
    const [of, direction] = args
    const word = direction?.constant ? String(direction.constant.value).toLowerCase() : 'asc'
    if ((direction && !direction.constant) || (word !== 'asc' && word !== 'desc'))
      throw typeRefusal('the order is "asc" or "desc"', direction?.span ?? call.span)
    const type = of?.type ?? 'null'
    const order = orderOf(type)
    const directed: Order = word === 'asc' ? order : (a, b) => order(b, a)
    const evaluate: Bound['evaluate'] = (row) => cell(sorted(each(of?.evaluate(row) ?? null), directed))
    return folded({ type, span: call.span, evaluate }, args)
  },
}

const append: FunctionSpec = {
  least: 2,
  most: 2,
  bind(call) {
    const args = checked(call, ['any'])
    const type = typeOfFirst(args)
    if (args.some((arg) => arg.type !== type && arg.type !== 'null'))
      throw typeRefusal('MV_APPEND joins values of one type', call.span)
    const evaluate: Bound['evaluate'] = (row) => {
      const values = args.map((arg) => arg.evaluate(row))
      return values.includes(null) ? null : cell(values.flatMap(each))
    }
    return folded({ type, span: call.span, evaluate }, args)
  },
}

function zip([left = null, right = null, by]: readonly Value[]): Value {
  const [one, two, delimiter] = [each(left), each(right), by === undefined ? ',' : by]
  if (delimiter === null || Array.isArray(delimiter) || (left === null && right === null)) return null
  const length = Math.max(one.length, two.length)
  return cell(
    Array.from({ length }, (_, at) => {
      const parts = [one[at], two[at]].filter((part) => part !== undefined)
      return parts.map(String).join(String(delimiter))
    }),
  )
}

export const multiValueFunctions: Readonly<Record<string, FunctionSpec>> = {
  mv_append: append,
  mv_avg: measure((values) => values.reduce((a, b) => a + b) / values.length),
  mv_concat: whole(['string', 'string'], 'keyword', ([value = null, by = null]) =>
    value === null || by === null || Array.isArray(by) ? null : each(value).map(String).join(String(by)),
  ),
  mv_count: whole(['any'], 'integer', ([value]) => (value === null || value === undefined ? null : each(value).length)),
  mv_dedupe: ofValues((values) => cell(deduped(values))),
  mv_first: ofValues((values) => values[0] ?? null),
  mv_last: ofValues((values) => values.at(-1) ?? null),
  mv_max: ofValues((values, order) => values.reduce((a, b) => (order(a, b) >= 0 ? a : b))),
  mv_median: median,
  mv_min: ofValues((values, order) => values.reduce((a, b) => (order(a, b) <= 0 ? a : b))),
  mv_slice: slice,
  mv_sort: sort,
  mv_sum: sum,
  mv_zip: whole(['string', 'string', 'string'], 'keyword', zip, 1),
}
