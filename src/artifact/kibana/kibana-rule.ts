import { error, hasErrors, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { NativeQuery } from '../../backend/backend.ts'
import { formatDuration, milliseconds, type Duration } from '../../ir/duration.ts'
import type { Level, Program, Rule } from '../../ir/rule.ts'
import { undeployable, wishFor } from '../deployable.ts'
import { setupGuide, triageGuide } from './guide.ts'
import type { KibanaRule, KibanaRuleHeader, KibanaSeverity } from './rule.ts'
import { ago, lookback, windowEdges } from './schedule.ts'
import { suppression, type FieldKnowledge } from './suppression.ts'
import { threatOf } from './threat.ts'
import { shownFields, usedFields } from '../../ir/used-field.ts'

export interface KibanaOptions {
  /** Elastic index pattern of the events. */
  readonly index: string
  /** What the mapping knows of a stored field. */
  readonly field: FieldKnowledge
  /** Time between two runs, rounded up to whole seconds; 5 minutes unless given. */
  readonly interval?: Duration
  /** How late an event may reach the index and still be seen in time; 2 minutes unless given. */
  readonly ingestDelay?: Duration
  /** Alerts per run, at most; 1,000 unless given, which is also the default cap of Kibana's alerting. */
  readonly maxSignals?: number
  readonly license?: string
  /** Switched on; by status and level unless given. */
  readonly enabled?: boolean
}

export type KibanaArtifact =
  | { readonly kind: 'rule'; readonly rule: KibanaRule; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }

const INTERVAL = milliseconds(300_000)
const INGEST_DELAY = milliseconds(120_000)

/** Decides equal times; Elasticsearch refuses a query whose tiebreaker no index has. */
const TIEBREAKER = 'event.sequence'

/** Risk scores in the middle of Kibana's bands: low to 21, medium to 47, high to 73, critical above. */
const LEVELS: Readonly<Record<Level, { readonly severity: KibanaSeverity; readonly risk: number }>> = {
  informational: { severity: 'low', risk: 1 },
  low: { severity: 'low', risk: 21 },
  medium: { severity: 'medium', risk: 47 },
  high: { severity: 'high', risk: 73 },
  critical: { severity: 'critical', risk: 99 },
}

/**
 * The Kibana detection rule of one rule of a mapped program, from its query in EQL, ES|QL, KQL or Lucene. Refused, with all reasons:
 * what `undeployable` and `windowEdges` say, a language that is no Kibana rule type here (`artifact/language`), and a
 * group that Kibana cannot tell apart (`artifact/suppression-keys`). A rule without a level counts as low
 * (`artifact/no-level`, warning).
 */
export function kibanaRule(rule: Rule, program: Program, query: NativeQuery, options: KibanaOptions): KibanaArtifact {
  const interval = milliseconds(Math.ceil((options.interval ?? INTERVAL) / 1000) * 1000)
  const reach = lookback(rule, program, interval, options.ingestDelay ?? INGEST_DELAY)
  const folding = suppression(rule, query, reach, options.field)
  const retired = undeployable(rule)
  const diagnostics = [
    ...retired,
    ...windowEdges(rule, program, options.field),
    ...folding.diagnostics,
    ...(query.language === 'spl' ? [noRuleType(rule, query)] : []),
    ...(rule.level === null ? [noLevel(rule)] : []),
  ]
  if (retired.length > 0 || hasErrors(diagnostics)) return { kind: 'refused', diagnostics }

  const applied = {
    interval: formatDuration(interval),
    from: ago(reach),
    to: 'now',
    enabled: options.enabled ?? wishFor(rule) === 'enabled',
  }
  const { severity, risk } = LEVELS[rule.level ?? 'low']
  const { threat, rest } = threatOf(rule.tags)
  const shown = shownFields(rule)
  const header: KibanaRuleHeader = {
    rule_id: rule.id,
    name: rule.title,
    description: rule.description?.trim() || rule.title,
    risk_score: risk,
    severity,
    ...applied,
    max_signals: options.maxSignals ?? 1000,
    version: rule.governance.version ?? 1,
    tags: [...new Set(rest)],
    author: authors(rule),
    license: options.license ?? '',
    references: rule.references,
    false_positives: rule.falsepositives,
    threat,
    note: triageGuide(rule),
    setup: setupGuide(options.index, query, folding.suppression !== undefined),
    required_fields: usedFields(rule, program).flatMap((name) => {
      const type = options.field(name)?.type
      return type === undefined ? [] : [{ name, type }]
    }),
    ...(shown.length > 0 && { investigation_fields: { field_names: shown } }),
    ...(folding.suppression && { alert_suppression: folding.suppression }),
  }
  const tiebreaker = options.field(TIEBREAKER) === undefined ? undefined : TIEBREAKER
  const typed = typedRule(header, query, options.index, tiebreaker)
  return { kind: 'rule', rule: typed, diagnostics }
}

function typedRule(
  header: KibanaRuleHeader,
  { language, text }: NativeQuery,
  index: string,
  tiebreaker: string | undefined,
): KibanaRule {
  switch (language) {
    case 'eql':
      return {
        ...header,
        type: 'eql',
        language,
        query: text,
        index: [index],
        timestamp_field: '@timestamp',
        ...(tiebreaker !== undefined && { tiebreaker_field: tiebreaker }),
      }
    case 'esql':
      return { ...header, type: 'esql', language, query: text }
    case 'kql':
      return { ...header, type: 'query', language: 'kuery', query: text, index: [index] }
    case 'lucene':
      return { ...header, type: 'query', language, query: text, index: [index] }
    case 'spl':
      throw new Error('SPL is no language of Kibana')
  }
}

/** Sigma has one text for all authors; names are parted by commas. */
function authors(rule: Rule): readonly string[] {
  return (rule.author ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
}

function noRuleType(rule: Rule, query: NativeQuery): Diagnostic {
  const message = `a Kibana rule is made from EQL, ES|QL, KQL or Lucene, not from ${query.language.toUpperCase()}`
  return error('artifact/language', message, rule.span, { hint: 'compile the rule with -l eql or -l esql' })
}

function noLevel(rule: Rule): Diagnostic {
  const hint = 'say informational, low, medium, high or critical'
  return warning('artifact/no-level', `"${rule.title}" has no level and is deployed as low`, rule.span, { hint })
}
