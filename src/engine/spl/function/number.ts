import { finite } from '../expression/operate.ts'
import { compareSingles, numberOf, singlesOf, type Single, type Value } from '../value.ts'
import { plain, type EvalFunction, type EvalFunctions } from './spec.ts'

/** A function of numbers; null where one is none, or the result is not finite. */
function ofNumbers(count: number, call: (...numbers: readonly number[]) => number): EvalFunction {
  return plain(count, count, (...values) => {
    const numbers: number[] = []
    for (const value of values) {
      const number = numberOf(value)
      if (number === undefined) return null
      numbers.push(number)
    }
    return finite(call(...numbers))
  })
}

const one = (call: (number: number) => number): EvalFunction => ofNumbers(1, (number = NaN) => call(number))
const two = (call: (a: number, b: number) => number): EvalFunction => ofNumbers(2, (a = NaN, b = NaN) => call(a, b))

const ceiling = one(Math.ceil)

export const numberFunctions: EvalFunctions = {
  abs: one(Math.abs),
  ceiling,
  ceil: ceiling,
  exact: one((number) => number),
  exp: one(Math.exp),
  floor: one(Math.floor),
  ln: one(Math.log),
  log: plain(1, 2, (value = null, base = 10) => {
    const [number, to] = [numberOf(value), numberOf(base)]
    if (number === undefined || to === undefined || number <= 0 || to <= 0 || to === 1) return null
    return to === 10 ? Math.log10(number) : to === 2 ? Math.log2(number) : Math.log(number) / Math.log(to)
  }),
  pi: plain(0, 0, () => Math.PI),
  pow: two((base, exponent) => base ** exponent),
  round: plain(1, 2, (value = null, places = 0) => {
    const [number, digits] = [numberOf(value), numberOf(places)]
    return number === undefined || digits === undefined ? null : rounded(number, digits)
  }),
  sigfig: one((number) => number),
  sqrt: one(Math.sqrt),
  acos: one(Math.acos),
  acosh: one(Math.acosh),
  asin: one(Math.asin),
  asinh: one(Math.asinh),
  atan: one(Math.atan),
  atan2: two(Math.atan2),
  atanh: one(Math.atanh),
  cos: one(Math.cos),
  cosh: one(Math.cosh),
  hypot: two(Math.hypot),
  sin: one(Math.sin),
  sinh: one(Math.sinh),
  tan: one(Math.tan),
  tanh: one(Math.tanh),
  bit_and: bits((a, b) => a & b),
  bit_or: bits((a, b) => a | b),
  bit_xor: bits((a, b) => a ^ b),
  bit_not: plain(1, 2, (value = null, mask = 2 ** 53 - 1) => {
    const [number, most] = [whole(value), whole(mask)]
    return number === undefined || most === undefined ? null : Number(~number & most)
  }),
  bit_shift_left: shift((number, by) => number << by),
  bit_shift_right: shift((number, by) => number >> by),
  max: extreme(1),
  min: extreme(-1),
  sum: ofAll((numbers) => numbers.reduce((sum, each) => sum + each, 0)),
  avg: ofAll((numbers) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length),
}

/** Half away from zero, by the digits that the number is written with. */
export function rounded(number: number, places: number): number {
  const digits = Math.trunc(places)
  if (Math.abs(digits) > 15 || !Number.isFinite(number)) return number
  const moved = Number(`${Math.abs(number)}e${digits}`)
  if (Number.isNaN(moved)) return number
  return Math.sign(number) * Number(`${Math.round(moved)}e${-digits}`)
}

/** Whole numbers from 0 on, as far as numbers are exact. */
function whole(value: Value): bigint | undefined {
  const number = numberOf(value)
  return number === undefined || !Number.isSafeInteger(number) || number < 0 ? undefined : BigInt(number)
}

function bits(call: (a: bigint, b: bigint) => bigint): EvalFunction {
  return plain(2, Infinity, (...values) => {
    let result: bigint | undefined
    for (const value of values) {
      const number = whole(value)
      if (number === undefined) return null
      result = result === undefined ? number : call(result, number)
    }
    return result === undefined ? null : Number(result)
  })
}

function shift(call: (number: bigint, by: bigint) => bigint): EvalFunction {
  return plain(2, 3, (value = null, by = null, mask = 2 ** 53 - 1) => {
    const [number, places, most] = [whole(value), whole(by), whole(mask)]
    if (number === undefined || places === undefined || most === undefined || places > 64n) return null
    return Number(call(number, places) & most)
  })
}

/** Numbers by size; a text is greater than every number. Arguments without a value do not count. */
function extreme(sign: 1 | -1): EvalFunction {
  return plain(1, Infinity, (...values) => {
    let best: Single | undefined
    for (const each of values.flatMap(singlesOf))
      if (best === undefined || sign * textsLast(each, best) > 0) best = each
    return best ?? null
  })
}

function textsLast(a: Single, b: Single): number {
  const [left, right] = [numberOf(a) === undefined, numberOf(b) === undefined]
  return left === right ? compareSingles(a, b) : left ? 1 : -1
}

/** Of all arguments that are numbers. */
function ofAll(call: (numbers: readonly number[]) => number): EvalFunction {
  return plain(1, Infinity, (...values) => {
    const numbers = values.flatMap(singlesOf).flatMap((each) => numberOf(each) ?? [])
    return numbers.length === 0 ? null : finite(call(numbers))
  })
}
