import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Source } from '../../diagnostic/source.ts'
import type { Json, JsonObject } from '../../event/field.ts'

/** JSON of a source, or a `behaviour/draft-json` at the place where it ends to be JSON, as far as that is told. */
export function readJson(source: Source): { readonly value: Json } | { readonly diagnostics: readonly Diagnostic[] } {
  try {
    return { value: JSON.parse(source.text) as Json }
  } catch (problem) {
    const message = problem instanceof Error ? problem.message : String(problem)
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? 0)
    const span = { source, start: Math.min(at, source.text.length), end: Math.min(at + 1, source.text.length) }
    return { diagnostics: [error('behaviour/draft-json', `this is no JSON: ${message.slice(0, 200)}`, span)] }
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The texts of a list; of one text, that. Others are left out. */
export function textsOf(value: Json | undefined): readonly string[] {
  const items = Array.isArray(value) ? (value as readonly Json[]) : value === undefined ? [] : [value]
  return items.filter((one): one is string => typeof one === 'string')
}

export function objectAt(value: JsonObject, key: string): JsonObject {
  const inner = Object.hasOwn(value, key) ? value[key] : undefined
  return isObject(inner) ? inner : {}
}

/** That a source is not what it was said to be (`behaviour/draft-source`). */
export function notSuch(source: Source, wanted: string): { readonly diagnostics: readonly Diagnostic[] } {
  const span = { source, start: 0, end: Math.min(1, source.text.length) }
  return { diagnostics: [error('behaviour/draft-source', `this is not ${wanted}`, span)] }
}
