import type { Diagnostic } from '../diagnostic/diagnostic.ts'

/** What was read, or why it could not be. */
export type Reading<T> =
  { readonly kind: 'read'; readonly value: T } | { readonly kind: 'failed'; readonly diagnostic: Diagnostic }
