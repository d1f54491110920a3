import type { Json, JsonObject } from '../event/field.ts'
import { parseTime, type Time } from '../event/record.ts'

/** Readers of JSON whose shape nobody vouches for: what is of another kind is not there. */

export function objectIn(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

export function listIn(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}

export function textIn(object: JsonObject | undefined, key: string): string | undefined {
  const value = object?.[key]
  return typeof value === 'string' ? value : undefined
}

export function textsIn(object: JsonObject | undefined, key: string): readonly string[] {
  return listIn(object?.[key]).filter((each) => typeof each === 'string')
}

/** A whole number of things, 0 or more. */
export function countIn(object: JsonObject | undefined, key: string): number | undefined {
  const value = object?.[key]
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** A time as text, as `formatTime` or anybody else writes it. */
export function timeIn(object: JsonObject | undefined, key: string): Time | undefined {
  return parseTime(textIn(object, key))
}

/** The object that a text is, if it is one. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    return objectIn(JSON.parse(text) as Json)
  } catch {
    return undefined
  }
}
