import type { Json, JsonObject } from '../../event/field.ts'
import { canonicalJson, contentDigest } from '../../event/canonical.ts'
import type { Stanza } from './conf.ts'
import { restSearch, type Access } from './rest-search.ts'
import { settingText } from './setting.ts'

/** Who detpack was here for, what it wrote, and what of it a person may tune. */
export interface SearchMark {
  readonly pack: string
  readonly rule: string
  readonly version: number | null
  readonly digest: string | null
  /** The tunable settings as last written, by name. */
  readonly applied: Readonly<Record<string, string>> | null
}

/**
 * The mark of a saved search lies in its annotations, under a framework of detpack's own: `pack=`, `rule=`, `version=`,
 * `sha256=` and `applied=`. Editors keep frameworks that they do not know, and Splunk keeps any setting of an action.
 */
const ANNOTATIONS = 'action.correlationsearch.annotations'
const FRAMEWORK = 'detpack'

/** What a person may tune in a saved search; those of one group go together. */
export const TUNABLE_SETTINGS = [
  ['disabled'],
  ['cron_schedule', 'dispatch.earliest_time', 'dispatch.latest_time'],
  ['alert.suppress.period'],
] as const

/**
 * The settings that a deployment sets again when they differ. Those that detpack never writes move or narrow what a
 * search finds, so that one set by hand would change its meaning. Enabled actions are compared apart: others add theirs.
 */
const OWNED_SETTINGS = [
  'name',
  'search',
  'description',
  'is_scheduled',
  'realtime_schedule',
  'allow_skew',
  'alert_type',
  'alert_comparator',
  'alert_threshold',
  'alert_condition',
  'alert.digest_mode',
  'alert.suppress',
  'alert.suppress.fields',
  'alert.suppress.group_name',
  'alert.track',
  'alert.severity',
  'dispatch.index_earliest',
  'dispatch.index_latest',
  'action.correlationsearch.enabled',
  'action.correlationsearch.label',
  'action.correlationsearch.detection_type',
  'action.correlationsearch.metadata',
  ANNOTATIONS,
  'action.notable.param.rule_title',
  'action.notable.param.rule_description',
  'action.notable.param.security_domain',
  'action.notable.param.severity',
  'action.notable.param.nes_fields',
  'action.notable.param._entities',
  'action.notable.param.next_steps',
  'action.notable.param.drilldown_searches',
  'action.notable.param.drilldown_name',
  'action.notable.param.drilldown_search',
  'action.notable.param.drilldown_earliest_offset',
  'action.notable.param.drilldown_latest_offset',
  'action.risk.param._risk_message',
  'action.risk.param._risk',
  'action.risk.param._risk_score',
  'action.risk.param.verbose',
  'acl.sharing',
  'acl.read',
  'acl.write',
] as const

/** Besides them: what a team sets for itself, which is kept; with what they are where nobody set them. */
const TEAM_SETTINGS: Readonly<Record<string, string>> = {
  schedule_window: '0',
  schedule_priority: 'default',
  'request.ui_dispatch_app': '',
  'request.ui_dispatch_view': '',
}

/** What a setting is where nobody set it, and what unsets it. */
export function unset(name: string): string {
  return (Object.hasOwn(TEAM_SETTINGS, name) ? TEAM_SETTINGS[name] : undefined) ?? ''
}

/** Whether a setting is part of what detpack keeps of a saved search: the rest it neither reads nor writes. */
export function isKeptSetting(name: string, actions: readonly string[]): boolean {
  if (KEPT.has(name)) return true
  const action = /^action\.([^.]+)\../.exec(name)?.[1]
  return action !== undefined && !OWN_ACTIONS.has(action) && actions.includes(action)
}

/** The actions that detpack turns on, and the one that makes a saved search a correlation search. */
const OWN_ACTIONS: ReadonlySet<string> = new Set(['notable', 'risk', 'correlationsearch'])
const KEPT: ReadonlySet<string> = new Set([
  ...OWNED_SETTINGS,
  ...TUNABLE_SETTINGS.flat(),
  ...Object.keys(TEAM_SETTINGS),
  'actions',
])

