import type { Json, JsonObject } from '../../event/field.ts'

/** A step of a path: a key, a place in a list, or null for all places of a list. */
export type PathPart = string | number | null

/** `a.b{0}.c{}`: dots between keys, places of lists in braces, none there for all of them. */
export function pathParts(path: string): readonly PathPart[] {
  const parts: PathPart[] = []
  for (const [, key, index] of path.matchAll(/([^.{}]+)|\{(-?\d*)\}/g)) {
    if (key !== undefined) parts.push(key)
    else if (index === '') parts.push(null)
    else parts.push(Number(index))
  }
  return parts
}

/** What lies at a path, a list of all where it passes all places of a list; undefined where nothing is. */
export function readPath(json: Json, path: readonly PathPart[]): Json | undefined {
  const [part, ...rest] = path
  if (part === undefined) return json
  if (part === null) {
    if (!Array.isArray(json)) return undefined
    const found = (json as readonly Json[]).flatMap((item) => {
      const inner = readPath(item, rest)
      return inner === undefined
        ? []
        : rest.includes(null) && Array.isArray(inner)
          ? (inner as readonly Json[])
          : [inner]
    })
    return found
  }
  const next = typeof part === 'number' ? placeOf(json, part) : memberOf(json, part)
  return next === undefined ? undefined : readPath(next, rest)
}

/** With a value at a path; objects are made on the way, places of lists must be there. */
export function writePath(json: Json, path: readonly PathPart[], value: Json): Json {
  const [part, ...rest] = path
  if (part === undefined) return value
  if (part === null)
    return Array.isArray(json) ? (json as readonly Json[]).map((item) => writePath(item, rest, value)) : json
  if (typeof part === 'number') {
    if (!Array.isArray(json)) return json
    const list = json as readonly Json[]
    const at = part < 0 ? part + list.length : part
    return list.map((item, index) => (index === at ? writePath(item, rest, value) : item))
  }
  if (json !== null && (typeof json !== 'object' || Array.isArray(json))) return json
  const object = (json ?? {}) as JsonObject
  return { ...object, [part]: writePath(memberOf(object, part) ?? null, rest, value) }
}

export function deletePath(json: Json, path: readonly PathPart[]): Json {
  const [part, ...rest] = path
  if (part === undefined || json === null || typeof json !== 'object') return json
  if (Array.isArray(json)) {
    const list = json as readonly Json[]
    if (part === null) return list.flatMap((item) => (rest.length === 0 ? [] : [deletePath(item, rest)]))
    if (typeof part !== 'number') return list
    const at = part < 0 ? part + list.length : part
    return rest.length === 0
      ? list.filter((_, index) => index !== at)
      : list.map((item, index) => (index === at ? deletePath(item, rest) : item))
  }
  const object = json as JsonObject
  if (typeof part !== 'string' || !Object.hasOwn(object, part)) return json
  if (rest.length > 0) return { ...object, [part]: deletePath(object[part] ?? null, rest) }
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== part))
}

function memberOf(json: Json, key: string): Json | undefined {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return undefined
  return Object.hasOwn(json, key) ? (json as JsonObject)[key] : undefined
}

function placeOf(json: Json, at: number): Json | undefined {
  if (!Array.isArray(json)) return undefined
  return (json as readonly Json[]).at(at)
}
