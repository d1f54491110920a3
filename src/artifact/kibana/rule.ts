/**
 * A detection rule as Kibana's Detection Engine API creates it (API version 2023-10-31, RuleCreateProps), in the
 * rule types that detpack compiles to. Only fields that detpack writes are named here.
 */
export type KibanaRule = KibanaEqlRule | KibanaEsqlRule | KibanaQueryRule

export type KibanaEqlRule = KibanaRuleHeader & {
  readonly type: 'eql'
  readonly language: 'eql'
  readonly query: string
  readonly index: readonly string[]
  /** Orders events; the tiebreaker decides equal times. */
  readonly timestamp_field: string
  readonly tiebreaker_field?: string
}

/** An ES|QL rule names its index in the query; it takes neither `index` nor `filters`. */
export type KibanaEsqlRule = KibanaRuleHeader & {
  readonly type: 'esql'
  readonly language: 'esql'
  readonly query: string
}

/** A rule on single events, in KQL or in Lucene's syntax. */
export type KibanaQueryRule = KibanaRuleHeader & {
  readonly type: 'query'
  readonly language: 'kuery' | 'lucene'
  readonly query: string
  readonly index: readonly string[]
}

export type KibanaRuleHeader = {
  readonly rule_id: string
  readonly name: string
  readonly description: string
  readonly risk_score: number
  readonly severity: KibanaSeverity
  readonly enabled: boolean
  readonly interval: string
  readonly from: string
  readonly to: string
  readonly max_signals: number
  readonly version: number
  readonly tags: readonly string[]
  readonly author: readonly string[]
  readonly license: string
  readonly references: readonly string[]
  readonly false_positives: readonly string[]
  readonly threat: readonly KibanaThreat[]
  /** Markdown: the triage guide. */
  readonly note: string
  /** Markdown: what must be there for the rule to work. */
  readonly setup: string
  readonly required_fields: readonly KibanaRequiredField[]
  readonly investigation_fields?: { readonly field_names: readonly string[] }
  readonly alert_suppression?: KibanaSuppression
}

export type KibanaSeverity = 'low' | 'medium' | 'high' | 'critical'

export type KibanaRequiredField = { readonly name: string; readonly type: string }

export type KibanaSuppression = {
  /** One to three fields or columns. */
  readonly group_by: readonly string[]
  readonly duration: { readonly value: number; readonly unit: 's' | 'm' | 'h' }
  readonly missing_fields_strategy: 'doNotSuppress' | 'suppress'
}

export type KibanaThreat = {
  readonly framework: 'MITRE ATT&CK'
  readonly tactic: KibanaThreatPart
  readonly technique?: readonly KibanaTechnique[]
}

export type KibanaThreatPart = { readonly id: string; readonly name: string; readonly reference: string }

export type KibanaTechnique = KibanaThreatPart & { readonly subtechnique?: readonly KibanaThreatPart[] }
