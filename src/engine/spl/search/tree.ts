import type { Comparison } from '../expression/tree.ts'

/** What a `search` asks for; offsets are places in the text of the query. */
export type Search =
  | { readonly kind: 'all'; readonly of: readonly Search[] }
  | { readonly kind: 'any'; readonly of: readonly Search[] }
  | { readonly kind: 'not'; readonly of: Search }
  /** A word or phrase in the raw text. */
  | { readonly kind: 'term'; readonly text: string; readonly cased: boolean }
  | FieldSearch
  /** A bound on the time of events, as a time modifier. */
  | { readonly kind: 'time'; readonly of: 'earliest' | 'latest'; readonly modifier: string }
  | { readonly kind: 'subsearch'; readonly number: number; readonly start: number; readonly end: number }

export interface FieldSearch {
  readonly kind: 'field'
  readonly name: string
  readonly operator: Comparison
  /** Any of these; of one alone but for `IN`. */
  readonly values: readonly string[]
  readonly cased: boolean
}
