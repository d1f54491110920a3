import { sameJson } from '../event/canonical.ts'
import type { Json, JsonObject } from '../event/field.ts'

/** A field that differs; a side that has no such field leaves its value out. */
export interface FieldChange {
  readonly field: string
  /** As detpack last wrote it; only where a hand has changed it since, and it is known. */
  readonly written?: Json
  readonly live?: Json
  readonly desired?: Json
}

/** The fields that differ between two objects, by name. */
export function differences(live: JsonObject, desired: JsonObject): readonly FieldChange[] {
  const names = [...new Set([...Object.keys(live), ...Object.keys(desired)])].sort()
  return names.flatMap((name) => {
    const before = valueOf(live, name)
    const after = valueOf(desired, name)
    return sameJson(before, after) ? [] : [change(name, before, after)]
  })
}

/** A change of one field; an absent side is left out. */
export function change(field: string, live: Json | undefined, desired: Json | undefined): FieldChange {
  return { field, ...(live !== undefined && { live }), ...(desired !== undefined && { desired }) }
}

/** The value of a key of the object itself. */
export function valueOf(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** The named fields of an object, as far as it has them. */
export function fieldsOf(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(object, name) ? [[name, object[name] ?? null]] : [])),
  )
}
