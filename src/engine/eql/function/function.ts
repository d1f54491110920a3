import type { Span } from '../../../diagnostic/source.ts'
import type { Folding } from '../value/text.ts'
import type { Value, ValueType } from '../value/value.ts'

/** One of the functions that the server has. */
export interface EqlFunction {
  /** As the documentation writes it; case does not count in a query. */
  readonly name: string
  /** There is a variant with `~`. */
  readonly folds: boolean
  readonly parameters: readonly Parameter[]
  /** The last parameter may come any number of times. */
  readonly many?: boolean
  readonly result: ValueType
  /** Prepares one call; throws a `Problem` for a constant that it cannot take. */
  readonly prepare: (call: Call) => Run
}

/** Arguments are null only where a parameter is optional. */
export type Run = (args: readonly (Value | null)[]) => Value | null

export interface Parameter {
  readonly name: string
  readonly type: ParameterType
  /** May be left out, or null, which is the same. */
  readonly optional?: boolean
  /** May not depend on the event. */
  readonly constant?: boolean
}

/** `any` comes as its text. */
export type ParameterType = 'text' | 'number' | 'whole' | 'truth' | 'address' | 'any'

export interface Call {
  /** Null for a call without `~`. */
  readonly folding: Folding | null
  /** The values of arguments that do not depend on the event; undefined for others. */
  readonly constants: readonly (Value | null | undefined)[]
  readonly spans: readonly Span[]
  readonly span: Span
}
