import { pattern, text } from '../ir/pattern.ts'
import { anyOf, field, type FieldName, type Predicate, type ValueTest } from '../ir/predicate.ts'
import type { LogSource } from '../ir/rule.ts'
import type { FieldInfo } from './mapping.ts'

/** What a mapping knows of the events that it maps rules to. */
export interface Events {
  /** The mapping's name, for hints. */
  readonly mapping: string
  /** Whose events they are, as a sentence begins with them: `detpack's events`. */
  readonly whose: string
  /** The source that a rule names; undefined when the events cannot answer it. */
  answer(of: LogSource): AnsweredSource | undefined
  /** What can be written as a log source, for hints. */
  readonly answered: readonly string[]
  field(name: FieldName): FieldInfo | undefined
}

/** A Sigma log source that events answer: which of them, and under which names. */
export interface AnsweredSource {
  /** How it is written in a rule, for hints. */
  readonly written: string
  /** Which events belong to it. */
  readonly where: Predicate
  /** How the events say a field of Sigma; undefined when they do not have it. */
  saying(name: FieldName): FieldSaying | undefined
  /** The field that holds the whole message, for keywords; undefined: any field may hold it; null: it is not kept. */
  readonly message?: FieldName | null
  /** Field names for hints, and where to look for others. */
  readonly names: readonly string[]
  readonly more?: string
}

export type FieldSaying =
  | { readonly kind: 'renamed'; readonly to: FieldName }
  /** The events say it in another way than by a value of one field. */
  | Rewriting

export interface Rewriting {
  readonly kind: 'rewritten'
  /** What can be asked of the field; completes "… can only be asked". */
  readonly asks: string
  /** The fields that the answer is looked for in. */
  readonly fields: readonly FieldName[]
  /** The same question in the names of the events; undefined for a test that has no such way. */
  rewrite(test: ValueTest): Predicate | undefined
}

/** The field has one of these values, spelt like this. */
export function exactly(name: FieldName, ...values: readonly string[]): Predicate {
  return anyOf(...values.map((value) => field(name, { is: 'text', pattern: pattern(text(value)), cased: true })))
}

/** How a log source is written in a rule. */
export function writtenSource(of: Partial<Pick<LogSource, 'product' | 'category' | 'service'>>): string {
  const { product = null, category = null, service = null } = of
  return Object.entries({ product, category, service })
    .flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`]))
    .join(', ')
}
