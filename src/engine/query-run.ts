import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import type { JsonObject } from '../event/field.ts'
import type { EventRecord, Time } from '../event/record.ts'
import type { FieldTypes } from './field-type.ts'

/** What a native query is run with, besides its text and the events. */
export interface QueryContext {
  /** What the query means by "now". */
  readonly now: Time
  /** Tables by the names that the query gives them. */
  readonly lookups: ReadonlyMap<string, readonly JsonObject[]>
  /** The field that holds the time of an event, where one was named. */
  readonly timeField?: string | undefined
  /** Types of fields where a schema gives them; another field has the type of its first value that is not null. */
  readonly types?: FieldTypes | undefined
}

/** What a query in rows (SPL, ES|QL) gives; a refused one has at least one error, with its place in the text. */
export type RowResult =
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  /** One object a row, multi-values as lists. */
  | { readonly kind: 'rows'; readonly rows: readonly JsonObject[]; readonly diagnostics: readonly Diagnostic[] }

/** Runs a query in rows on events in the order of their arrival. */
export type RunRows = (source: Source, events: readonly EventRecord[], context: QueryContext) => RowResult
