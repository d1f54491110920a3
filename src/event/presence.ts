import type { Json, JsonObject } from './field.ts'

/**
 * Whether a field is there and what is there counts. The field is found as `fieldReader` finds it: a dotted key wins
 * over a nested one.
 */
export function presenceReader(name: string, counts: (value: Json) => boolean): (event: JsonObject) => boolean {
  const path = name.split('.')
  const walk = (value: Json, at: number): boolean => {
    if (at === path.length) return counts(value)
    if (value === null || typeof value !== 'object') return false
    if (Array.isArray(value)) return (value as readonly Json[]).some((item) => walk(item, at))
    return inLevel(value as JsonObject, path, at, walk)
  }
  return (event) => {
    const direct = Object.hasOwn(event, name) ? event[name] : undefined
    return direct === undefined ? path.length > 1 && walk(event, 0) : counts(direct)
  }
}

/** Something but null and lists without anything else; an object is a value here. */
export function hasValue(value: Json): boolean {
  return Array.isArray(value) ? (value as readonly Json[]).some(hasValue) : value !== null
}

/** Takes the longest dotted key that is there. */
function inLevel(
  level: JsonObject,
  path: readonly string[],
  at: number,
  walk: (value: Json, at: number) => boolean,
): boolean {
  for (let end = path.length; end > at; end--) {
    const key = path.slice(at, end).join('.')
    const next = Object.hasOwn(level, key) ? level[key] : undefined
    if (next !== undefined) return walk(next, end)
  }
  return false
}
