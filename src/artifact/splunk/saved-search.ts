import type { NativeQuery } from '../../backend/backend.ts'
import { error, hasErrors, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { JsonObject } from '../../event/field.ts'
import { milliseconds, type Duration } from '../../ir/duration.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { Level, Program, Rule } from '../../ir/rule.ts'
import { canonicalJson } from '../../event/canonical.ts'
import { undeployable, wishFor } from '../deployable.ts'
import { annotations } from './annotation.ts'
import { contextColumns, RISK_OBJECTS, SHOWN, THREAT_OBJECTS } from './column.ts'
import { isStanzaName, oneLine, type Stanza } from './conf.ts'
import { drilldown } from './drilldown.ts'
import { EVENTS_MACRO, filterMacro } from './macro.ts'
import { signedStanza } from './mark.ts'
import { DEFAULT_ACCESS, type Access } from './rest-search.ts'
import { splunkSchedule } from './schedule.ts'

export interface SplunkOptions {
  readonly pack: string
  /** The base search that the query was compiled with; the macro `detpack_events` takes its place. */
  readonly base: string
  /** What the mapping knows of a field. */
  readonly field: (name: FieldName) => { readonly multi: boolean } | undefined
  /** Time between two runs; 5 minutes unless given. */
  readonly period?: Duration
  /** How late an event may be found in the index; 2 minutes unless given. */
  readonly lag?: Duration
  /** Switched on; by status and level unless given. */
  readonly enabled?: boolean
  /** Who may see and change it. */
  readonly access?: Access
  /** The macros of its exceptions. */
  readonly exceptions?: readonly string[]
}

export type SplunkArtifact =
  | { readonly kind: 'search'; readonly search: Stanza; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }

const PERIOD = milliseconds(300_000)
const LAG = milliseconds(120_000)
/** Published Enterprise Security tools take no longer names. */
const LONGEST_NAME = 99
const DAY = 86_400

const LEVELS: Readonly<Record<Level, { readonly alert: number; readonly score: number }>> = {
  informational: { alert: 1, score: 1 },
  low: { alert: 2, score: 21 },
  medium: { alert: 3, score: 47 },
  high: { alert: 4, score: 73 },
  critical: { alert: 5, score: 99 },
}

/**
 * The savedsearches.conf stanza of one rule of a mapped program: a scheduled search that is an Enterprise Security
 * correlation search at the same time. Plain Splunk ignores the keys that it does not know, and lists the alerts under
 * triggered alerts.
 *
 * Refused: what `undeployable` and `splunkSchedule` say; a language that is not SPL (`artifact/language`); a title that
 * Splunk cannot take for a name (`artifact/splunk-name`); texts of the shape `$word$`, which Splunk replaces
 * (`artifact/splunk-token`). A rule without a level counts as low (`artifact/no-level`, warning).
 */
export function savedSearch(rule: Rule, program: Program, query: NativeQuery, options: SplunkOptions): SplunkArtifact {
  const { schedule, diagnostics: timing } = splunkSchedule(rule, program, options.period ?? PERIOD, options.lag ?? LAG)
  const name = searchName(rule.title)
  const retired = undeployable(rule)
  const diagnostics = [
    ...retired,
    ...timing,
    ...nameProblems(rule, name),
    ...tokenProblems(rule),
    ...(query.language === 'spl' ? [] : [noSearch(rule, query)]),
    ...(rule.level === null ? [noLevel(rule)] : []),
  ]
  if (retired.length > 0 || hasErrors(diagnostics)) return { kind: 'refused', diagnostics }

  const settings: Record<string, string> = {
    search: searchText(rule, query, options),
    description: describe(rule),
    disabled: (options.enabled ?? wishFor(rule) === 'enabled') ? '0' : '1',
    enableSched: '1',
    cron_schedule: schedule.cron,
    'dispatch.earliest_time': schedule.earliest,
    'dispatch.latest_time': schedule.latest,
    // Every period is searched, late if need be; the default skips some on a busy search head.
    realtime_schedule: '0',
    allow_skew: '100%',
    counttype: 'number of events',
    relation: 'greater than',
    quantity: '0',
    // Once for each row: only then is suppression by fields laid down.
    'alert.digest_mode': '0',
    'alert.suppress': '1',
    'alert.suppress.fields': identityColumns(query).join(','),
    'alert.suppress.period': `${Math.max(DAY, 2 * schedule.overlap)}s`,
    'alert.track': '1',
    'alert.severity': String(LEVELS[rule.level ?? 'low'].alert),
    ...enterpriseSecurity(rule, name, query, options),
  }
  const whole = { ...settings, 'action.correlationsearch.annotations': canonicalJson(annotations(rule)) }
  const { pack, access = DEFAULT_ACCESS } = options
  const search = signedStanza({ name, settings: whole }, pack, rule.id, rule.governance.version ?? 1, access)
  return { kind: 'search', search, diagnostics }
}

/** The name of the saved search of a rule; the rule's title can be read from it (`titleOf`). */
export function searchName(title: string): string {
  return `Detpack - ${title} - Rule`
}

export function titleOf(name: string): string {
  return /^Detpack - (.*) - Rule$/.exec(name)?.[1] ?? name
}

/** Macro, exceptions, query, what analysts look for by name, and the filter of the team. */
function searchText(rule: Rule, query: NativeQuery, options: SplunkOptions): string {
  const { text } = query
  if (!text.startsWith(options.base)) throw new Error(`the search of ${rule.id} does not begin with "${options.base}"`)
  const [narrowed = '', ...rest] = text.slice(options.base.length).split('\n| ')
  const exceptions = (options.exceptions ?? []).map((name) => `\`${name}\``)
  const commands = [...exceptions, ...rest, ...contextColumns(options.field), `\`${filterMacro(rule)}\``]
  return [`\`${EVENTS_MACRO}\`${narrowed}`, ...commands].join('\n| ')
}

/** The columns that hold the identity of an alert (semantics §2). */
function identityColumns({ identity }: NativeQuery): readonly string[] {
  switch (identity.of) {
    case 'event':
      return [identity.column]
    case 'row':
      return [identity.first, identity.last, ...Object.values(identity.keys)]
    case 'sequence':
      return []
  }
}

function enterpriseSecurity(
  rule: Rule,
  name: string,
  query: NativeQuery,
  options: SplunkOptions,
): Record<string, string> {
  const { score } = LEVELS[rule.level ?? 'low']
  const title = oneLine(rule.title)
  const entities: readonly JsonObject[] = RISK_OBJECTS.map(({ column, type }) => ({
    risk_object_field: column,
    risk_object_type: type,
    risk_score: score,
  }))
  const threats: readonly JsonObject[] = THREAT_OBJECTS.map(({ column, type }) => ({
    threat_object_field: column,
    threat_object_type: type,
  }))
  const drill = drilldown(rule, query, options)
  const next = nextSteps(rule)
  const groups = query.identity.of === 'row' ? Object.values(query.identity.keys) : []
  return {
    'action.correlationsearch.enabled': '1',
    'action.correlationsearch.label': name,
    'action.correlationsearch.detection_type': 'ebd',
    ...(isUuid(rule.id) && { 'action.correlationsearch.metadata': metadata(rule) }),
    'action.notable': '1',
    'action.notable.param.rule_title': `${title} on $dest$`,
    'action.notable.param.rule_description': describe(rule),
    'action.notable.param.security_domain': 'endpoint',
    'action.notable.param.severity': rule.level ?? 'low',
    'action.notable.param.nes_fields': [...SHOWN.map(({ column }) => column), ...groups].join(','),
    'action.notable.param._entities': JSON.stringify(entities),
    ...(next !== '' && { 'action.notable.param.next_steps': JSON.stringify({ version: 1, data: next }) }),
    'action.notable.param.drilldown_searches': JSON.stringify([drill]),
    // Enterprise Security before 8 reads one drilldown only, and knows these two tokens for its span.
    'action.notable.param.drilldown_name': drill.name,
    'action.notable.param.drilldown_search': drill.search,
    'action.notable.param.drilldown_earliest_offset': '$info_min_time$',
    'action.notable.param.drilldown_latest_offset': '$info_max_time$',
    'action.risk': '1',
    'action.risk.param._risk_message': `${title} on $dest$ by $user$`,
    'action.risk.param._risk': JSON.stringify([...entities, ...threats]),
    'action.risk.param._risk_score': '0',
    'action.risk.param.verbose': '0',
  }
}

/** How Enterprise Security 8 tells detections and their versions apart. */
function metadata(rule: Rule): string {
  const published = Date.parse(`${rule.modified ?? rule.date ?? ''}T00:00:00Z`)
  return JSON.stringify({
    detection_id: rule.id,
    detection_version: String(rule.governance.version ?? 1),
    ...(!Number.isNaN(published) && { publish_time: published / 1000 }),
    deprecated: '0',
  })
}

function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
}

