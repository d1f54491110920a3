import type { Span } from '../diagnostic/source.ts'
import type { Duration } from './duration.ts'
import type { FieldName, Predicate } from './predicate.ts'

/** A rule's identity everywhere: its `id`, else its `name`, else its title. */
export type RuleId = string & { readonly __brand: 'RuleId' }

export type Rule = EventRule | Correlation

/** Rules closed under reference: whatever a correlation names is in it, and no correlation reaches itself. */
export interface Program {
  /** What a correlation names comes before it. */
  readonly rules: ReadonlyMap<RuleId, Rule>
}

/** What every rule carries besides its meaning. */
export interface RuleHeader {
  readonly id: RuleId
  readonly name: string | null
  readonly title: string
  readonly description: string | null
  readonly status: Status | null
  readonly level: Level | null
  readonly author: string | null
  readonly date: string | null
  readonly modified: string | null
  readonly tags: readonly string[]
  readonly references: readonly string[]
  readonly falsepositives: readonly string[]
  /** Fields an analyst should see first. */
  readonly fields: readonly FieldName[]
  readonly governance: Governance
  /** The whole document. */
  readonly span: Span
}

export type Status = 'stable' | 'test' | 'experimental' | 'deprecated' | 'unsupported'
export type Level = 'informational' | 'low' | 'medium' | 'high' | 'critical'

/** The part of the `detpack:` attribute (semantics §4) that does not change what matches. */
export interface Governance {
  readonly version: number | null
  readonly risk: readonly string[]
  /** `task/grant`: the clause an alert names. */
  readonly grant: string | null
  readonly triage: readonly TriageStep[]
  readonly accept: readonly Acceptance[]
}

export interface TriageStep {
  readonly ask: string
  readonly run: string | null
}

/** The author accepts an approximate translation of one node in one language, until a date. */
export interface Acceptance {
  readonly language: string
  readonly node: string
  readonly why: string
  /** `YYYY-MM-DD` */
  readonly until: string
  readonly span: Span
}

export interface LogSource {
  readonly category: string | null
  readonly product: string | null
  readonly service: string | null
  readonly definition: string | null
  readonly span: Span
}

/** True of single events. */
export interface EventRule extends RuleHeader {
  readonly kind: 'event'
  readonly logsource: LogSource
  readonly where: Predicate
  /** False when the rule is only there to be named by correlations, none of which says `generate: true`. */
  readonly alone: boolean
}

/** True of several events together. */
export interface Correlation extends RuleHeader {
  readonly kind: 'correlation'
  readonly body: CorrelationBody
  readonly group: readonly GroupKey[]
  readonly timespan: Duration
  /** True of each event that the body counts or steps over (`detpack: task`); absence and until are free of it. */
  readonly guard: Predicate
  /** As for event rules: false when only other correlations use it. */
  readonly alone: boolean
}

/** One key of the group; the same key may be read from different fields of different rules (Sigma aliases). */
export interface GroupKey {
  readonly name: string
  /** The field to read on events of a rule; rules not named here are read by `name`. */
  readonly fieldOf: ReadonlyMap<RuleId, FieldName>
  readonly span: Span
}

export function keyField(key: GroupKey, rule: RuleId): FieldName {
  return key.fieldOf.get(rule) ?? key.name
}

export type CorrelationBody = Ordered | Unordered | Count | Value

/** `temporal_ordered`: one event per step, strictly ascending. */
export interface Ordered {
  readonly type: 'ordered'
  readonly steps: readonly Step[]
  readonly joins: readonly Join[]
  readonly unless: readonly Absence[]
  /** Kills a chain that such an event interrupts. */
  readonly until: RuleUse | null
}

/** A rule named inside a correlation, and where. */
export interface RuleUse {
  readonly rule: RuleId
  readonly span: Span
}

export interface Step extends RuleUse {
  /** The step's name; unique in its correlation. */
  readonly as: string
  /** Longest gap to the step before, inclusive; null: only the timespan bounds it. Always null on the first step. */
  readonly within: Duration | null
}

/** Two fields of two steps are equal as exact text; any common value of multi-valued fields will do. */
export interface Join {
  readonly left: StepField
  readonly right: StepField
  readonly span: Span
}

export interface StepField {
  /** Index into `steps`. */
  readonly step: number
  readonly field: FieldName
}

/** No such event in the same group. Bounds are in whole milliseconds. */
export type Absence = RuleUse &
  (
    | /** Strictly between the step at index `after` and the next. */
      { readonly where: 'between'; readonly after: number }
      /** In [first − within, first); without `within`: in [last − timespan, first). */
    | { readonly where: 'before'; readonly within: Duration | null }
    /** In (last, last + within]; without `within`: in (last, first + timespan]. */
    | { readonly where: 'after'; readonly within: Duration | null }
  )

/** `temporal`: the condition over which rules have matched in the window. */
export interface Unordered {
  readonly type: 'unordered'
  readonly of: readonly RuleUse[]
  readonly condition: Presence
}

export type Presence =
  | { readonly op: 'all'; readonly of: readonly Presence[] }
  | { readonly op: 'any'; readonly of: readonly Presence[] }
  /** No match in [closing − timespan, closing]. */
  | { readonly op: 'not'; readonly of: Presence }
  | { readonly op: 'rule'; readonly rule: RuleId }
  /** How many different rules of the correlation have matched. */
  | { readonly op: 'count'; readonly bounds: Bounds }

/** `event_count`. */
export interface Count {
  readonly type: 'count'
  readonly of: readonly RuleUse[]
  readonly bounds: Bounds
}

/** `value_count`, `value_sum`, `value_avg`, `value_percentile`, `value_median`. */
export interface Value {
  readonly type: 'value'
  readonly of: readonly RuleUse[]
  readonly measure: Measure
  /** One field, but for `distinct`, which counts distinct tuples of several. */
  readonly fields: readonly FieldName[]
  readonly bounds: Bounds
}

export type Measure =
  | { readonly of: 'distinct' }
  | { readonly of: 'sum' }
  | { readonly of: 'average' }
  | { readonly of: 'median' }
  /** Nearest-rank percentile, 0–100. */
  | { readonly of: 'percentile'; readonly rank: number }

/** At least one; all must hold. */
export type Bounds = readonly Bound[]

export interface Bound {
  readonly operator: 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq'
  readonly value: number
}

/** The rules a correlation names, each once: those it counts or steps over, then those it must not see. */
export function namedRules(of: Correlation): readonly RuleId[] {
  return [...new Set([...steppedRules(of), ...absentRules(of)])]
}

/** The rules whose events a correlation counts or steps over. */
export function steppedRules(of: Correlation): readonly RuleId[] {
  const uses: readonly RuleUse[] = of.body.type === 'ordered' ? of.body.steps : of.body.of
  return [...new Set(uses.map((use) => use.rule))]
}

function absentRules(of: Correlation): readonly RuleId[] {
  if (of.body.type !== 'ordered') return []
  const uses = of.body.until ? [...of.body.unless, of.body.until] : of.body.unless
  return uses.map((use) => use.rule)
}
