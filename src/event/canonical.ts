import { createHash } from 'node:crypto'
import type { Json, JsonObject } from './field.ts'

/** JSON text with sorted keys and no blanks: equal values give equal texts, whatever the order they were built in. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(sorted(value))
}

/** SHA-256, in hex, of the canonical JSON. */
export function contentDigest(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

/** Whether two values are the same JSON, whatever the order of their keys. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return canonicalJson(a) === canonicalJson(b)
}

function sorted(value: Json): Json {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted)
  const entries = Object.entries(value as JsonObject).map(([key, each]) => [key, sorted(each)] as const)
  // fromEntries defines keys: a key named `__proto__` stays a key.
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : Number(a > b))))
}
