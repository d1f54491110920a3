import type { Json, JsonObject } from '../../event/field.ts'
import { fieldsOf, valueOf } from '../difference.ts'
import { isJsonObject, textOf, type KindPolicy } from '../object.ts'

/** The key of our mark in `meta`, which Kibana keeps and never looks at. */
const MARK = 'detpack'

/** A value list of Kibana with all that stands in it, which is the pack's: what a hand adds goes again, and is shown. */
export const valueListPolicy: KindPolicy = {
  owned: (content) => fieldsOf(content, ['name', 'description', 'type', 'values']),
  tunable: [],
  loose: () => ({}),
  compose: (desired, live) => {
    const meta = Object.entries(metaOf(live ?? {})).filter(([name]) => name !== MARK)
    return meta.length === 0 ? desired : { ...desired, meta: Object.fromEntries(meta) }
  },
  theirs: () => [],
  markOf: (content) => {
    const mark = valueOf(metaOf(content), MARK)
    if (!isJsonObject(mark) || typeof mark['pack'] !== 'string') return null
    const { pack, digest } = mark
    return { pack, version: null, digest: typeof digest === 'string' ? digest : null, applied: {} }
  },
  sign: (content, { pack, digest }) => ({ ...content, meta: { ...metaOf(content), [MARK]: { pack, digest } } }),
  idIn: (content) => {
    const id = valueOf(content, 'id')
    return typeof id === 'string' ? id : ''
  },
  // Kibana has no request that changes its type, and none that takes several values out of it but all.
  replaces: (live, desired) =>
    valueOf(live, 'type') !== valueOf(desired, 'type') || surplus(live, desired) > MOST_TAKEN_OUT,
}

/** So many values are taken out one by one, which leaves the others where they are. */
const MOST_TAKEN_OUT = 200

function surplus(live: JsonObject, desired: JsonObject): number {
  const wanted = new Set(valuesOf(desired))
  return valuesOf(live).filter((value) => !wanted.has(value)).length
}

/** The values of a list, in a content of it. */
export function valuesOf(content: JsonObject): readonly string[] {
  return ((valueOf(content, 'values') ?? []) as readonly Json[]).map(textOf)
}

function metaOf(content: JsonObject): JsonObject {
  const meta = valueOf(content, 'meta')
  return isJsonObject(meta) ? meta : {}
}
