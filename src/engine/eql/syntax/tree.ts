import type { Span } from '../../../diagnostic/source.ts'
import type { Duration } from '../../../ir/duration.ts'

/** A query as it is written. */
export type Query = EventQuery | SequenceQuery | SampleQuery

export interface EventQuery {
  readonly kind: 'event'
  readonly filter: Filter
  readonly pipes: readonly Pipe[]
}

export interface SequenceQuery {
  readonly kind: 'sequence'
  /** At least two after `runs`, or one beside one that must be missing. */
  readonly items: readonly Item[]
  readonly maxspan: Duration | null
  readonly until: Item | null
  readonly pipes: readonly Pipe[]
}

export interface SampleQuery {
  readonly kind: 'sample'
  readonly items: readonly Item[]
}

/** `process where …` */
export interface Filter {
  /** Null for `any`. */
  readonly category: { readonly name: string; readonly span: Span } | null
  readonly where: Expression
}

/** `[process where …] by a, b with runs=3` */
export interface Item {
  readonly filter: Filter
  /** Those of the whole query, then its own; of one length in all items. */
  readonly keys: readonly FieldRef[]
  readonly missing: boolean
  readonly runs: number
  readonly span: Span
}

export interface Pipe {
  readonly kind: 'head' | 'tail'
  readonly count: number
}

export type Expression =
  | Literal
  | FieldRef
  | {
      readonly kind: 'call'
      readonly name: string
      /** Written with `~`: case does not count. */
      readonly folds: boolean
      readonly args: readonly Expression[]
      readonly nameSpan: Span
      readonly span: Span
    }
  | { readonly kind: 'negative'; readonly of: Expression; readonly span: Span }
  | {
      readonly kind: 'arithmetic'
      readonly operator: Arithmetic
      readonly left: Expression
      readonly right: Expression
      readonly span: Span
    }
  | {
      readonly kind: 'comparison'
      readonly operator: Comparison
      readonly left: Expression
      readonly right: Expression
      readonly span: Span
    }
  | {
      readonly kind: 'in'
      readonly of: Expression
      readonly list: readonly Expression[]
      readonly folds: boolean
      readonly span: Span
    }
  | {
      readonly kind: 'match'
      /** `:` is `like` without case. */
      readonly operator: ':' | 'like' | 'regex'
      readonly folds: boolean
      readonly of: Expression
      readonly patterns: readonly Literal[]
      readonly span: Span
    }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[]; readonly span: Span }
  | { readonly kind: 'not'; readonly of: Expression; readonly span: Span }

export interface Literal {
  readonly kind: 'literal'
  readonly value: string | number | boolean | null
  /** A number that was written with a point or exponent. */
  readonly decimal: boolean
  readonly span: Span
}

export interface FieldRef {
  readonly kind: 'field'
  readonly name: string
  /** Written with `?`: may have no mapping, and is then absent. */
  readonly optional: boolean
  readonly span: Span
}

export type Arithmetic = '+' | '-' | '*' | '/' | '%'
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='
