import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../event/field.ts'

/** What a deployment would do, as plain data: made without side effects, printed, tested, and then done exactly so. */
export interface Plan {
  readonly target: 'elastic' | 'splunk' | 'local'
  readonly pack: string
  /** In the order in which they are done. */
  readonly actions: readonly PlanAction[]
}

/**
 * One object of the target and what becomes of it. `seen` is a digest of the live object as planned on: applying
 * stops before the first write when it has changed since.
 */
export type PlanAction =
  | { readonly kind: 'create'; readonly object: PlannedObject; readonly content: JsonObject }
  | {
      readonly kind: 'update'
      readonly object: PlannedObject
      /** The whole object as it will be, what is kept included. */
      readonly content: JsonObject
      readonly changes: readonly FieldChange[]
      readonly kept: readonly FieldChange[]
      /** A hand changed, in the target, what detpack wrote; the changes undo that. */
      readonly drifted: boolean
      readonly seen: string
    }
  | { readonly kind: 'unchanged'; readonly object: PlannedObject; readonly kept: readonly FieldChange[] }
  /** Nothing is done to it, and the deployment is not whole. */
  | { readonly kind: 'blocked'; readonly object: PlannedObject; readonly reason: string }
  /** Ours, and no longer in the pack. */
  | { readonly kind: 'delete'; readonly object: PlannedObject; readonly seen: string }

export interface PlannedObject {
  readonly kind: 'rule' | 'component-template' | 'index-template'
  /** Its name in the target; for rules the rule's id. */
  readonly id: string
  readonly title: string
  readonly version: number | null
  /** Of the content that the pack wants; null where there is none. */
  readonly digest: string | null
}

/** A field that differs; a side that has no such field leaves its value out. */
export interface FieldChange {
  readonly field: string
  readonly live?: Json
  readonly desired?: Json
}

/** A rule of the pack that cannot be deployed; a live one of that id is left alone. */
export interface BlockedRule {
  readonly rule: string
  readonly title: string
  readonly reason: string
}

export type Planning =
  | { readonly kind: 'plan'; readonly plan: Plan; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/** What applying a plan did, action by action, in the order of the plan. */
export interface ApplyResult {
  readonly outcomes: readonly Outcome[]
  /** Empty when all went well. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface Outcome {
  readonly action: PlanAction
  /**
   * `done`: written and read back the same. `nothing`: nothing was to be done. `failed`: see the diagnostics; it may
   * or may not have been written. `skipped`: not tried, because something before it failed.
   */
  readonly result: 'done' | 'nothing' | 'failed' | 'skipped'
}

export interface Progress {
  readonly done: number
  readonly total: number
  readonly action: PlanAction
}

export interface ApplyOptions {
  /** Called after each action that writes. */
  readonly onProgress?: (progress: Progress) => void
}

/** Whether an action writes to the target. */
export function writes(action: PlanAction): boolean {
  return action.kind === 'create' || action.kind === 'update' || action.kind === 'delete'
}