/** The triage guide, a line for each step. */
function nextSteps(rule: Rule): string {
  return rule.governance.triage
    .map(({ ask, run }, at) => `${at + 1}. ${oneLine(ask)}${run === null ? '' : ` (${oneLine(run)})`}`)
    .join('\n')
}

/** Description, false positives and the triage guide in one line: every page of Splunk shows it so. */
function describe(rule: Rule): string {
  const { triage, grant } = rule.governance
  const steps = triage.map(({ ask, run }, at) => `${at + 1}. ${ask}${run === null ? '' : ` (${run})`}`)
  return oneLine(
    [
      rule.description?.trim() || rule.title,
      ...(grant === null ? [] : [`Clause that was broken: ${grant}.`]),
      ...(rule.falsepositives.length === 0 ? [] : [`May be harmless: ${rule.falsepositives.join('; ')}.`]),
      ...(steps.length === 0 ? [] : [`Triage: ${steps.join(' ')}`]),
    ].join(' '),
  )
}

function nameProblems(rule: Rule, name: string): readonly Diagnostic[] {
  if (isStanzaName(name) && name.length <= LONGEST_NAME) return []
  const message = `"${rule.title}" cannot be the name of a search in Splunk`
  const longest = LONGEST_NAME - (name.length - rule.title.length)
  return [
    error('artifact/splunk-name', message, rule.span, {
      hint: `write a title of one line, at most ${longest} characters, without "]"`,
    }),
  ]
}

/** A stanza may stand only once in a file. */
export function sameName(rule: Rule): Diagnostic {
  const message = `another rule has the title "${rule.title}", and Splunk knows a search by its name`
  return error('artifact/splunk-name', message, rule.span, { hint: 'give one of them another title' })
}

/** Splunk puts fields of the result in the place of `$word$` in these texts. */
function tokenProblems(rule: Rule): readonly Diagnostic[] {
  const token = /\$[^\s$]+\$/.exec(`${rule.title}\n${describe(rule)}`)?.[0]
  if (token === undefined) return []
  const message = `Splunk would put a field in the place of "${token}" in the title or description`
  return [error('artifact/splunk-token', message, rule.span, { hint: 'write it without one of the dollar signs' })]
}

function noSearch(rule: Rule, query: NativeQuery): Diagnostic {
  const message = `a saved search of Splunk cannot be made from a query in ${query.language.toUpperCase()}`
  return error('artifact/language', message, rule.span, { hint: 'compile the rule to SPL' })
}

function noLevel(rule: Rule): Diagnostic {
  const message = `"${rule.title}" has no level and is deployed as low`
  return warning('artifact/no-level', message, rule.span, { hint: 'add "level:"' })
}
