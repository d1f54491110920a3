import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { SpoolRecord } from '../spool/record.ts'

/** Events that are sent in one request. */
export interface Batch {
  readonly records: readonly SpoolRecord[]
  /** They may be there already, from an earlier attempt. */
  readonly attempted: boolean
  /** What `ShipTarget.place` was when they were first sent. */
  readonly place: string | null
}

/** What became of one event. */
export type Fate =
  | { readonly kind: 'stored' }
  /** It was there from an earlier attempt. */
  | { readonly kind: 'there' }
  /** It is there twice now. */
  | { readonly kind: 'twice' }
  /** Not taken now; worth another attempt. */
  | { readonly kind: 'again'; readonly why: string }
  /** Another document has its id, and it was never sent before. */
  | { readonly kind: 'conflict'; readonly why: string }
  /** Not to be taken as it is, or as the target is. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Never to be taken, for what it is itself. */
  | { readonly kind: 'poison'; readonly why: string }

export type Answer =
  /** Every event, in order. */
  | { readonly kind: 'fates'; readonly fates: readonly Fate[] }
  /** All of them as they were meant to be. */
  | { readonly kind: 'stored' }
  /** The whole batch is to be sent again, later. Some of it may have been carried out. */
  | { readonly kind: 'later'; readonly diagnostic: Diagnostic; readonly wait?: number | undefined }
  /** Nothing will be taken before somebody has set something right. */
  | { readonly kind: 'held'; readonly diagnostic: Diagnostic }
  /** The batch is to be sent in parts that begin at these events. */
  | { readonly kind: 'split'; readonly at: readonly number[] }

/** A SIEM that takes events. */
export interface ShipTarget {
  /** As people know it, with its address. */
  readonly name: string
  /** Batches of one lane that may be under way at once. */
  readonly window: number
  /** Where a batch that is sent now for the first time would be written to, as far as known. */
  readonly place: string | null
  /** Whether events would be taken. */
  readonly check: () => Promise<CheckAnswer>
  readonly send: (batch: Batch) => Promise<Answer>
  readonly close: () => Promise<void>
}

/** `ready` may come with what is worth knowing. */
export type CheckAnswer =
  | { readonly kind: 'ready'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'later' | 'held'; readonly diagnostic: Diagnostic; readonly wait?: number | undefined }
