import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../event/field.ts'
import type { FieldChange } from './difference.ts'

/** What a target keeps for a pack. */
export const OBJECT_KINDS = [
  // Elasticsearch
  'lifecycle-policy',
  'ingest-pipeline',
  'component-template',
  'index-template',
  'api-key',
  // Kibana
  'value-list',
  'exception-list',
  'exception',
  'connector',
  // Splunk
  'collection',
  'lookup',
  'macro',
  'saved-search',
  // Kibana and the local store
  'rule',
] as const

export type ObjectKind = (typeof OBJECT_KINDS)[number]

/** By what an object is known for as long as it lives: a rule by its id, others by their name. */
export interface ObjectName {
  readonly kind: ObjectKind
  readonly id: string
}

/** An object and what people call it, by which a target may find one that it does not know by its id. */
export interface NamedObject extends ObjectName {
  readonly title: string
}

/** Whether objects of a kind are rules that run and alert. */
export function isRuleKind(kind: ObjectKind): boolean {
  return kind === 'rule' || kind === 'saved-search'
}

/** The name as a key of maps and as people type it: `index-template:logs-detpack.use`. */
export function keyOf({ kind, id }: ObjectName): string {
  return `${kind}:${id}`
}

/** An object as a pack wants it. */
export interface DesiredObject extends NamedObject {
  /** That of its author; null for objects that have none. */
  readonly version: number | null
  /** The whole object in the shape of its target, without a mark. */
  readonly content: JsonObject
  /** The rule that it is there for: who asks for the rule means it as well. */
  readonly rule?: string
}

/** An object of a pack that this target cannot keep; a live one of that id is left alone. */
export interface BlockedObject extends NamedObject {
  /** As of `DesiredObject`. */
  readonly rule?: string
  readonly reason: string
}

/** What a pack wants of a target. */
export interface Desired {
  /** In the order in which they are to be written: what others stand on first. */
  readonly objects: readonly DesiredObject[]
  readonly blocked: readonly BlockedObject[]
}

/** An object as a target has it. */
export interface LiveObject extends NamedObject {
  /** What a request may say of it, the mark included; what only answers hold is left out. */
  readonly content: JsonObject
  /** Null on objects that are not ours. */
  readonly mark: Mark | null
  /** Changes with anything a request may say. */
  readonly fingerprint: string
  /** How the target itself calls it, where that is another name than its id. */
  readonly handle?: string
}

/** What detpack leaves on each object that it writes: there is no state beside the target. */
export type Mark = {
  readonly pack: string
  /** The version of the object as its author counts. */
  readonly version: number | null
  /** Of what the pack owns in it as last written (`digestOf`). */
  readonly digest: string | null
  /** The fields that a person may tune, as last written: a later difference is a person's. */
  readonly applied: JsonObject | null
}

/** What is the same for all objects of one kind in one target. Pure. */
export interface KindPolicy {
  /**
   * The fields that detpack sets again when they differ, in one normal form: what a target fills in or converts is the
   * same on both sides. Neither the mark nor what a person may tune is in it.
   */
  readonly owned: (content: JsonObject) => JsonObject
  /** The fields that a person may tune; those of one group go together. */
  readonly tunable: readonly (readonly string[])[]
  /** The rest of what may differ, in the same normal form: what a person may tune, and lists that others add to. */
  readonly loose: (content: JsonObject) => JsonObject
  /**
   * The whole object as it shall be, without the mark: the pack's wish with the tuned fields, and what others put into
   * the live one.
   *
   * @param tuned the values of all tunable fields
   * @param overwritten fields in which nothing of others is kept
   */
  readonly compose: (
    desired: JsonObject,
    live: JsonObject | null,
    tuned: JsonObject,
    overwritten: ReadonlySet<string>,
  ) => JsonObject
  /** What others added to the live object, by field. */
  readonly theirs: (live: JsonObject, desired: JsonObject) => readonly FieldChange[]
  /** The mark that a content carries; null when it carries none. */
  readonly markOf: (content: JsonObject) => Mark | null
  /** Puts the mark on. */
  readonly sign: (content: JsonObject, mark: Mark) => JsonObject
  /** The id that a content itself says, where it does: it is written to that one, whatever a plan calls it. */
  readonly idIn?: (content: JsonObject) => string | undefined
  /** Why it is not deleted, though the pack wants it no longer: others have put something into it. */
  readonly stays?: (content: JsonObject) => string | undefined
  /** The target cannot change this object into that one, or only slowly: the old one is deleted and a new one made. */
  readonly replaces: (live: JsonObject, desired: JsonObject) => boolean
  /** What is wrong with the object as it would be: a kept schedule that is too short for its chains. */
  readonly check?: (desired: JsonObject, content: JsonObject) => readonly Diagnostic[]
  /** Whether a rule is on, where its switch is another than `enabled`. */
  readonly isOn?: (content: JsonObject) => boolean
}

/** A text as it is, anything else as JSON. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
