import type { Span } from '../../diagnostic/source.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { Emission } from './emission.ts'
import { column } from './literal.ts'
import type { StoredField } from './stored-field.ts'

/** A field that a test is about. */
export interface TestedField {
  readonly name: FieldName
  readonly info: StoredField
  readonly span: Span | undefined
}

/** Refuses a test that has no form for fields with several values. */
export function several(field: TestedField, emission: Emission): boolean {
  if (field.info.multi) emission.refuse(`this test on "${field.name}", which may hold several values`, field.span)
  return field.info.multi
}

/** The value as text, of whatever type an assumed field may be. */
export function anyText({ name, info }: TestedField): string {
  return info.assumed ? `TO_STRING(${column(name)})` : column(name)
}
