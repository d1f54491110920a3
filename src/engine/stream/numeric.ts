import type { Scalar } from '../../event/field.ts'

/** A number itself, or a text that is a decimal number; undefined for any other value. */
export function numericValue(value: Scalar): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.length > LONGEST || !DECIMAL.test(value)) return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

const LONGEST = 400
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?$/
