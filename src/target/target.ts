import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { KindPolicy, LiveObject, NamedObject, ObjectKind, ObjectName } from './object.ts'
import type { Place, Work, WritingAction } from './plan.ts'
import type { RulePreview } from './preview.ts'
import type { Reading } from './reading.ts'
import type { ReceiptStore } from './receipt.ts'
import type { StatusReader } from './status.ts'

/**
 * A place that a pack is deployed to, opened. Everything else about deployments (what becomes of each object, checks
 * before the first write, reading back, receipts, taking back) is the same for all targets and lies in this folder.
 */
export interface Target {
  readonly place: Place
  /** The kinds that can be kept here, as far as the connection goes, in the order in which they are written. */
  readonly kinds: readonly ObjectKind[]
  readonly policy: (kind: ObjectKind) => KindPolicy
  /**
   * The live objects: all that carry the mark of the pack (unless it is null), and those named, whoever made them. One
   * that is not there is not among them. In as few requests as the target allows.
   */
  readonly read: (pack: string | null, named: readonly NamedObject[]) => Promise<Reading<readonly LiveObject[]>>
  /** What the target itself finds wrong with objects, asked before anything is written; a target may have no say. */
  readonly inspect?: (actions: readonly WritingAction[]) => Promise<readonly Diagnostic[]>
  /**
   * Writes objects of one kind, in bulk where the target can, and stops at the first failure. An answer that was lost is
   * asked for again; that what is repeated is there already is no failure, since the caller reads everything back.
   */
  readonly write: (work: readonly Work[], onWritten: (count: number) => void) => Promise<WriteResult>
  /** Null where none can be kept; then nothing can be rolled back, and that is said. */
  readonly receipts: ReceiptStore | null
  /** What the target tells of runs, alerts and events; null where it tells nothing. */
  readonly status: StatusReader | null
  /** Runs rules again over a stretch of event time, RFC 3339; null where the target does not do that itself. */
  readonly runAgain: ((rules: readonly LiveObject[], from: string, to: string) => Promise<RunAgainResult>) | null
  /** What rules would have found in so many seconds up to now, with nothing changed; a target may not be able to say. */
  readonly preview?: (actions: readonly WritingAction[], seconds: number) => Promise<Reading<readonly RulePreview[]>>
  readonly close: () => Promise<void>
}

export interface RunAgainResult {
  /** How many rules the target took on. */
  readonly taken: number
  readonly diagnostics: readonly Diagnostic[]
}

export interface WriteResult {
  /** How many of the work, from its beginning, may have been done; the rest was not tried. */
  readonly tried: number
  /** What went wrong, by the key of the object; or of none where it is about all. */
  readonly failures: readonly { readonly object: ObjectName | null; readonly diagnostic: Diagnostic }[]
}
