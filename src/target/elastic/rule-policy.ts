import { canonicalJson } from '../../event/canonical.ts'
import { actionTag, isActionTag } from '../../artifact/kibana/action.ts'
import { isPackList } from '../../artifact/kibana/exception.ts'
import {
  isMarkTag,
  markTags,
  ownedContent,
  ownedFields,
  readMark,
  tunableFields,
  type Applied,
} from '../../artifact/kibana/mark.ts'
import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { fieldsOf, valueOf, type FieldChange } from '../difference.ts'
import { isJsonObject, textOf, type KindPolicy } from '../object.ts'

/** The fields that only one type of rule has; they do not survive a change of type. */
const TYPE_FIELDS = new Set(['type', 'language', 'index', 'data_view_id', 'filters', 'event_category_override'])
/** How many exceptions of others a list of ours holds; it stands in what is read of a rule, and in no request. */
export const OTHERS = 'items_of_others'

/**
 * A detection rule of Kibana. A person may tune the switch and the schedule; tags, exception lists, actions and every
 * field that detpack never writes are kept; so is a list of ours that the pack wants no longer, while it holds exceptions
 * of others. A kept schedule that is too short for the rule's chains is `target/short-lookback`
 * (warning).
 */
export const kibanaRulePolicy: KindPolicy = {
  owned: ownedContent,
  tunable: [['enabled'], ['interval', 'from', 'to']],
  loose: (content) => ({
    ...fieldsOf(content, tunableFields),
    tags: tagsOf(content)
      .filter((tag) => !isMarkTag(tag))
      .sort(),
    actions: actionsOf(content).sort(byText),
    exceptions_list: referencesOf(content).map(withoutIds).sort(byText),
  }),
  compose: (desired, live, tuned, overwritten) => {
    const own = tagsOf(desired)
    if (live === null) return { ...desired, ...tuned }
    const owned = new Set<string>(ownedFields)
    const sameType = valueOf(live, 'type') === valueOf(desired, 'type')
    const others = Object.entries(live).filter(
      ([name]) => !owned.has(name) && (sameType || !TYPE_FIELDS.has(name)) && !overwritten.has(name),
    )
    const theirs = overwritten.has('tags') ? [] : tagsOf(live).filter((tag) => !isMarkTag(tag) && !own.includes(tag))
    const kept = overwritten.has('exceptions_list') ? [] : keptReferences(live, desired)
    const lists = [...kept, ...referencesOf(desired)]
    const foreign = overwritten.has('actions') ? [] : keptActions(live, desired)
    const actions = [...foreign, ...actionsOf(desired)]
    const whole = {
      ...{ ...Object.fromEntries(others), ...desired, ...tuned, tags: [...theirs, ...own] },
      ...((actions.length > 0 || Object.hasOwn(live, 'actions')) && { actions }),
    }
    return lists.length === 0 && !Object.hasOwn(live, 'exceptions_list') ? whole : { ...whole, exceptions_list: lists }
  },
  theirs: (live, desired) => {
    const tags = tagsOf(live).filter((tag) => !isMarkTag(tag) && !tagsOf(desired).includes(tag))
    const lists = { tags, exceptions_list: keptReferences(live, desired), actions: keptActions(live, desired) }
    return Object.entries(lists).flatMap(([field, value]): readonly FieldChange[] =>
      value.length === 0 ? [] : [{ field, live: value }],
    )
  },
  markOf: (content) => {
    const mark = readMark(tagsOf(content))
    if (mark === undefined) return null
    const version = valueOf(content, 'version')
    const applied = mark.applied === null ? null : { ...mark.applied }
    return { pack: mark.pack, version: typeof version === 'number' ? version : null, digest: mark.digest, applied }
  },
  sign: (content, { pack, digest, applied }) => {
    const marks = markTags({ pack, digest, applied: applied as Applied | null })
    const kept = tagsOf(content).filter((tag) => !isMarkTag(tag) || isActionTag(tag))
    return { ...content, tags: [...kept, ...marks] }
  },
  idIn: (content) => {
    const id = valueOf(content, 'rule_id')
    return typeof id === 'string' ? id : ''
  },
  // To Kibana each type is another kind of rule; only a request that replaces the whole rule changes it.
  replaces: (live, desired) => valueOf(live, 'type') !== valueOf(desired, 'type'),
  check: shortLookback,
}

/** Chains that cross the boundary of two runs are lost when a run looks back less than interval, chain and delay. */
function shortLookback(rule: JsonObject, content: JsonObject): readonly Diagnostic[] {
  const needed = lookbackOf(rule) - secondsOf(valueOf(rule, 'interval'))
  const given = lookbackOf(content) - secondsOf(valueOf(content, 'interval'))
  if (!(given < needed)) return []
  const name = valueOf(rule, 'name')
  const message = `"${typeof name === 'string' ? name : ''}" looks back too little for its chains with the schedule that was set by hand`
  return [
    warning('target/short-lookback', message, undefined, {
      hint: `let it look back ${needed} s more than its interval, or take the schedule back with --overwrite from`,
    }),
  ]
}

/** How far back a run looks, in seconds; NaN where that is no length of time. */
export function lookbackOf(rule: JsonObject): number {
  const from = valueOf(rule, 'from')
  return typeof from === 'string' && from.startsWith('now-') ? secondsOf(from.slice(4)) : NaN
}

/** NaN for what is no length of time. */
export function secondsOf(written: Json | undefined): number {
  const match = typeof written === 'string' ? /^(\d{1,9})([smhd])$/.exec(written) : null
  return match === null ? NaN : Number(match[1]) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[match[2] ?? ''] ?? NaN)
}

function referencesOf(content: JsonObject): readonly JsonObject[] {
  return listOf(content, 'exceptions_list').filter(isJsonObject)
}

/** References that stay though the pack does not ask for them. */
function keptReferences(live: JsonObject, desired: JsonObject): readonly JsonObject[] {
  const wanted = new Set(referencesOf(desired).map((each) => textOf(each['list_id'])))
  return referencesOf(live).filter((each) => {
    const id = textOf(each['list_id'])
    return !wanted.has(id) && (!isPackList(id) || each[OTHERS] !== undefined)
  })
}

/** Actions that stay: those that people added. What the pack wrote is known by its tags. */
function keptActions(live: JsonObject, desired: JsonObject): readonly JsonObject[] {
  const ours = new Set([...tagsOf(live), ...tagsOf(desired)].filter(isActionTag))
  return actionsOf(live).filter((action) => !ours.has(actionTag(action)))
}

function actionsOf(content: JsonObject): JsonObject[] {
  return listOf(content, 'actions').filter(isJsonObject)
}

/** Kibana's own id is another one when a list is made anew. */
function withoutIds(reference: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(reference).filter(([name]) => name !== 'id' && name !== OTHERS))
}

function byText(a: JsonObject, b: JsonObject): number {
  return canonicalJson(a) < canonicalJson(b) ? -1 : 1
}

function tagsOf(content: JsonObject): string[] {
  return listOf(content, 'tags').map(String)
}

function listOf(content: JsonObject, name: string): readonly Json[] {
  const value = valueOf(content, name)
  return Array.isArray(value) ? (value as readonly Json[]) : []
}
