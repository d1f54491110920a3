import { contentDigest, sameJson } from '../../artifact/canonical.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { differences, valueOf } from '../difference.ts'
import type { FieldChange, PlanAction, PlannedObject } from '../plan.ts'
import { isObject } from './live-rule.ts'

/** A template of Elasticsearch as the pack wants it. */
export interface DesiredTemplate {
  readonly kind: 'component-template' | 'index-template'
  readonly name: string
  /** The body of the PUT request. */
  readonly body: JsonObject
}

/**
 * What becomes of one template. The mark of ours lies in its `_meta`: `{"detpack": {"pack", "digest"}}`. A template of
 * that name without the mark is never touched. Pure.
 *
 * @param live as read from the cluster; undefined where there is none
 */
export function planTemplate(desired: DesiredTemplate, live: JsonObject | undefined, pack: string): PlanAction {
  const digest = contentDigest(desired.body)
  const content = withMark(desired.body, pack, digest)
  const object: PlannedObject = {
    kind: desired.kind,
    id: desired.name,
    title: desired.name,
    version: typeof desired.body.version === 'number' ? desired.body.version : null,
    digest,
  }
  if (live === undefined) return { kind: 'create', object, content }
  const mark = readTemplateMark(live)
  if (mark === undefined)
    return { kind: 'blocked', object, reason: 'Elasticsearch has a template of this name that detpack did not make' }
  if (mark.pack !== pack) return { kind: 'blocked', object, reason: `the template belongs to the pack "${mark.pack}"` }
  const changes = templateDifferences(live, content)
  if (changes.length === 0) return { kind: 'unchanged', object, kept: [] }
  // What was put there as planned then, and is not as planned then now, was changed by a hand.
  const drifted = mark.digest === digest
  return { kind: 'update', object, content, changes, kept: [], drifted, seen: templateFingerprint(live) }
}

/** The fields in which a stored template is not what a request says, settings and mappings one by one. */
export function templateDifferences(live: JsonObject, desired: JsonObject): readonly FieldChange[] {
  return differences(normalForm(live), normalForm(desired))
}

/** Changes with anything a request may say. */
export function templateFingerprint(live: JsonObject): string {
  return contentDigest(normalForm(live))
}

function withMark(body: JsonObject, pack: string, digest: string): JsonObject {
  const meta = valueOf(body, '_meta')
  return { ...body, _meta: { ...(isObject(meta) ? meta : {}), detpack: { pack, digest } } }
}

function readTemplateMark(live: JsonObject): { readonly pack: string; readonly digest: string | null } | undefined {
  const meta = valueOf(live, '_meta')
  const mark = isObject(meta) ? valueOf(meta, 'detpack') : undefined
  if (!isObject(mark) || typeof mark.pack !== 'string') return undefined
  return { pack: mark.pack, digest: typeof mark.digest === 'string' ? mark.digest : null }
}

/**
 * One flat object of dotted names. Elasticsearch gives settings back under `index.` and as texts, and fills in the
 * defaults of a data stream; both sides are brought to that.
 */
function normalForm(template: JsonObject): JsonObject {
  const flat: Record<string, Json> = {}
  for (const [name, value] of Object.entries(template)) {
    if (name === 'template' && isObject(value)) {
      for (const [part, inner] of Object.entries(value)) {
        if (part === 'settings' && isObject(inner)) flattenSettings(inner, flat)
        else flatten(inner, part, flat)
      }
    } else if (name === 'data_stream' && isObject(value)) {
      flatten({ present: true, hidden: false, allow_custom_routing: false, ...value }, name, flat)
    } else flatten(value, name, flat)
  }
  for (const [name, value] of Object.entries(flat)) if (sameJson(value, [])) Reflect.deleteProperty(flat, name)
  return flat
}

function flattenSettings(settings: JsonObject, flat: Record<string, Json>): void {
  const own: Record<string, Json> = {}
  flatten(settings, '', own)
  for (const [name, value] of Object.entries(own))
    flat[`settings.${name.startsWith('index.') ? name : `index.${name}`}`] = value
}

function flatten(value: Json, name: string, flat: Record<string, Json>): void {
  if (isObject(value) && Object.keys(value).length > 0) {
    for (const [key, each] of Object.entries(value)) flatten(each, name === '' ? key : `${name}.${key}`, flat)
  } else flat[name] = Array.isArray(value) ? (value as readonly Json[]).map(scalarText) : scalarText(value)
}

function scalarText(value: Json): Json {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
}
