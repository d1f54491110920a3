import type { Span } from '../../diagnostic/source.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { FieldInfo } from '../../mapping/mapping.ts'
import type { Condition } from './condition.ts'
import type { Scope } from './scope.ts'

/** A field that a test is about. */
export interface TestedField {
  readonly name: FieldName
  /** As the language writes it. */
  readonly written: string
  /** Undefined: nothing is known of it. Texts and numbers are then sought as if it were a keyword. */
  readonly info: FieldInfo | undefined
  readonly span: Span | undefined
}

/** A test that depends on how a field is stored, on a field of which nothing is known. */
export function refuseUnknown(field: TestedField, what: string, scope: Scope): Condition {
  const hint = 'compile with a mapping that knows the field, or test it as text'
  return scope.refuse(`${what} on ${field.name}, a field whose type the mapping does not know`, field.span, hint)
}

/** Of a text that is analysed the index holds words in lower case, not the text. */
export function refuseAnalyzed(field: TestedField, scope: Scope): Condition {
  const hint = 'compile this rule to ES|QL, which reads the text itself'
  return scope.refuse(`the text of ${field.name}, of which the index holds only the words`, field.span, hint)
}
