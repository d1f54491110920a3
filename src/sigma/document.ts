import type { Span } from '../diagnostic/source.ts'
import type { ScalarNode } from '../diagnostic/yaml.ts'
import type { Level, LogSource, Measure, Bounds, Status, Governance } from '../ir/rule.ts'
import type { Duration } from '../ir/duration.ts'
import type { Condition } from './condition.ts'

/** One document of a Sigma collection, decoded and checked by itself; what it names is not resolved yet. */
export type SigmaDocument = SigmaRule | SigmaCorrelation | SigmaFilter

/** A text and where it stands. */
export interface Word {
  readonly text: string
  readonly span: Span
}

/** The attributes that do not change what matches; null or empty where absent. */
export interface Metadata {
  readonly id: Word | null
  readonly name: Word | null
  readonly title: string
  readonly description: string | null
  readonly status: Status | null
  readonly level: Level | null
  readonly author: string | null
  readonly license: string | null
  readonly taxonomy: string | null
  /** `YYYY-MM-DD`, as `modified` */
  readonly date: string | null
  readonly modified: string | null
  readonly tags: readonly string[]
  readonly references: readonly string[]
  readonly falsepositives: readonly string[]
  readonly fields: readonly string[]
  readonly scope: readonly string[]
  readonly related: readonly Related[]
}

export interface Related {
  readonly id: string
  readonly type: string
}

interface SigmaBase {
  readonly metadata: Metadata
  readonly span: Span
}

export interface SigmaRule extends SigmaBase {
  readonly kind: 'rule'
  readonly logsource: LogSource
  readonly detection: Detection
  readonly attribute: Attribute | null
}

export interface SigmaCorrelation extends SigmaBase {
  readonly kind: 'correlation'
  readonly type: CorrelationType
  readonly rules: readonly Word[]
  readonly groupBy: readonly Word[]
  readonly timespan: Duration
  readonly aliases: readonly Alias[]
  readonly condition: CorrelationCondition | null
  readonly generate: boolean
  readonly attribute: Attribute | null
}

export interface SigmaFilter extends SigmaBase {
  readonly kind: 'filter'
  readonly logsource: LogSource
  /** Null for `any`: every rule that reads this log source. */
  readonly rules: readonly Word[] | null
  readonly detection: Detection
}

export interface Detection {
  readonly selections: readonly NamedSelection[]
  /** At least one; they are joined by `or`. */
  readonly conditions: readonly Condition[]
}

export interface NamedSelection {
  readonly name: Word
  readonly body: Selection
}

export type Selection =
  | { readonly kind: 'all'; readonly of: readonly Selection[] }
  | { readonly kind: 'any'; readonly of: readonly Selection[] }
  | DetectionItem

/** `field|modifier|modifier: value or list of values`. */
export interface DetectionItem {
  readonly kind: 'item'
  /** Null: the whole message. */
  readonly field: string | null
  readonly modifiers: readonly Word[]
  readonly values: readonly ScalarNode[]
  readonly span: Span
}

export type CorrelationType =
  | 'event_count'
  | 'temporal'
  | 'temporal_ordered'
  | 'value_count'
  | 'value_sum'
  | 'value_avg'
  | 'value_percentile'
  | 'value_median'

export interface Alias {
  readonly name: Word
  readonly fields: readonly { readonly rule: Word; readonly field: string }[]
}

export type CorrelationCondition =
  | {
      readonly kind: 'bounds'
      readonly bounds: Bounds
      readonly fields: readonly Word[]
      /** Null where the type measures no values. */
      readonly measure: Measure | null
      readonly span: Span
    }
  | { readonly kind: 'extended'; readonly condition: Condition; readonly span: Span }

/** The `detpack:` attribute: what Sigma cannot say. */
export interface Attribute {
  readonly governance: Governance
  readonly task: TaskCondition | null
  readonly steps: readonly AttributeStep[] | null
  readonly join: readonly AttributeJoin[]
  readonly unless: readonly AttributeAbsence[]
  readonly until: Word | null
  readonly span: Span
}

/** True of uses in one of these tasks; `declared` asks whether there is a task at all. */
export interface TaskCondition {
  /** Null: whatever the name. */
  readonly names: readonly Word[] | null
  readonly declared: boolean | null
  readonly span: Span
}

export interface AttributeStep {
  readonly as: Word | null
  readonly rule: Word
  readonly within: Duration | null
  readonly span: Span
}

/** Two `step.field` texts. */
export interface AttributeJoin {
  readonly left: Word
  readonly right: Word
  readonly span: Span
}

export interface AttributeAbsence {
  readonly rule: Word
  readonly where: 'between' | 'before' | 'after'
  /** One step, two for `between`. */
  readonly steps: readonly Word[]
  readonly within: Duration | null
  readonly span: Span
}
