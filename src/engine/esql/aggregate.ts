import type { Span } from '../../diagnostic/source.ts'
import { attempt, type Bound, type Failures, type Row } from './bound.ts'
import { isNumeric, type DataType } from './data-type.ts'
import { inRange } from './operator.ts'
import { typeRefusal } from './refusal.ts'
import { cell, each, orderOf, type Order, type Scalar, type Value } from './value.ts'

/** A measure of rows, as it is asked for once. */
export interface Aggregate {
  readonly type: DataType
  /** A measure of no rows. */
  readonly begin: () => Accumulator
}

/** Takes rows one by one. */
export interface Accumulator {
  add(row: Row): void
  result(): Value
}

export interface AggregateCall {
  readonly name: string
  readonly args: readonly Bound[]
  readonly span: Span
  readonly failures: Failures
}

interface AggregateSpec {
  readonly least: number
  readonly most: number
  readonly bind: (call: AggregateCall) => Aggregate
}

/** A measure of all values of the first argument; several values of one row are several values. */
function ofValues(
  typeOf: DataType | ((of: DataType, call: AggregateCall) => DataType),
  measure: (values: readonly Scalar[], of: DataType, call: AggregateCall) => Value,
  most = 1,
): AggregateSpec {
  return {
    least: 1,
    most,
    bind(call) {
      const [of] = call.args
      if (!of) throw new Error('the number of arguments was checked')
      const type = typeof typeOf === 'function' ? typeOf(of.type, call) : typeOf
      return {
        type,
        begin() {
          const values: Scalar[] = []
          return {
            add: (row) => void values.push(...each(of.evaluate(row))),
            result: () => measure(values, of.type, call),
          }
        },
      }
    },
  }
}

function numeric(result: (of: DataType) => DataType): (of: DataType, call: AggregateCall) => DataType {
  return (of, call) => {
    if (of !== 'null' && !isNumeric(of))
      throw typeRefusal(`${call.name.toUpperCase()} takes numbers, and this is ${of}`, call.args[0]?.span ?? call.span)
    return result(of)
  }
}

const whatever = (of: DataType): DataType => of
const toDouble = numeric(() => 'double')
const toSum = numeric((of) => (of === 'double' || of === 'null' ? 'double' : 'long'))

function extreme(sign: 1 | -1): AggregateSpec {
  return ofValues(whatever, (values, of) => {
    const order = orderOf(of)
    return values.length === 0 ? null : values.reduce((a, b) => (sign * order(a, b) >= 0 ? a : b))
  })
}

function total(values: readonly Scalar[], of: DataType, call: AggregateCall): Value {
  if (values.length === 0) return null
  if (of === 'double') return sumOf(values as readonly number[])
  return attempt(call.span, call.failures, () =>
    inRange(
      values.reduce<bigint>((a, b) => a + BigInt(b), 0n),
      'long',
    ),
  )
}

/** With the rounding errors carried along (Kahan), as the server adds. */
export function sumOf(values: readonly number[]): number {
  let sum = 0
  let lost = 0
  for (const value of values) {
    const corrected = value + lost
    const next = sum + corrected
    lost = corrected - (next - sum)
    sum = next
  }
  return sum
}

/** Between the two nearest ranks; the server estimates it, from many values on with an error. */
function percentile(values: readonly Scalar[], rank: number): Value {
  if (values.length === 0) return null
  const sorted = values.map(Number).sort((a, b) => a - b)
  const at = (Math.min(100, Math.max(0, rank)) / 100) * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN]
  return low + (high - low) * (at - Math.floor(at))
}

function constantOf(arg: Bound | undefined, what: string, call: AggregateCall): Scalar {
  const value = arg?.constant?.value
  if (value === undefined || value === null || Array.isArray(value)) throw typeRefusal(what, arg?.span ?? call.span)
  return value as Scalar
}

function top(values: readonly Scalar[], of: DataType, call: AggregateCall): Value {
  const [, limit, direction] = call.args
  const count = Number(constantOf(limit, 'TOP takes a fixed number of values', call))
  const word =
    direction === undefined ? 'asc' : String(constantOf(direction, 'the order is "asc" or "desc"', call)).toLowerCase()
  const order = orderOf(of)
  const directed: Order = word === 'asc' ? order : (a, b) => order(b, a)
  return cell([...values].sort(directed).slice(0, count))
}

/** Of TOP: what must be said of its order and number before it runs. */
function topType(of: DataType, call: AggregateCall): DataType {
  const [, limit, direction] = call.args
  const count = constantOf(limit, 'TOP takes a fixed number of values', call)
  if (typeof count !== 'number' || count < 1)
    throw typeRefusal('TOP takes at least one value', limit?.span ?? call.span)
  if (direction && !/^(asc|desc)$/i.test(String(constantOf(direction, 'the order is "asc" or "desc"', call))))
    throw typeRefusal('the order is "asc" or "desc"', direction.span)
  return of
}

const count: AggregateSpec = {
  least: 0,
  most: 1,
  bind({ args: [of] }) {
    const star = of === undefined || of.constant?.value === '*'
    return {
      type: 'long',
      begin() {
        let found = 0
        return {
          add: (row) => void (found += star ? 1 : each(of.evaluate(row)).length),
          result: () => BigInt(found),
        }
      },
    }
  },
}

function deviation(values: readonly Scalar[]): Value {
  if (values.length === 0) return null
  const numbers = values.map(Number)
  const mean = sumOf(numbers) / numbers.length
  return Math.sqrt(sumOf(numbers.map((value) => (value - mean) ** 2)) / numbers.length)
}

/** Every measure of STATS that is run here, by its name in small letters. */
export const aggregates: ReadonlyMap<string, AggregateSpec> = new Map<string, AggregateSpec>([
  ['count', count],
  ['count_distinct', ofValues('long', (values) => BigInt(new Set(values).size), 2)],
  ['sum', ofValues(toSum, total)],
  ['avg', ofValues(toDouble, (values) => (values.length === 0 ? null : sumOf(values.map(Number)) / values.length))],
  ['min', extreme(-1)],
  ['max', extreme(1)],
  ['median', ofValues(toDouble, (values) => percentile(values, 50))],
  [
    'percentile',
    {
      ...ofValues(
        (of, call) => {
          constantOf(call.args[1], 'PERCENTILE takes a fixed rank', call)
          return toDouble(of, call)
        },
        (values, _, call) => percentile(values, Number(call.args[1]?.constant?.value)),
        2,
      ),
      least: 2,
    },
  ],
  ['std_dev', ofValues(toDouble, deviation)],
  ['values', ofValues(whatever, (values) => cell([...new Set(values)]))],
  ['top', { ...ofValues(topType, top, 3), least: 3 }],
])
