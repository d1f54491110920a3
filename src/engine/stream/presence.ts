import type { Json, JsonObject } from '../../event/field.ts'

/**
 * Whether a field is there with whatever value but null or an empty list; an object is a value here. The field is found
 * as `fieldReader` finds it: a dotted key wins over a nested one.
 */
export function presenceReader(name: string): (event: JsonObject) => boolean {
  const path = name.split('.')
  return (event) => {
    const direct = Object.hasOwn(event, name) ? event[name] : undefined
    return direct === undefined ? path.length > 1 && walk(event, path, 0) : hasValue(direct)
  }
}

function hasValue(value: Json): boolean {
  return Array.isArray(value) ? (value as readonly Json[]).some(hasValue) : value !== null
}

function walk(value: Json, path: readonly string[], at: number): boolean {
  if (at === path.length) return hasValue(value)
  if (value === null || typeof value !== 'object') return false
  if (Array.isArray(value)) return (value as readonly Json[]).some((item) => walk(item, path, at))
  const level = value as JsonObject
  for (let end = path.length; end > at; end--) {
    const key = path.slice(at, end).join('.')
    const next = Object.hasOwn(level, key) ? level[key] : undefined
    if (next !== undefined) return walk(next, path, end)
  }
  return false
}
