import type { Span } from '../../diagnostic/source.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { FieldInfo } from '../../mapping/mapping.ts'
import type { Emission } from './emission.ts'

/** A field that a test is about. */
export interface TestedField {
  readonly name: FieldName
  readonly info: FieldInfo
  readonly span: Span | undefined
}

/** Refuses a test that has no form for fields with several values. */
export function several(field: TestedField, emission: Emission): boolean {
  if (field.info.multi) emission.refuse(`this test on "${field.name}", which may hold several values`, field.span)
  return field.info.multi
}
