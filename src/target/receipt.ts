import { randomBytes } from 'node:crypto'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { JsonObject } from '../event/field.ts'
import type { NamedObject, ObjectName } from './object.ts'
import {
  contentAfter,
  type PackIdentity,
  type Place,
  type Plan,
  type Purpose,
  type Work,
  type WritingAction,
} from './plan.ts'
import type { Reading } from './reading.ts'

/** What one run did to a target, kept in the target itself; written before the first change and closed after the last. */
export interface Receipt extends ReceiptHead {
  readonly changes: readonly ReceiptChange[]
}

export interface ReceiptHead {
  /** Sorts by time: `20260101T000000123Z-1a2b3c4d`. */
  readonly id: string
  readonly purpose: Purpose
  readonly place: Place
  readonly pack: PackIdentity
  /** Who ran detpack. */
  readonly by: string
  /** RFC 3339, UTC. */
  readonly at: string
  /** `open` when the run was cut off: what it did has to be looked at. */
  readonly state: 'open' | 'done' | 'failed' | 'taken-back'
  /** How many objects it was to change, and did. */
  readonly planned: number
  readonly done: number
  /** The receipt that this run took back. */
  readonly undoes: string | null
}

export interface ReceiptChange extends NamedObject {
  readonly action: WritingAction['kind']
  /** The object as it was, whole; null when there was none. */
  readonly before: JsonObject | null
  /** As it was to be; null when it was to go. */
  readonly after: JsonObject | null
  readonly result: 'planned' | ChangeResult
}

/** `failed`: it may or may not have been written. `undone`: written and taken back. */
export type ChangeResult = 'done' | 'failed' | 'skipped' | 'undone'

/** Where a target keeps receipts. */
export interface ReceiptStore {
  /** Keeps a receipt; one of that id is replaced. */
  readonly put: (receipt: Receipt) => Promise<readonly Diagnostic[]>
  /** Newest first. */
  readonly heads: (pack: string, limit: number) => Promise<Reading<readonly ReceiptHead[]>>
  /** By its id or the beginning of it; undefined when there is none. */
  readonly get: (id: string) => Promise<Reading<Receipt | undefined>>
  /** What was last written to each of these objects, as far as a receipt tells, by `keyOf`. */
  readonly lastWritten: (objects: readonly ObjectName[]) => Promise<Reading<ReadonlyMap<string, JsonObject>>>
}

/** The receipt of a plan that is about to be done. */
export function openReceipt(plan: Plan, work: readonly Work[], by: string, now: Date): Receipt {
  const at = now.toISOString()
  return {
    id: `${at.replace(/[-:.]/g, '')}-${randomBytes(4).toString('hex')}`,
    purpose: plan.purpose,
    place: plan.place,
    pack: plan.pack,
    by,
    at,
    state: 'open',
    planned: work.length,
    done: 0,
    undoes: plan.undoes ?? null,
    changes: work.map(({ action, live }) => ({
      kind: action.object.kind,
      id: action.object.id,
      title: action.object.title,
      action: action.kind,
      before: live?.content ?? null,
      after: contentAfter(action),
      result: 'planned',
    })),
  }
}

/** The same when it has ended. */
export function closeReceipt(receipt: Receipt, results: readonly ChangeResult[]): Receipt {
  const done = results.filter((each) => each === 'done').length
  const undone = results.includes('undone')
  return {
    ...receipt,
    state: done === results.length ? 'done' : undone ? 'taken-back' : 'failed',
    done,
    changes: receipt.changes.map((change, at) => ({ ...change, result: results[at] ?? 'skipped' })),
  }
}
