import type { Json, JsonObject } from '../../../event/field.ts'
import { pathParts, readPath, writePath, deletePath, type PathPart } from '../json-path.ts'
import { singlesOf, storedOf, textOf, type Single, type Value } from '../value.ts'
import { plain, type EvalFunctions } from './spec.ts'

/** Functions of JSON in a text. */
export const jsonFunctions: EvalFunctions = {
  json: plain(1, 1, (value = null) => (parsed(value) === undefined ? null : textOf(value))),
  json_valid: plain(1, 1, (value = null) => (value === null ? null : parsed(value) !== undefined), 'boolean'),
  json_object: plain(0, Infinity, (...values) => {
    const entries: [string, Json][] = []
    for (let at = 0; at < values.length; at += 2)
      entries.push([textOf(values[at] ?? null) ?? 'null', jsonOf(values[at + 1] ?? null)])
    return JSON.stringify(Object.fromEntries(entries))
  }),
  json_array: plain(0, Infinity, (...values) => JSON.stringify(values.map(jsonOf))),
  mv_to_json_array: plain(1, 2, (value = null, types = false) => {
    const typed = types === true
    return JSON.stringify(singlesOf(value).map((each) => (typed ? (parsed(each) ?? each) : each)))
  }),
  json_array_to_mv: plain(1, 2, (value = null, quotes = false) => {
    const list = parsed(value)
    if (!Array.isArray(list)) return null
    return storedOf(
      (list as readonly Json[]).map((each) => (quotes === true ? JSON.stringify(each) : nativeText(each))),
    )
  }),
  json_extract: plain(1, Infinity, (value = null, ...paths) =>
    extracted(
      value,
      paths.map((path) => pathParts(textOf(path) ?? '')),
    ),
  ),
  json_extract_exact: plain(1, Infinity, (value = null, ...keys) =>
    extracted(
      value,
      keys.map((key) => [textOf(key) ?? '']),
    ),
  ),
  json_has_key_exact: plain(
    2,
    2,
    (value = null, key = null) => {
      const object = parsed(value)
      return isObject(object) && key !== null ? Object.hasOwn(object, textOf(key) ?? '') : null
    },
    'boolean',
  ),
  json_keys: plain(1, 1, (value = null) => {
    const object = parsed(value)
    return isObject(object) ? JSON.stringify(Object.keys(object)) : null
  }),
  json_entries: plain(1, 1, (value = null) => {
    const object = parsed(value)
    if (!isObject(object)) return null
    return JSON.stringify(Object.entries(object).map(([key, each]) => ({ key, value: each })))
  }),
  json_set: plain(3, Infinity, (value = null, ...pairs) =>
    changed(value, pairs, (json, path, given) => writePath(json, pathParts(path), given)),
  ),
  json_set_exact: plain(3, Infinity, (value = null, ...pairs) =>
    changed(value, pairs, (json, key, given) => writePath(json, [key], given)),
  ),
  json_append: plain(3, Infinity, (value = null, ...pairs) =>
    changed(value, pairs, (json, path, given) => appended(json, pathParts(path), [given])),
  ),
  json_extend: plain(3, Infinity, (value = null, ...pairs) =>
    changed(value, pairs, (json, path, given) =>
      appended(json, pathParts(path), Array.isArray(given) ? (given as readonly Json[]) : [given]),
    ),
  ),
  json_delete: plain(2, Infinity, (value = null, ...paths) => {
    let json = parsed(value)
    if (json === undefined) return null
    for (const path of paths) json = deletePath(json, pathParts(textOf(path) ?? ''))
    return JSON.stringify(json)
  }),
}

/** A text as JSON; undefined where it is none. A bare number or word is JSON only as such. */
function parsed(value: Value): Json | undefined {
  const text = textOf(value)
  if (text === null) return undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** What an argument is in JSON: objects and arrays in a text stay what they are. */
function jsonOf(value: Value): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
  if (typeof value !== 'string') return value.map(jsonOf)
  if (!/^\s*[{[]/.test(value)) return value
  return parsed(value) ?? value
}

function nativeText(json: Json): Single {
  if (typeof json === 'string' || typeof json === 'number') return json
  return JSON.stringify(json)
}

/** Without a path the whole, of one path the value, of several a JSON array of them. */
function extracted(value: Value, paths: readonly (readonly PathPart[])[]): Value {
  const json = parsed(value)
  if (json === undefined) return null
  if (paths.length === 0) return isObject(json) || Array.isArray(json) ? JSON.stringify(json) : native(json)
  const [first] = paths
  if (paths.length === 1 && first) {
    const found = readPath(json, first)
    return found === undefined ? null : native(found)
  }
  return JSON.stringify(paths.map((path) => readPath(json, path) ?? null))
}

function native(json: Json): Value {
  if (json === null || typeof json === 'boolean') return json === null ? null : String(json)
  return nativeText(json)
}

function changed(
  value: Value,
  pairs: readonly Value[],
  change: (json: Json, path: string, given: Json) => Json,
): Value {
  let json = parsed(value)
  if (json === undefined || pairs.length % 2 === 1) return null
  for (let at = 0; at < pairs.length; at += 2)
    json = change(json, textOf(pairs[at] ?? null) ?? '', jsonOf(pairs[at + 1] ?? null))
  return JSON.stringify(json)
}

/** Adds to an array, or makes one of the value that is there. */
function appended(json: Json, path: readonly PathPart[], items: readonly Json[]): Json {
  const found = readPath(json, path)
  if (found === undefined) return json
  return writePath(json, path, [...(Array.isArray(found) ? (found as readonly Json[]) : [found]), ...items])
}
