import { isMarkTag, markTags, readMark } from '../../artifact/kibana/mark.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { valueOf } from '../difference.ts'
import { isJsonObject, type KindPolicy } from '../object.ts'
import { OTHERS } from './rule-policy.ts'

/** What detpack writes of a list, and of an item. */
const LIST_FIELDS = ['name', 'description', 'type', 'namespace_type'] as const
const ITEM_FIELDS = [...LIST_FIELDS, 'list_id', 'entries', 'expire_time'] as const

/**
 * Exception lists and their items in Kibana. The mark is among the tags, as on rules; tags, comments and items of others
 * are kept, and a list that holds such items is not deleted.
 */
function policyOf(fields: readonly string[], idField: 'list_id' | 'item_id'): KindPolicy {
  return {
    owned: (content) =>
      Object.fromEntries(
        fields.flatMap((name) => {
          const value = valueOf(content, name)
          return value === undefined ? [] : [[name, name === 'expire_time' ? timeOf(value) : value]]
        }),
      ),
    tunable: [],
    loose: (content) => ({ tags: othersOf(content).sort() }),
    compose: (desired, live, _tuned, overwritten) => {
      if (live === null) return desired
      const others = Object.entries(live).filter(([name]) => !fields.includes(name) && !overwritten.has(name))
      const tags = overwritten.has('tags') ? [] : othersOf(live)
      return { ...Object.fromEntries(others), ...desired, tags }
    },
    theirs: (live) => {
      const tags = othersOf(live)
      const comments = valueOf(live, 'comments')
      return [
        ...(tags.length > 0 ? [{ field: 'tags', live: tags }] : []),
        ...(Array.isArray(comments) && comments.length > 0 ? [{ field: 'comments', live: comments as Json }] : []),
      ]
    },
    markOf: (content) => {
      const mark = readMark(tagsOf(content))
      return mark === undefined ? null : { pack: mark.pack, version: null, digest: mark.digest, applied: {} }
    },
    sign: (content, { pack, digest }) => ({
      ...content,
      tags: [...othersOf(content), ...markTags({ pack, digest, applied: null })],
    }),
    idIn: (content) => {
      const id = valueOf(content, idField)
      return typeof id === 'string' ? id : ''
    },
    // An item stays in its list.
    replaces: (live, desired) => idField === 'item_id' && valueOf(live, 'list_id') !== valueOf(desired, 'list_id'),
    stays: (content) => {
      const others = valueOf(content, OTHERS)
      if (typeof others !== 'number' || others === 0) return undefined
      return `it holds ${others === 1 ? 'an exception' : `${others} exceptions`} that somebody else made`
    },
  }
}

export const exceptionListPolicy = policyOf(LIST_FIELDS, 'list_id')
export const exceptionPolicy = policyOf(ITEM_FIELDS, 'item_id')

/** The body of a request: what of a content may be said in one. */
export function requestOf(content: JsonObject, update: boolean): JsonObject {
  const entries = Object.entries(content).flatMap(([name, value]): readonly (readonly [string, Json])[] => {
    if (name === OTHERS) return []
    if (name !== 'comments' || !Array.isArray(value)) return [[name, value]]
    // Kibana wants all comments again, by their ids, and takes none away. A new item has none of the old.
    const told = (value as readonly Json[]).filter(isJsonObject).map(({ id, comment }) => ({
      ...(update && id !== undefined && { id }),
      comment: comment ?? '',
    }))
    return [[name, told]]
  })
  return Object.fromEntries(entries)
}

function othersOf(content: JsonObject): string[] {
  return tagsOf(content).filter((tag) => !isMarkTag(tag))
}

function tagsOf(content: JsonObject): string[] {
  const tags = valueOf(content, 'tags')
  return Array.isArray(tags) ? (tags as readonly Json[]).map(String) : []
}

/** The same moment in one form. */
function timeOf(value: Json): Json {
  const time = typeof value === 'string' ? Date.parse(value) : NaN
  return Number.isNaN(time) ? value : new Date(time).toISOString()
}
