import type { Scalar } from '../event/field.ts'
import type { ValueType } from '../event/field-type.ts'

/** How a field is stored where native queries run; words of Elasticsearch. */
export type FieldType = ValueType | 'double' | 'version'

export const fieldTypes: readonly FieldType[] = ['keyword', 'long', 'double', 'ip', 'date', 'version', 'boolean']

/** The types of fields by name; a field that is not in it has no mapping. */
export type FieldTypes = ReadonlyMap<string, FieldType>

/** The type of a field that no schema names, by its first value that is not null (semantics §5). */
export function typeOfValue(value: Scalar): FieldType {
  if (typeof value === 'string') return 'keyword'
  if (typeof value === 'boolean') return 'boolean'
  return Number.isInteger(value) ? 'long' : 'double'
}
