import type { FieldType } from '../field-type.ts'

/** Types of ES|QL columns; `time_span` exists only as a literal. `null` is the type of a lone null. */
export type DataType =
  'null' | 'boolean' | 'integer' | 'long' | 'double' | 'keyword' | 'ip' | 'datetime' | 'version' | 'time_span'

const OF_FIELD: Readonly<Record<FieldType, DataType>> = {
  keyword: 'keyword',
  long: 'long',
  double: 'double',
  ip: 'ip',
  date: 'datetime',
  version: 'version',
  boolean: 'boolean',
}

export function typeOfField(type: FieldType): DataType {
  return OF_FIELD[type]
}

export function isNumeric(type: DataType): type is 'integer' | 'long' | 'double' {
  return type === 'integer' || type === 'long' || type === 'double'
}

export function isWhole(type: DataType): type is 'integer' | 'long' {
  return type === 'integer' || type === 'long'
}

/** The type in which two values meet: the wider of two numbers, the other one of a null; undefined when there is none. */
export function commonType(a: DataType, b: DataType): DataType | undefined {
  if (a === b || b === 'null') return a
  if (a === 'null') return b
  if (!isNumeric(a) || !isNumeric(b)) return undefined
  return a === 'double' || b === 'double' ? 'double' : 'long'
}
