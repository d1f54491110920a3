import type { Json, JsonObject } from '../../event/field.ts'

/**
 * The mark that detpack leaves on a Kibana rule is a few of its tags: the rule editor overwrites `meta` on save, tags
 * it keeps. State lives in them alone; there is no file beside.
 *
 * - `detpack`
 * - `detpack:pack=NAME`
 * - `detpack:applied=INTERVAL|FROM|TO|on`: the schedule and switch as last deployed, so that a later difference can be
 *   told apart: tuned by hand in Kibana, or changed by the author of the rule
 * - `detpack:sha256:HEX`: the digest of what detpack owns in the rule
 */
const PREFIX = 'detpack:'
const PACK = `${PREFIX}pack=`
const APPLIED = `${PREFIX}applied=`
const DIGEST = `${PREFIX}sha256:`

export interface Applied {
  readonly interval: string
  readonly from: string
  readonly to: string
  readonly enabled: boolean
}

/** What the tags of a mark say. */
export interface TagMark {
  readonly pack: string
  readonly digest: string | null
  readonly applied: Applied | null
}

/** The fields that a person may tune in Kibana; detpack keeps what they chose (design §7). */
export const tunableFields = ['enabled', 'interval', 'from', 'to'] as const

/**
 * The fields that a deployment sets again when they differ. Tags are compared apart: those of others are kept. The
 * three that detpack never writes narrow or redirect the query, so that one set by hand would change its meaning.
 */
export const ownedFields = [
  'type',
  'language',
  'query',
  'index',
  'data_view_id',
  'filters',
  'event_category_override',
  'timestamp_field',
  'tiebreaker_field',
  'name',
  'description',
  'risk_score',
  'severity',
  'max_signals',
  'version',
  'author',
  'license',
  'references',
  'false_positives',
  'threat',
  'note',
  'setup',
  'required_fields',
  'investigation_fields',
  'alert_suppression',
] as const

/** The tags of a mark. */
export function markTags({ pack, digest, applied }: TagMark): readonly string[] {
  const on = applied?.enabled === true ? 'on' : 'off'
  return [
    'detpack',
    `${PACK}${pack}`,
    ...(applied === null ? [] : [`${APPLIED}${applied.interval}|${applied.from}|${applied.to}|${on}`]),
    ...(digest === null ? [] : [`${DIGEST}${digest}`]),
  ]
}

/** The tag that all rules of a pack carry. */
export function packTag(pack: string): string {
  return `${PACK}${pack}`
}

/** Whether a tag belongs to the mark and so to detpack. */
export function isMarkTag(tag: string): boolean {
  return tag === 'detpack' || tag.startsWith(PREFIX)
}

/** The mark among a rule's tags; undefined when no pack is named: the rule is not ours. */
export function readMark(tags: readonly string[]): TagMark | undefined {
  const pack = after(tags, PACK)
  if (pack === undefined) return undefined
  const [interval, from, to, on] = after(tags, APPLIED)?.split('|') ?? []
  const whole = interval !== undefined && from !== undefined && to !== undefined && on !== undefined
  return {
    pack,
    digest: after(tags, DIGEST) ?? null,
    applied: whole ? { interval, from, to, enabled: on === 'on' } : null,
  }
}

/**
 * The owned fields of a rule in one normal form: Kibana fills empty texts and lists in where a request had none, and
 * says of each required field whether it is one of ECS.
 */
export function ownedContent(rule: JsonObject): JsonObject {
  const owned: Record<string, Json> = {}
  for (const name of ownedFields) {
    const value = Object.hasOwn(rule, name) ? rule[name] : undefined
    const kept = value === undefined ? undefined : withoutEmpty(value, name === 'required_fields')
    if (kept !== undefined) owned[name] = kept
  }
  return owned
}

function withoutEmpty(value: Json, required: boolean): Json | undefined {
  if (value === null || value === '') return undefined
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) {
    const items = (value as readonly Json[])
      .map((item) => withoutEmpty(item, required))
      .filter((item) => item !== undefined)
    return items.length === 0 ? undefined : items
  }
  const entries = Object.entries(value as JsonObject).flatMap(([key, each]) => {
    const kept = required && key === 'ecs' ? undefined : withoutEmpty(each, required)
    return kept === undefined ? [] : [[key, kept] as const]
  })
  return Object.fromEntries(entries)
}

function after(tags: readonly string[], prefix: string): string | undefined {
  return tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length)
}
