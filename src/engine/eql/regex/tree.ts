import type { CharSet } from '../../../ir/char-set.ts'

/** What an expression of Lucene's dialect means. It is matched against the whole value. */
export type RegexTree =
  /** One character out of a set. */
  | { readonly kind: 'set'; readonly set: CharSet }
  /** Nothing at all, not even the empty text. */
  | { readonly kind: 'nothing' }
  /** Every text. */
  | { readonly kind: 'anything' }
  /** Of nothing: the empty text. */
  | { readonly kind: 'concat'; readonly of: readonly RegexTree[] }
  | { readonly kind: 'union' | 'intersection'; readonly of: readonly RegexTree[] }
  | { readonly kind: 'complement'; readonly of: RegexTree }
  /** `max` null: no upper end. */
  | { readonly kind: 'repeat'; readonly of: RegexTree; readonly min: number; readonly max: number | null }

export const emptyText: RegexTree = { kind: 'concat', of: [] }
