import { EvaluationFailure, folded, single, type Bound } from '../bound.ts'
import { asDouble, checked, scalar, typeOfFirst, whole, type FunctionSpec } from '../function-spec.ts'
import { checkedNumber, inRange } from '../operator.ts'
import type { Scalar } from '../value.ts'

/** A function of doubles; other numbers are made doubles first. @param finite whether anything else is a failure */
function ofDoubles(count: number, apply: (...values: number[]) => number, finite = true): FunctionSpec {
  return {
    least: count,
    most: count,
    bind(call) {
      const args = checked(call, ['numeric']).map(asDouble)
      const evaluate: Bound['evaluate'] = single(args, call.span, call.failures, (...values) => {
        const result = apply(...(values as number[]))
        return finite ? checkedNumber(result, 'double') : result
      })
      return folded({ type: 'double', span: call.span, evaluate }, args)
    },
  }
}

/** Whole numbers are what they are; doubles are made whole. */
function rounding(apply: (value: number) => number): FunctionSpec {
  return scalar(['numeric'], typeOfFirst, (value: Scalar) => (typeof value === 'number' ? apply(value) : value))
}

/** Half away from zero, at so many digits behind the point; a negative number of digits rounds before it. */
const round: FunctionSpec = {
  least: 1,
  most: 2,
  bind(call) {
    const args = checked(call, ['numeric', 'whole'])
    const type = typeOfFirst(args.slice(0, 1))
    const evaluate: Bound['evaluate'] = single(args, call.span, call.failures, (value, digits = 0) => {
      const places = Number(digits)
      if (type === 'double') return roundDouble(value as number, places)
      return inRange(roundWhole(BigInt(value), places), type)
    })
    return folded({ type, span: call.span, evaluate }, args)
  },
}

/** As the server does it, whose product and quotient are rounded like any double. */
function roundDouble(value: number, places: number): number {
  const scale = 10 ** places
  return (Math.sign(value) * Math.round(Math.abs(value * scale))) / scale
}

function roundWhole(value: bigint, places: number): bigint {
  if (places >= 0) return value
  if (places < -19) return 0n
  const unit = 10n ** BigInt(-places)
  const size = value < 0n ? -value : value
  const rounded = ((size + unit / 2n) / unit) * unit
  return value < 0n ? -rounded : rounded
}

function positive(name: string, value: number): number {
  if (value <= 0) throw new EvaluationFailure(`there is no ${name} of ${value}`)
  return value
}

const naturalLogarithm = ofDoubles(1, (value) => Math.log(positive('logarithm', value)))

const logarithm = ofDoubles(2, (base, value) => {
  if (base === 1) throw new EvaluationFailure('1 is no base of a logarithm')
  return Math.log10(positive('logarithm', value)) / Math.log10(positive('logarithm', base))
})

export const numberFunctions: Readonly<Record<string, FunctionSpec>> = {
  abs: scalar(['numeric'], typeOfFirst, (value: Scalar) =>
    typeof value === 'bigint' ? inRange(value < 0n ? -value : value, 'long') : Math.abs(value as number),
  ),
  ceil: rounding(Math.ceil),
  floor: rounding(Math.floor),
  round,
  signum: ofDoubles(1, Math.sign),
  sqrt: ofDoubles(1, (value) => {
    if (value < 0) throw new EvaluationFailure(`there is no square root of ${value}`)
    return Math.sqrt(value)
  }),
  pow: ofDoubles(2, (base, exponent) => base ** exponent),
  exp: ofDoubles(1, Math.exp, false),
  log10: ofDoubles(1, (value) => Math.log10(positive('logarithm', value))),
  log: {
    least: 1,
    most: 2,
    bind: (call) => (call.args.length === 1 ? naturalLogarithm : logarithm).bind(call),
  },
  e: whole([], 'double', () => Math.E),
  pi: whole([], 'double', () => Math.PI),
  tau: whole([], 'double', () => 2 * Math.PI),
}
