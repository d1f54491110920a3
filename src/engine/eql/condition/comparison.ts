import type { Span } from '../../../diagnostic/source.ts'
import {
  computed,
  constant,
  isConstant,
  isNumber,
  isText,
  testOf,
  typeTitle,
  unknown,
  type Operand,
} from '../operand.ts'
import type { Scope } from '../scope.ts'
import type { Comparison } from '../syntax/tree.ts'
import { addressKey, networkKeys } from '../value/address.ts'
import { dateRange } from '../value/date.ts'
import { isWildcard } from '../value/wildcard.ts'
import { compareValues, valueText, type Value, type ValueType } from '../value/value.ts'

/**
 * A comparison with a constant, on whichever side that stands. One between two parts of an event is refused, as the
 * server does. Null is equal to null only; anything else compared with null is false.
 */
export function comparison(
  operator: Exclude<Comparison, '!='>,
  left: Operand,
  right: Operand,
  span: Span,
  scope: Scope,
): Operand {
  if (left.type === 'unknown' || right.type === 'unknown') return unknown(span)
  if (!isConstant(left) && !isConstant(right)) {
    scope.tell(
      'eql/field-comparison',
      'Elasticsearch compares with constants only',
      span,
      'compare with a value, or join the events of a sequence by the fields',
    )
    return unknown(span)
  }
  if (isConstant(left) && !isConstant(right)) return comparison(TURNED[operator], right, left, span, scope)
  const value = right.read()
  if (value === null) return operator === '==' ? isNull(left, span) : constant('boolean', false, span)
  if (left.type === 'null') return constant('boolean', false, span)
  const test = testFor(operator, left.field ? left.type : null, left, { ...right, value }, scope)
  return test ? testOf(left, test, span) : unknown(span)
}

const TURNED = { '==': '==', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

/** `f == null` */
export function isNull(of: Operand, span: Span): Operand {
  return computed('boolean', [of], () => of.read() === null, span)
}

/** `f != null`: for a list of values, that one of them is there. */
export function isNotNull(of: Operand, span: Span): Operand {
  return computed('boolean', [of], () => of.read() !== null, span)
}

export interface Constant extends Operand {
  readonly value: Value
}

/** What must be true of a value; undefined when the constant does not fit it, which is told. */
function testFor(
  operator: Exclude<Comparison, '!='>,
  field: ValueType | null,
  left: Operand,
  right: Constant,
  scope: Scope,
): ((value: Value) => boolean) | undefined {
  const type = left.type
  if (type === 'null' || type === 'unknown') return undefined
  const range = field === null ? computedRange(type, right) : rangeOf(field, right, operator === '==')
  if (range === undefined) {
    scope.tell(
      'eql/type-mismatch',
      `${field === null ? 'this' : (left.field?.name ?? 'this')} is ${typeTitle(type)}, and ${quoted(right)} is none`,
      right.span,
      isText(type) ? undefined : hintFor(type),
    )
    return undefined
  }
  const [first, last] = range
  if (operator === '==' && type === 'keyword' && typeof first === 'string' && isWildcard(first))
    scope.warn(
      'eql/literal-wildcard',
      '"==" takes "*" and "?" as they are',
      right.span,
      'write ":" or like for a pattern',
    )
  switch (operator) {
    case '==':
      return first === last
        ? (value) => value === first
        : (value) => compareValues(value, first, type) >= 0 && compareValues(value, last, type) <= 0
    case '<':
      return (value) => compareValues(value, first, type) < 0
    case '<=':
      return (value) => compareValues(value, last, type) <= 0
    case '>':
      return (value) => compareValues(value, last, type) > 0
    case '>=':
      return (value) => compareValues(value, first, type) >= 0
  }
}

function quoted({ value, type }: Constant): string {
  return typeof value === 'string'
    ? JSON.stringify(value)
    : type === 'null' || type === 'unknown'
      ? String(value)
      : valueText(value, type)
}

function hintFor(type: ValueType): string | undefined {
  switch (type) {
    case 'date':
      return 'write a time as "2026-01-31T12:00:00Z", "2026-01-31" or milliseconds since 1970'
    case 'ip':
      return 'write an address, or with == a network such as "10.0.0.0/8"'
    case 'keyword':
    case 'version':
    case 'long':
    case 'double':
    case 'number':
    case 'boolean':
      return undefined
  }
}

type Range = readonly [first: Value, last: Value]

/** The values of a field's type that a constant means: one, or all of a day or a network. */
export function rangeOf(type: ValueType, { value, type: given }: Constant, equality: boolean): Range | undefined {
  switch (type) {
    case 'keyword':
    case 'version': {
      const text = given === 'null' || given === 'unknown' ? String(value) : valueText(value, given)
      return [text, text]
    }
    case 'long':
    case 'double':
    case 'number': {
      const number =
        typeof value === 'number'
          ? value
          : typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)
            ? Number(value)
            : undefined
      return number === undefined ? undefined : [number, number]
    }
    case 'boolean': {
      const truth = typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined
      return truth === undefined ? undefined : [truth, truth]
    }
    case 'date':
      if (typeof value === 'number') return [value, value]
      return typeof value === 'string' ? dateRange(value) : undefined
    case 'ip': {
      if (typeof value !== 'string') return undefined
      const key = addressKey(value)
      return equality ? networkKeys(value) : key === undefined ? undefined : [key, key]
    }
  }
}

/** What was computed has no index that would read a text as something else. */
function computedRange(type: ValueType, { value, type: given }: Constant): Range | undefined {
  const fits = isNumber(type) ? isNumber(given) : type === given
  return fits ? [value, value] : undefined
}
