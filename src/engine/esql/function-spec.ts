import type { Span } from '../../diagnostic/source.ts'
import { folded, single, type Bound, type Failures } from './bound.ts'
import { convert, implicitly } from './conversion.ts'
import { commonType, isNumeric, isWhole, type DataType } from './data-type.ts'
import { typeRefusal } from './refusal.ts'
import type { Scalar, Value } from './value.ts'

/** A function as it is called somewhere. */
export interface Call {
  readonly name: string
  readonly args: readonly Bound[]
  readonly span: Span
  readonly failures: Failures
  /** Epoch milliseconds. */
  readonly now: number
}

/** Decides types and gives what is evaluated; the number of arguments has been checked. */
export interface FunctionSpec {
  readonly least: number
  readonly most: number
  readonly bind: (call: Call) => Bound
}

/** What an argument may be. */
export type Kind = 'string' | 'integer' | 'whole' | 'numeric' | 'date' | 'ip' | 'boolean' | 'any'

const ACCEPTS: Readonly<Record<Kind, (type: DataType) => boolean>> = {
  string: (type) => type === 'keyword',
  integer: (type) => type === 'integer',
  whole: isWhole,
  numeric: isNumeric,
  date: (type) => type === 'datetime',
  ip: (type) => type === 'ip',
  boolean: (type) => type === 'boolean',
  any: (type) => type !== 'time_span',
}

/** The arguments, each of its kind (the last kind serves all further ones); a text literal may be a date or address. */
export function checked(call: Call, kinds: readonly Kind[]): readonly Bound[] {
  return call.args.map((arg, at) => {
    const kind = kinds[Math.min(at, kinds.length - 1)] ?? 'any'
    if (arg.type === 'null' || ACCEPTS[kind](arg.type)) return arg
    const wanted = kind === 'date' ? 'datetime' : kind === 'ip' ? 'ip' : undefined
    const cast = wanted && implicitly(arg, wanted)
    if (cast) return cast
    throw typeRefusal(
      `argument ${at + 1} of ${call.name.toUpperCase()} must be ${kind}, and is ${arg.type}`,
      arg.span,
      kind === 'string' ? 'TO_STRING makes a text of it' : undefined,
    )
  })
}

/** A function of single values: null or several in, null out. */
export function scalar(
  kinds: readonly Kind[],
  result: DataType | ((args: readonly Bound[]) => DataType),
  apply: (...values: never[]) => Value,
  optional = 0,
): FunctionSpec {
  return {
    least: kinds.length - optional,
    most: kinds.length,
    bind(call) {
      const args = checked(call, kinds)
      const type = typeof result === 'string' ? result : result(args)
      const evaluate = single(args, call.span, call.failures, apply as (...values: Scalar[]) => Value)
      return folded({ type, span: call.span, evaluate }, args)
    },
  }
}

/** A function of whole cells. */
export function whole(
  kinds: readonly Kind[],
  result: DataType | ((args: readonly Bound[]) => DataType),
  apply: (values: readonly Value[], args: readonly Bound[]) => Value,
  optional = 0,
): FunctionSpec {
  return {
    least: kinds.length - optional,
    most: kinds.length,
    bind(call) {
      const args = checked(call, kinds)
      const type = typeof result === 'string' ? result : result(args)
      const evaluate: Bound['evaluate'] = (row) =>
        apply(
          args.map((arg) => arg.evaluate(row)),
          args,
        )
      return folded({ type, span: call.span, evaluate }, args)
    },
  }
}

/** The type of the first argument that is no lone null. */
export function typeOfFirst(args: readonly Bound[]): DataType {
  return args.find((arg) => arg.type !== 'null')?.type ?? 'null'
}

/**
 * All values in the type of the first, as CASE, COALESCE and their like need them: narrower numbers are widened, wider
 * ones are refused.
 */
export function alike(
  call: Call,
  args: readonly Bound[],
): { readonly type: DataType; readonly values: readonly Bound[] } {
  const type = typeOfFirst(args)
  const values = args.map((arg) => {
    if (arg.type === type || arg.type === 'null') return arg
    if (isNumeric(type) && isNumeric(arg.type) && commonType(type, arg.type) === type) return convert(arg, type)
    throw typeRefusal(
      `the values of ${call.name.toUpperCase()} must be of one type, and are ${type} and ${arg.type}`,
      arg.span,
    )
  })
  return { type, values }
}

/** A number as a double, whatever kind of number it is. */
export function asDouble(bound: Bound): Bound {
  return bound.type === 'double' ? bound : convert(bound, 'double')
}
