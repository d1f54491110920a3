import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Program, RuleId } from '../ir/rule.ts'
import type { Mapping } from '../mapping/mapping.ts'

export type Language = 'eql' | 'esql' | 'kql' | 'lucene' | 'spl'

/** Says rules in one native language. Pure: the same rule, mapping and store give the same text. */
export interface Backend {
  readonly language: Language
  /**
   * The query of one rule of a program that has been mapped. Exact or refused: a node that the language cannot say is a
   * `backend/…` diagnostic (error) at its place in the rule; an approximate one is refused too, unless the rule accepts
   * it by name and the acceptance has not run out.
   */
  compile(program: Program, rule: RuleId, context: CompileContext): Compilation
}

export interface CompileContext {
  /** The mapping that the program went through; tells the types of fields. */
  readonly mapping: Mapping
  readonly store: EventStore
  /** `YYYY-MM-DD`; acceptances end by it. */
  readonly today: string
}

/** Where the events lie in the targets. */
export interface EventStore {
  /** Elastic index pattern, such as `logs-detpack.use-*`. */
  readonly elasticIndex: string
  /** Splunk's base search, such as `index=detpack sourcetype="detpack:event"`. */
  readonly splunkBase: string
}

export type Compilation =
  | { readonly kind: 'query'; readonly query: NativeQuery; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }

export interface NativeQuery {
  readonly language: Language
  readonly rule: RuleId
  readonly text: string
  /** How an alert's identity is read from a result row or sequence. */
  readonly identity: ResultIdentity
  /** What the text does not say exactly, each accepted by the rule. */
  readonly approximations: readonly Approximation[]
}

/** Where the result holds the identity of semantics §2. */
export type ResultIdentity =
  /** One result is one event: its id is both first and last. `column` holds it. */
  | { readonly of: 'event'; readonly column: string }
  /** A sequence of events (EQL): first and last positive event, join keys in the order of the group. */
  | { readonly of: 'sequence'; readonly keys: readonly string[] }
  /** A row with one column each (ES|QL, SPL); `keys` maps group key → column. */
  | {
      readonly of: 'row'
      readonly keys: Readonly<Record<string, string>>
      readonly first: string
      readonly last: string
    }

export interface Approximation {
  /** The IR node, by the names of the capability matrix: `value-count`, `event-count`, `identity`, … */
  readonly node: string
  readonly why: string
}
