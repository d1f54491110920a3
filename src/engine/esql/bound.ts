import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import type { DataType } from './data-type.ts'
import { typeRefusal } from './refusal.ts'
import { isSeveral, type Scalar, type TimeSpan, type Value } from './value.ts'

/** The cells of one row, by the index of their column. */
export type Row = readonly Value[]

/** An expression whose names, types and functions are decided. */
export interface Bound {
  readonly type: DataType
  readonly span: Span
  /** There when the value is the same in every row. */
  readonly constant?: { readonly value: Value }
  /** Only of type `time_span`, which is always constant. */
  readonly length?: TimeSpan
  readonly evaluate: (row: Row) => Value
}

/** What an evaluation may fail with: the value becomes null, and the place is told once, as the server does it. */
export class EvaluationFailure extends Error {}

/** What ends the whole query, as it does on the server. */
export class Misuse extends Error {}

/** Places at which values became null. */
export class Failures {
  readonly #told = new Map<string, Diagnostic>()

  note(span: Span, reason: string): void {
    const place = `${span.start} ${span.end}`
    if (this.#told.has(place)) return
    const { text } = span.source
    const message = `"${text.slice(span.start, span.end)}" gave null in at least one row: ${reason}`
    this.#told.set(place, warning('esql/evaluation', message, span))
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#told.values()]
  }
}

const SEVERAL = 'it takes one value, and there were several'

/** Makes an evaluation of functions that take one value of each argument; null and several values give null. */
export function single(
  args: readonly Bound[],
  span: Span,
  failures: Failures,
  apply: (...values: Scalar[]) => Value,
): (row: Row) => Value {
  return (row) => {
    const values: Scalar[] = []
    for (const arg of args) {
      const value = arg.evaluate(row)
      if (value === null) return null
      if (isSeveral(value)) {
        failures.note(span, SEVERAL)
        return null
      }
      values.push(value)
    }
    return attempt(span, failures, () => apply(...values))
  }
}

/** What was computed, or null where it failed. */
export function attempt(span: Span, failures: Failures, compute: () => Value): Value {
  try {
    return compute()
  } catch (failure) {
    if (failure instanceof Misuse) throw typeRefusal(failure.message, span)
    if (!(failure instanceof EvaluationFailure)) throw failure
    failures.note(span, failure.message)
    return null
  }
}

export function constant(type: DataType, value: Value, span: Span): Bound {
  return { type, span, constant: { value }, evaluate: () => value }
}

/** The same expression, computed once where nothing in it depends on the row. */
export function folded(bound: Bound, args: readonly Bound[]): Bound {
  if (args.some((arg) => arg.constant === undefined)) return bound
  return { ...bound, ...constant(bound.type, bound.evaluate([]), bound.span) }
}
