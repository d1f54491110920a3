import { sameJson } from '../../event/canonical.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { valueOf } from '../difference.ts'
import { isJsonObject, type KindPolicy, type Mark } from '../object.ts'

/**
 * What Elasticsearch keeps as JSON with a `_meta` of its own: templates, pipelines, lifecycle policies. The mark lies in
 * `_meta.detpack`. Nothing in it is for a person to tune: what a site wants otherwise goes into the component template
 * `NAME@custom`, which detpack never touches.
 *
 * @param metaOf the part of the body that holds `_meta`, as a path
 */
function metaPolicy(...metaAt: readonly string[]): KindPolicy {
  return {
    owned: (content) => {
      const flat = normalForm(content)
      const prefix = [...metaAt, '_meta.detpack'].join('.')
      return Object.fromEntries(
        Object.entries(flat).filter(([name]) => name !== prefix && !name.startsWith(`${prefix}.`)),
      )
    },
    tunable: [],
    loose: () => ({}),
    compose: (desired) => desired,
    theirs: () => [],
    markOf: (content) => {
      const meta = valueOf(at(content, metaAt), '_meta')
      const mark = isJsonObject(meta) ? valueOf(meta, 'detpack') : undefined
      if (!isJsonObject(mark) || typeof mark['pack'] !== 'string') return null
      const { pack, digest, version } = mark
      return {
        pack,
        version: typeof version === 'number' ? version : null,
        digest: typeof digest === 'string' ? digest : null,
        applied: {},
      }
    },
    sign: (content, mark) => put(content, metaAt, mark),
    replaces: () => false,
  }
}

/** Index templates, component templates and ingest pipelines. */
export const templatePolicy = metaPolicy()
export const lifecyclePolicy: KindPolicy = withoutDefaults(metaPolicy('policy'))

/** Elasticsearch gives each phase the age at which it begins, and deletes snapshots along unless told otherwise. */
function withoutDefaults(policy: KindPolicy): KindPolicy {
  const isDefault = ([name, value]: readonly [string, Json]): boolean =>
    (name.endsWith('.min_age') && value === '0ms') || (name.endsWith('.delete_searchable_snapshot') && value === 'true')
  return {
    ...policy,
    owned: (content) => Object.fromEntries(Object.entries(policy.owned(content)).filter((entry) => !isDefault(entry))),
  }
}

function at(content: JsonObject, [first, ...rest]: readonly string[]): JsonObject {
  if (first === undefined) return content
  const inner = valueOf(content, first)
  return isJsonObject(inner) ? at(inner, rest) : {}
}

function put(content: JsonObject, [first, ...rest]: readonly string[], mark: Mark): JsonObject {
  if (first !== undefined) {
    const inner = valueOf(content, first)
    return { ...content, [first]: put(isJsonObject(inner) ? inner : {}, rest, mark) }
  }
  const meta = valueOf(content, '_meta')
  const { pack, version, digest } = mark
  return { ...content, _meta: { ...(isJsonObject(meta) ? meta : {}), detpack: { pack, version, digest } } }
}

/**
 * One flat object of dotted names. Elasticsearch gives settings back under `index.` and as texts, and fills in the
 * defaults of a data stream; both sides are brought to that.
 */
function normalForm(template: JsonObject): JsonObject {
  const flat: Record<string, Json> = {}
  for (const [name, value] of Object.entries(template)) {
    if (name === 'template' && isJsonObject(value)) {
      for (const [part, inner] of Object.entries(value)) {
        if (part === 'settings' && isJsonObject(inner)) flattenSettings(inner, flat)
        else flatten(inner, part, flat)
      }
    } else if (name === 'data_stream' && isJsonObject(value)) {
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
  if (isJsonObject(value) && Object.keys(value).length > 0) {
    for (const [key, each] of Object.entries(value)) flatten(each, name === '' ? key : `${name}.${key}`, flat)
  } else flat[name] = Array.isArray(value) ? (value as readonly Json[]).map(scalarText) : scalarText(value)
}

function scalarText(value: Json): Json {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
}
