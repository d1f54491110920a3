import { any, pattern, text } from '../ir/pattern.ts'
import { anyOf, field, type FieldName, type Predicate } from '../ir/predicate.ts'

/** The field has one of these values, with case: of names that detpack itself gives, and of paths. */
export function isOne(name: FieldName, values: readonly string[]): Predicate {
  return anyOf(...values.map((value) => field(name, { is: 'text', pattern: pattern(text(value)), cased: true })))
}

export function exists(name: FieldName): Predicate {
  return field(name, { is: 'exists', present: true })
}

export function startsWith(name: FieldName, start: string): Predicate {
  return field(name, { is: 'text', pattern: pattern(text(start), any), cased: true })
}

export function endsWith(name: FieldName, end: string): Predicate {
  return field(name, { is: 'text', pattern: pattern(any, text(end)), cased: true })
}
