import type { Span } from '../../diagnostic/source.ts'
import type { Field } from './field.ts'
import type { Value, ValueType } from './value/value.ts'

/** `null` is the literal and a field that nothing maps; `unknown` has a mistake in it that was told. */
export type OperandType = ValueType | 'null' | 'unknown'

/** A part of a condition that has a value: of an event, or always the same. */
export interface Operand {
  readonly type: OperandType
  /** Whose current values it reads; none for a constant. */
  readonly fields: readonly Field[]
  readonly read: () => Value | null
  /** The field that it is, with nothing around it. */
  readonly field?: Field
  /** For a truth about the values of one field: what must be true of one of them. */
  readonly test?: (value: Value) => boolean
  readonly span: Span
}

export function constant(type: OperandType, value: Value | null, span: Span): Operand {
  return { type, fields: [], read: () => value, span }
}

export function isConstant(operand: Operand): boolean {
  return operand.fields.length === 0
}

/** Stands where a mistake was told. */
export function unknown(span: Span): Operand {
  return constant('unknown', null, span)
}

/** Computed from others. */
export function computed(type: ValueType, from: readonly Operand[], read: () => Value | null, span: Span): Operand {
  const operand = { type, fields: [...new Set(from.flatMap((one) => one.fields))], read, span }
  return operand.fields.length === 0 ? constant(type, read(), span) : operand
}

/** True of an operand: of any value of a field, of what is computed else; false of null. */
export function testOf(of: Operand, test: (value: Value) => boolean, span: Span): Operand {
  const read = (): boolean => {
    const value = of.read()
    return value !== null && test(value)
  }
  const operand = computed('boolean', [of], read, span)
  return of.field ? { ...operand, test } : operand
}

export function isText(type: OperandType): boolean {
  return type === 'keyword'
}

export function isNumber(type: OperandType): boolean {
  return type === 'long' || type === 'double' || type === 'number'
}

/** How messages call a type. */
export function typeTitle(type: OperandType): string {
  switch (type) {
    case 'keyword':
      return 'a text'
    case 'long':
      return 'a whole number'
    case 'double':
    case 'number':
      return 'a number'
    case 'boolean':
      return 'true or false'
    case 'date':
      return 'a time'
    case 'ip':
      return 'an address'
    case 'version':
      return 'a version'
    case 'null':
      return 'null'
    case 'unknown':
      return 'unknown'
  }
}
