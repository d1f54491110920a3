import type { Span } from '../diagnostic/source.ts'
import type { Pattern } from './pattern.ts'

/**
 * What must be true of one event. Truth is two-valued: a test on a field that is absent is false (but for `null` and
 * `exists: false`), and `not` turns it round. On a multi-valued field a test is true when it is true of any value.
 */
export type Predicate =
  | { readonly op: 'all'; readonly of: readonly Predicate[] }
  | { readonly op: 'any'; readonly of: readonly Predicate[] }
  | { readonly op: 'not'; readonly of: Predicate }
  | Test

export interface Test {
  readonly op: 'test'
  readonly subject: Subject
  readonly test: ValueTest
  /** Where the value stands in the rule; absent on what detpack added by itself. */
  readonly span?: Span
  /**
   * The item of a selection that the test was made from: tests with the same one are the values of one field in the
   * rule. Absent on what the rule does not say by an item.
   */
  readonly item?: Span
}

export type Subject =
  | { readonly kind: 'field'; readonly name: FieldName }
  /** The whole message (Sigma keywords): true when it is true of any value, at any depth, of the event. */
  | { readonly kind: 'message' }

/** A field as events carry it, dots between levels. */
export type FieldName = string & { readonly __brand?: 'FieldName' }

export type ValueTest =
  /** The whole value has this form. Numbers and booleans are tested by their JSON text. */
  | { readonly is: 'text'; readonly pattern: Pattern; readonly cased: boolean }
  /** Equal as a number; a text value equals when it is exactly the number's JSON text. */
  | { readonly is: 'number'; readonly value: number }
  /** Equal as a boolean; a text value equals when it is that word, whatever the case. */
  | { readonly is: 'boolean'; readonly value: boolean }
  /** The field is absent, null, or an empty list. */
  | { readonly is: 'null' }
  /**
   * The field is there, whatever its value, null and an empty list included (Sigma 2.1, modifiers). Stores that cannot
   * tell null from absent say it exactly of events without null members, as detpack writes them.
   */
  | { readonly is: 'exists'; readonly present: boolean }
  /** Numeric order; a text value that is a decimal number counts as that number, any other is false. */
  | { readonly is: 'order'; readonly operator: Order; readonly value: number }
  /** An IP address inside a network, IPv4 or IPv6, in CIDR form; an IPv4-mapped IPv6 address counts as its IPv4. */
  | { readonly is: 'cidr'; readonly network: string }
  /** Found anywhere in the value, in linear time (RE2 syntax). */
  | { readonly is: 'regex'; readonly source: string; readonly flags: RegexFlags }
  /** Compared with another field of the same event. */
  | { readonly is: 'field'; readonly other: FieldName; readonly relation: Relation; readonly cased: boolean }
  /** A part of a time value, in UTC. */
  | { readonly is: 'time-part'; readonly part: TimePart; readonly value: number }

export type Order = 'lt' | 'lte' | 'gt' | 'gte'
export type Relation = 'equals' | 'startswith' | 'endswith' | 'contains'
/** `week` is the ISO 8601 week. */
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year'

export interface RegexFlags {
  readonly ignoreCase: boolean
  readonly multiline: boolean
  readonly dotAll: boolean
}

/** True of every event. */
export const always: Predicate = { op: 'all', of: [] }
/** True of no event. */
export const never: Predicate = { op: 'any', of: [] }

/** Conjunction, flattened; of nothing: `always`. */
export function all(...of: readonly Predicate[]): Predicate {
  return joined('all', of)
}

/** Disjunction, flattened; of nothing: `never`. */
export function anyOf(...of: readonly Predicate[]): Predicate {
  return joined('any', of)
}

function joined(op: 'all' | 'any', of: readonly Predicate[]): Predicate {
  const flat = of.some((each) => each.op === op) ? of.flatMap((each) => (each.op === op ? each.of : each)) : of
  const [only] = flat
  return flat.length === 1 && only ? only : { op, of: flat }
}

export function not(of: Predicate): Predicate {
  return of.op === 'not' ? of.of : { op: 'not', of }
}

export function field(name: FieldName, test: ValueTest, span?: Span, item?: Span): Test {
  return testOf({ kind: 'field', name }, test, span, item)
}

export function message(test: ValueTest, span?: Span, item?: Span): Test {
  return testOf({ kind: 'message' }, test, span, item)
}

function testOf(subject: Test['subject'], test: ValueTest, span: Span | undefined, item: Span | undefined): Test {
  if (span === undefined) return { op: 'test', subject, test }
  return item === undefined ? { op: 'test', subject, test, span } : { op: 'test', subject, test, span, item }
}

/** The same, without the places in rules, which hold on to the texts of them. */
export function withoutSpans(predicate: Predicate): Predicate {
  switch (predicate.op) {
    case 'all':
    case 'any':
      return { op: predicate.op, of: predicate.of.map(withoutSpans) }
    case 'not':
      return { op: 'not', of: withoutSpans(predicate.of) }
    case 'test':
      return { op: 'test', subject: predicate.subject, test: predicate.test }
  }
}

/** Whether a predicate nests no deeper than so many levels; asked first, so that a walk over it stays shallow. */
export function nestsWithin(predicate: Predicate, levels: number): boolean {
  if (levels === 0) return false
  switch (predicate.op) {
    case 'all':
    case 'any':
      return predicate.of.every((each) => nestsWithin(each, levels - 1))
    case 'not':
      return nestsWithin(predicate.of, levels - 1)
    case 'test':
      return true
  }
}
