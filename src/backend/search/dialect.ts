import type { Pattern } from '../../ir/pattern.ts'
import type { Order } from '../../ir/predicate.ts'
import type { Language } from '../backend.ts'

/** What a language writes for a value, or what it cannot say and what to do about it. */
export type Said =
  { readonly value: string } | { readonly unsaid: string; readonly hint?: string; readonly value?: undefined }

/**
 * A language of search strings over Elasticsearch: terms of fields, joined by `and`, `or` and `not`. KQL and Lucene mean
 * the same queries by them and differ in how they write them, and in what they have for texts.
 */
export interface Dialect {
  readonly language: Language
  /** So many values in one query are safe to run. */
  readonly mostTerms: number
  readonly and: string
  readonly or: string
  readonly not: string
  /** Matches every event. */
  readonly everything: string
  /** A field's name as it is written; undefined when that would name other fields too. */
  field(name: string): string | undefined
  exists(field: string): string
  /** A field that has one of these values, as one operand. */
  match(field: string, values: readonly string[]): string
  /** One value, as it is spelt in the index: a keyword, a number, an address, a network. */
  exactly(value: string): string
  order(field: string, operator: Order, value: string): string
  /** A pattern over a whole keyword that more than one spelling meets. */
  text(pattern: Pattern, cased: boolean): Said
  /** A whole-value expression in Lucene's dialect. */
  regex(source: string): Said
  /** The value, whatever the field it stands in; undefined where a language asks only some of the fields. */
  anywhere?(value: string): string
}
