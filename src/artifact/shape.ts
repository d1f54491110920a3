import type { Json, JsonObject } from '../event/field.ts'

/**
 * How a value must be formed to be a `T`. Gives where it is formed otherwise, and how, in words that follow a file's
 * name; undefined when all is well. `at` is the way to the value: `plan.actions[3].object`.
 */
export interface Shape<T> {
  (value: Json | undefined, at: string): string | undefined
  /** Only for the compiler: a shape of a part is no shape of the whole. */
  readonly of?: T
}

/** Values nest no deeper than this, so that nothing that walks them runs out of stack. */
const DEEPEST = 200

/** Reads JSON that somebody else may have written; undefined when it is none, or nests too deep to be one of ours. */
export function parseJson(text: string): Json | undefined {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch {
    return undefined
  }
  let level: readonly Json[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return undefined
    level = level.flatMap((each): readonly Json[] =>
      typeof each === 'object' && each !== null ? (Object.values(each) as readonly Json[]) : [],
    )
  }
  return value
}

export const text: Shape<string> = (value, at) => (typeof value === 'string' ? undefined : `${at} is no text`)

/** A text that may be shown as it is: one line, without control characters. */
export const line: Shape<string> = (value, at) =>
  typeof value !== 'string' || /\p{Cc}/u.test(value) ? `${at} is no line of text` : undefined

export const count: Shape<number> = (value, at) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : `${at} is no number from 0`

export const number: Shape<number> = (value, at) => (typeof value === 'number' ? undefined : `${at} is no number`)

export const truth: Shape<boolean> = (value, at) =>
  typeof value === 'boolean' ? undefined : `${at} is neither true nor false`

export const anything: Shape<Json> = (value, at) => (value === undefined ? `${at} is missing` : undefined)

/** An object of the target, whatever is in it. */
export const content: Shape<JsonObject> = (value, at) => (isObject(value) ? undefined : `${at} is no object`)

export function word<const T extends string>(words: readonly T[]): Shape<T> {
  return (value, at) => (words.some((each) => each === value) ? undefined : `${at} is none of ${words.join(', ')}`)
}

export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value, at) => (value === null ? undefined : shape(value, at))
}

/** The key may be left out. */
export function optional<T>(shape: Shape<T>): Shape<T> {
  return (value, at) => (value === undefined ? undefined : shape(value, at))
}

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) return `${at} is no list`
    for (const [number, each] of (value as readonly Json[]).entries()) {
      const wrong = shape(each, `${at}[${number}]`)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
}

/** Exactly these keys: one that nobody knows may change what is meant. */
export function record<T extends object>(keys: { readonly [K in keyof T]-?: Shape<T[K]> }): Shape<T> {
  const shapes = Object.entries<Shape<unknown>>(keys)
  return (value, at) => {
    if (!isObject(value)) return `${at} is no object`
    for (const [key, shape] of shapes) {
      const wrong = shape(Object.hasOwn(value, key) ? value[key] : undefined, `${at}.${key}`)
      if (wrong !== undefined) return wrong
    }
    const strange = Object.keys(value).find((key) => !Object.hasOwn(keys, key))
    return strange === undefined
      ? undefined
      : `${at} has a key ${JSON.stringify(strange.slice(0, 50))} that is not known`
  }
}

/** The shape that one of the value's keys calls for: its `kind`, say. */
export function by<K extends string, T extends { readonly [key in K]: string }>(
  key: K,
  shapes: Readonly<Record<T[K], Shape<T>>>,
): Shape<T> {
  return (value, at) => {
    if (!isObject(value)) return `${at} is no object`
    const said = value[key]
    if (typeof said !== 'string' || !Object.hasOwn(shapes, said))
      return `${at}.${key} is none of ${Object.keys(shapes).join(', ')}`
    return shapes[said as T[K]](value, at)
  }
}

/** An object whose keys are not known in advance. */
export function map<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, at) => {
    if (!isObject(value)) return `${at} is no object`
    for (const [key, each] of Object.entries(value)) {
      const wrong = shape(each, `${at}[${JSON.stringify(key.slice(0, 50))}]`)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
