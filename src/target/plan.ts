import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { JsonObject } from '../event/field.ts'
import type { FieldChange } from './difference.ts'
import type { LiveObject, NamedObject } from './object.ts'

export type TargetKind = 'elastic' | 'splunk' | 'local'

/** Which target, and where it is: a plan made for one is not done in another. */
export interface Place {
  readonly kind: TargetKind
  /** Its name in detpack.yml; that of its kind unless it has another. */
  readonly name: string
  /** Addresses, spaces, apps and files, for people and to be compared; no secrets. */
  readonly at: string
}

/** A pack, and exactly which state of it. */
export interface PackIdentity {
  readonly name: string
  readonly version: string
  /** Of the files it is made from; the same for every target. */
  readonly digest: string
}

/** What would be done, as plain data: made without side effects, shown, kept in a file, and then done exactly so. */
export interface Plan {
  readonly purpose: Purpose
  readonly place: Place
  readonly pack: PackIdentity
  /** In the order in which they are done. */
  readonly actions: readonly PlanAction[]
  /** The receipt that is taken back. */
  readonly undoes?: string
}

export type Purpose = 'deploy' | 'rollback' | 'destroy'

/**
 * One object of the target and what becomes of it. `seen` is the fingerprint of the live object as planned on: applying
 * stops before the first write when it has changed since.
 */
export type PlanAction =
  | { readonly kind: 'create'; readonly object: PlannedObject; readonly content: JsonObject }
  | ChangeAction
  | UnchangedAction
  /** Nothing is done to it, and the deployment is not whole. */
  | { readonly kind: 'blocked'; readonly object: PlannedObject; readonly reason: string }
  /** Ours, and no longer wanted. */
  | { readonly kind: 'delete'; readonly object: PlannedObject; readonly seen: string }

export interface ChangeAction {
  /**
   * `update`: changed in place. `replace`: the target cannot change it into what is wanted, or only slowly, so that the
   * old one goes and a new one comes. `adopt`: it is not ours yet and becomes ours.
   */
  readonly kind: 'update' | 'replace' | 'adopt'
  readonly object: PlannedObject
  /** The whole object as it will be, what is kept included. */
  readonly content: JsonObject
  readonly changes: readonly FieldChange[]
  readonly kept: readonly FieldChange[]
  /** A hand changed, in the target, what detpack wrote; the changes undo that. */
  readonly drifted: boolean
  readonly seen: string
}

export interface UnchangedAction {
  readonly kind: 'unchanged'
  readonly object: PlannedObject
  readonly kept: readonly FieldChange[]
}

export type WritingAction = Exclude<PlanAction, { readonly kind: 'unchanged' | 'blocked' }>

export interface PlannedObject extends NamedObject {
  readonly version: number | null
  /** Of what the pack owns in it; null where the pack wants none. */
  readonly digest: string | null
}

export type Planning =
  | { readonly kind: 'plan'; readonly plan: Plan; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/** One thing to write, and what is there now. */
export interface Work {
  readonly action: WritingAction
  readonly live: LiveObject | null
}

/** Whether an action writes to the target. */
export function writes(action: PlanAction): action is WritingAction {
  return action.kind !== 'unchanged' && action.kind !== 'blocked'
}

/** What the object will be: null when it will not be there. */
export function contentAfter(action: WritingAction): JsonObject | null {
  return action.kind === 'delete' ? null : action.content
}

/** What the plan saw of the object: undefined when it was not there. */
export function seenBy(action: WritingAction): string | undefined {
  return action.kind === 'create' ? undefined : action.seen
}
