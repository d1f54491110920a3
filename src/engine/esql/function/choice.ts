import { folded, type Bound } from '../bound.ts'
import { alike, checked, type Call, type FunctionSpec } from '../function-spec.ts'
import { truth } from '../operator.ts'
import { each, orderOf } from '../value.ts'

/** Conditions with their values, and what holds where none of them is true. */
const choose: FunctionSpec = {
  least: 2,
  most: Infinity,
  bind(call) {
    const args = checked(call, ['any'])
    const odd = args.length % 2 === 1
    const pairs = Array.from({ length: args.length >> 1 }, (_, at) => [args[2 * at], args[2 * at + 1]])
    const conditions = pairs.flatMap(([condition]) => (condition ? [truth(condition, call.failures)] : []))
    const given = [...pairs.flatMap(([, value]) => value ?? []), ...(odd ? args.slice(-1) : [])]
    const { type, values } = alike(call, given)
    const evaluate: Bound['evaluate'] = (row) => {
      const found = conditions.findIndex((condition) => condition(row) === true)
      const chosen = found === -1 ? values[conditions.length] : values[found]
      return chosen?.evaluate(row) ?? null
    }
    return folded({ type, span: call.span, evaluate }, args)
  },
}

const coalesce: FunctionSpec = {
  least: 1,
  most: Infinity,
  bind(call) {
    const args = checked(call, ['any'])
    const { type, values } = alike(call, args)
    const evaluate: Bound['evaluate'] = (row) => {
      for (const arg of values) {
        const value = arg.evaluate(row)
        if (value !== null) return value
      }
      return null
    }
    return folded({ type, span: call.span, evaluate }, args)
  },
}

/** The extreme of all values of all arguments; null where one of them is null. */
function extreme(sign: 1 | -1): FunctionSpec {
  return {
    least: 1,
    most: Infinity,
    bind(call: Call) {
      const args = checked(call, ['any'])
      const { type, values: alikes } = alike(call, args)
      const order = orderOf(type)
      const evaluate: Bound['evaluate'] = (row) => {
        const values = alikes.map((arg) => arg.evaluate(row))
        if (values.includes(null)) return null
        return values.flatMap(each).reduce((a, b) => (sign * order(a, b) >= 0 ? a : b))
      }
      return folded({ type, span: call.span, evaluate }, args)
    },
  }
}

export const choiceFunctions: Readonly<Record<string, FunctionSpec>> = {
  case: choose,
  coalesce,
  greatest: extreme(1),
  least: extreme(-1),
}
