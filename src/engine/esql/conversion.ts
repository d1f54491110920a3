import { EvaluationFailure, attempt, constant, type Bound, type Failures } from './bound.ts'
import type { DataType } from './data-type.ts'
import { formatAddress, parseAddress } from './ip-address.ts'
import { parseDouble, formatDouble } from './java-number.ts'
import { typeRefusal } from './refusal.ts'
import { formatDateTime, parseDateTime } from './time-text.ts'
import { cell, each, type Scalar } from './value.ts'

/** From one type to another, value by value; those that have no such form are left out. */
type Conversion = (value: Scalar) => Scalar

const MOST_INTEGER = 2 ** 31 - 1
const MOST_LONG = 2n ** 63n - 1n

const CONVERSIONS: Readonly<Partial<Record<DataType, Readonly<Partial<Record<DataType, Conversion>>>>>> = {
  keyword: {
    boolean: String,
    integer: String,
    long: String,
    double: (value) => formatDouble(value as number),
    ip: (value) => formatAddress(value as string),
    datetime: (value) => formatDateTime(value as number),
    version: (value) => value,
  },
  integer: {
    boolean: Number,
    long: (value) => toInteger(Number(value)),
    double: (value) => toInteger(value as number),
    datetime: (value) => toInteger(value as number),
    keyword: (value) => toInteger(parsed(value as string, parseDouble)),
  },
  long: {
    boolean: (value) => BigInt(value),
    integer: (value) => BigInt(value),
    double: (value) => toLong(value as number),
    datetime: (value) => BigInt(value),
    keyword: (value) => textToLong(value as string),
  },
  double: {
    boolean: Number,
    integer: (value) => value,
    long: Number,
    datetime: (value) => value,
    keyword: (value) => finite(value as string),
  },
  boolean: {
    integer: (value) => value !== 0,
    long: (value) => value !== 0n,
    double: (value) => value !== 0,
    keyword: (value) => (value as string).toLowerCase() === 'true',
  },
  datetime: {
    integer: (value) => value,
    long: Number,
    double: (value) => Number(toLong(value as number)),
    keyword: (value) => parsed(value as string, parseDateTime),
  },
  ip: { keyword: (value) => parsed(value as string, parseAddress) },
  version: { keyword: (value) => value },
}

function parsed<T>(text: string, parse: (text: string) => T | undefined): T {
  const value = parse(text)
  if (value === undefined) throw new EvaluationFailure(`it cannot read "${text}"`)
  return value
}

function finite(text: string): number {
  return parsed(text, (written) => {
    const value = parseDouble(written)
    return value !== undefined && Number.isFinite(value) ? value : undefined
  })
}

function toInteger(value: number): number {
  if (!(value <= MOST_INTEGER && value >= -MOST_INTEGER - 1))
    throw new EvaluationFailure(`${value} is out of the range of an integer`)
  return Math.round(value) + 0
}

/** 2^63 itself passes as the largest long, since no double lies between. */
function toLong(value: number): bigint {
  if (!(Math.abs(value) <= 2 ** 63)) throw new EvaluationFailure(`${value} is out of the range of a long`)
  const whole = BigInt(Math.round(value))
  return whole > MOST_LONG ? MOST_LONG : whole
}

function textToLong(text: string): bigint {
  const whole = /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined
  if (whole !== undefined && BigInt.asIntN(64, whole) === whole) return whole
  return toLong(parsed(text, parseDouble))
}

/** An expression in another type. Throws a `Refusal` where the types have nothing in common. */
export function convert(of: Bound, to: DataType, failures?: Failures, span = of.span): Bound {
  if (of.type === to) return of
  if (of.type === 'null') return constant(to, null, span)
  const conversion = CONVERSIONS[to]?.[of.type]
  if (!conversion) throw typeRefusal(`there is no way from ${of.type} to ${to}`, span)
  const one = (value: Scalar): readonly Scalar[] =>
    each(failures ? attempt(span, failures, () => conversion(value)) : conversion(value))
  const evaluate: Bound['evaluate'] = (row) => {
    const value = of.evaluate(row)
    return value === null ? null : cell(each(value).flatMap(one))
  }
  const bound: Bound = { type: to, span, evaluate }
  return of.constant ? { ...bound, ...constant(to, evaluate([]), span) } : bound
}

/** A text literal where a time, address, version or boolean is wanted; undefined for anything else. */
export function implicitly(of: Bound, to: DataType): Bound | undefined {
  if (of.type !== 'keyword' || typeof of.constant?.value !== 'string') return undefined
  if (to !== 'datetime' && to !== 'ip' && to !== 'version' && to !== 'boolean') return undefined
  try {
    return convert(of, to)
  } catch (failure) {
    if (!(failure instanceof EvaluationFailure)) throw failure
    throw typeRefusal(`"${of.constant.value}" is no ${to}`, of.span)
  }
}