/** The owned settings in one normal form, with the version of the rule; the rest of the mark is not among them. */
export function ownedSearch(content: JsonObject): JsonObject {
  const owned = OWNED_SETTINGS.flatMap((name): readonly (readonly [string, Json])[] => {
    if (name === ANNOTATIONS) {
      const others = Object.entries(annotationsOf(content)).filter(([framework]) => framework !== FRAMEWORK)
      return others.length === 0 ? [] : [[name, Object.fromEntries(others)]]
    }
    const text = settingText(name, own(content, name))
    return text === '' ? [] : [[name, text]]
  })
  const version = versionOf(content)
  return { ...Object.fromEntries(owned), ...(version !== null && { version }) }
}

/**
 * The mark of a saved search; undefined when it has none. A copy that somebody made of one of ours carries its
 * annotations too: it is told by the label, which is the name of what it was copied from.
 */
export function readSearchMark(content: JsonObject): SearchMark | undefined {
  const said = (name: string): string | undefined => entryOf(content, name)
  const [pack, rule] = [said('pack'), said('rule')]
  if (pack === undefined || rule === undefined) return undefined
  if (own(content, 'action.correlationsearch.label') !== own(content, 'name')) return undefined
  const values = said('applied')?.split('|')
  const names = TUNABLE_SETTINGS.flat()
  return {
    ...{ pack, rule, version: versionOf(content), digest: said('sha256') ?? null },
    applied:
      values?.length === names.length ? Object.fromEntries(names.map((name, at) => [name, values[at] ?? ''])) : null,
  }
}

/** The rule that a saved search was made from, whether or not it is a copy. */
export function ruleOf(content: JsonObject): string | undefined {
  return entryOf(content, 'rule')
}

/** The same search with this mark. */
export function signSearch(content: JsonObject, mark: SearchMark): JsonObject {
  const { pack, rule, version, digest, applied } = mark
  const values = TUNABLE_SETTINGS.flat().map((name) => applied?.[name] ?? '')
  const entries = [
    `pack=${pack}`,
    `rule=${rule}`,
    `version=${version ?? 1}`,
    ...(digest === null ? [] : [`sha256=${digest}`]),
    ...(applied === null ? [] : [`applied=${values.join('|')}`]),
  ]
  return { ...content, [ANNOTATIONS]: canonicalJson({ ...annotationsOf(content), [FRAMEWORK]: entries }) }
}

/** A stanza with the mark that a deployment of the same search would give it. */
export function signedStanza(stanza: Stanza, pack: string, rule: string, version: number, access: Access): Stanza {
  const content = restSearch(stanza, access)
  const applied = Object.fromEntries(TUNABLE_SETTINGS.flat().map((name) => [name, settingText(name, content[name])]))
  const mark: SearchMark = { pack, rule, version, digest: null, applied }
  const digest = contentDigest(ownedSearch(signSearch(content, mark)))
  const signed = signSearch(content, { ...mark, digest })[ANNOTATIONS]
  return { ...stanza, settings: { ...stanza.settings, [ANNOTATIONS]: settingText(ANNOTATIONS, signed) } }
}

function versionOf(content: JsonObject): number | null {
  const version = Number(entryOf(content, 'version') ?? NaN)
  return Number.isInteger(version) ? version : null
}

/** What one entry of the mark says. */
function entryOf(content: JsonObject, name: string): string | undefined {
  const entries = annotationsOf(content)[FRAMEWORK]
  if (!Array.isArray(entries)) return undefined
  return (entries as readonly Json[])
    .find((each): each is string => typeof each === 'string' && each.startsWith(`${name}=`))
    ?.slice(name.length + 1)
}

function annotationsOf(content: JsonObject): JsonObject {
  const written = own(content, ANNOTATIONS)
  if (typeof written !== 'string') return {}
  try {
    const value = JSON.parse(written) as Json
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
  } catch {
    return {}
  }
}

function own(content: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(content, name) ? content[name] : undefined
}
