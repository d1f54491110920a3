import type { Scalar } from '../../../event/field.ts'
import { parseTime } from '../../../event/record.ts'
import type { FieldType } from '../../field-type.ts'
import { addressKey, addressText } from './address.ts'
import { compareText } from './text.ts'
import { compareVersions } from './version.ts'

/**
 * A value as conditions see it: the number of a `long` or `double`, the milliseconds of a `date`, the key of an `ip`
 * (`addressKey`), the text of a `keyword` or `version`, a `boolean`. Absent is null.
 */
export type Value = string | number | boolean

/**
 * Makes what an event holds into a value of a type, as an index of that type would; undefined for what it would refuse.
 *
 * @param declared the type comes from a schema: then a `long` cuts fractions off
 */
export function typedValue(scalar: Scalar, type: FieldType, declared: boolean): Value | undefined {
  switch (type) {
    case 'keyword':
    case 'version':
      return typeof scalar === 'string' ? scalar : String(scalar)
    case 'long':
    case 'double': {
      const number = numberOf(scalar)
      return number !== undefined && type === 'long' && declared ? Math.trunc(number) : number
    }
    case 'boolean':
      if (typeof scalar === 'boolean') return scalar
      return scalar === 'true' ? true : scalar === 'false' ? false : undefined
    case 'date':
      return parseTime(scalar) ?? (typeof scalar === 'string' ? dayOf(scalar) : undefined)
    case 'ip':
      return typeof scalar === 'string' ? addressKey(scalar) : undefined
  }
}

function numberOf(scalar: Scalar): number | undefined {
  if (typeof scalar === 'number') return scalar
  if (typeof scalar !== 'string' || !/^-?(\d+\.?\d*|\.\d+)([Ee][+-]?\d+)?$/.test(scalar)) return undefined
  return Number(scalar)
}

/** A time without zone is in UTC. */
function dayOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?)?$/.test(text)) return undefined
  return parseTime(text.includes('T') ? `${text}Z` : `${text}T00:00:00Z`)
}

/** The text of a value, as functions and join keys have it: Java's. */
export function valueText(value: Value, type: ValueType): string {
  switch (type) {
    case 'keyword':
    case 'version':
    case 'boolean':
      return String(value)
    case 'long':
    case 'double':
    case 'number':
      return typeof value === 'number' ? numberText(value, type === 'double') : String(value)
    case 'date':
      return typeof value === 'number' ? new Date(value).toISOString() : String(value)
    case 'ip':
      return addressText(String(value))
  }
}

/** `number`: one that a function made, whole or not. */
export type ValueType = FieldType | 'number'

/** Fractions as Java's `Double.toString`: `1.0`, `1.5E10`. */
function numberText(value: number, fraction: boolean): string {
  if (Number.isInteger(value) && !fraction && Math.abs(value) < 1e21) return String(value)
  const size = Math.abs(value)
  if (value === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? value.toFixed(1) : String(value)
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`
}

/** Orders two values of one type. */
export function compareValues(a: Value, b: Value, type: ValueType): number {
  if (typeof a === 'string' && typeof b === 'string')
    return type === 'version' ? compareVersions(a, b) : compareText(a, b)
  return Number(a) - Number(b)
}
