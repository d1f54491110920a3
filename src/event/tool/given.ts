import { isToldObject, type ToldObject } from '../recording/told-json.ts'

/** The arguments of a call: an object, or one written as a text; any other text is the only argument, `input`. */
export function givenIn(value: unknown): ToldObject | undefined {
  if (isToldObject(value)) return value
  if (typeof value !== 'string' || value === '') return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    if (isToldObject(parsed)) return parsed
  } catch {
    // It is a text.
  }
  return { input: value }
}
