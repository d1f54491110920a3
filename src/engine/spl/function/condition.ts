import ipaddr from 'ipaddr.js'
import { compare } from '../expression/operate.ts'
import { isSeveral, numberOf, singlesOf, textOf, type Value } from '../value.ts'
import { likeForm } from '../wildcard.ts'
import { regexFunction } from './regex-argument.ts'
import { constantText, plain, required, type EvalFunctions, type Evaluate } from './spec.ts'

export const conditionFunctions: EvalFunctions = {
  case: {
    least: 2,
    most: Infinity,
    gives: 'any',
    prepare: (of, compiler) => {
      const last = of.at(-1)
      if (of.length % 2 === 1 && last) compiler.fail(last, { message: '"case" takes pairs of a condition and a value' })
      const pairs: [Evaluate, Evaluate][] = []
      for (const [at, condition] of of.entries()) {
        const value = of[at + 1]
        if (at % 2 === 0 && value) pairs.push([compiler.condition(condition), compiler.compile(value)])
      }
      return (fields, run) => {
        for (const [condition, value] of pairs) if (condition(fields, run) === true) return value(fields, run)
        return null
      }
    },
  },
  /** The opposite of `case`: the value of the first condition that is false. */
  validate: {
    least: 2,
    most: Infinity,
    gives: 'any',
    prepare: (of, compiler) => {
      const last = of.at(-1)
      if (of.length % 2 === 1 && last)
        compiler.fail(last, { message: '"validate" takes pairs of a condition and a value' })
      const parts = of.map((each, at) => (at % 2 === 0 ? compiler.condition(each) : compiler.compile(each)))
      return (fields, run) => {
        for (let at = 0; at < parts.length; at += 2)
          if (parts[at]?.(fields, run) === false) return parts[at + 1]?.(fields, run) ?? null
        return null
      }
    },
  },
  if: {
    least: 3,
    most: 3,
    gives: 'any',
    prepare: (of, compiler) => {
      const test = compiler.condition(required(of, 0))
      const [yes, no] = [compiler.compile(required(of, 1)), compiler.compile(required(of, 2))]
      return (fields, run) => (test(fields, run) === true ? yes(fields, run) : no(fields, run))
    },
  },
  coalesce: {
    least: 1,
    most: Infinity,
    gives: 'any',
    prepare: (of, compiler) => {
      const parts = of.map((each) => compiler.compile(each))
      return (fields, run) => {
        for (const part of parts) {
          const value = part(fields, run)
          if (value !== null) return value
        }
        return null
      }
    },
  },
  null: plain(0, 0, () => null),
  nullif: plain(2, 2, (a = null, b = null) => (compare('==', a, b) === true ? null : a), 'any'),
  isnull: plain(1, 1, (value) => value === null, 'boolean'),
  isnotnull: plain(1, 1, (value) => value !== null, 'boolean'),
  isnum: plain(1, 1, (value = null) => numberOf(value) !== undefined, 'boolean'),
  isint: plain(1, 1, (value = null) => Number.isInteger(numberOf(value)), 'boolean'),
  isstr: plain(1, 1, (value = null) => typeof value === 'string' && numberOf(value) === undefined, 'boolean'),
  isbool: plain(1, 1, (value) => typeof value === 'boolean', 'boolean'),
  ismv: plain(1, 1, (value = null) => isSeveral(value), 'boolean'),
  typeof: plain(1, 1, (value = null) => typeName(value)),
  true: plain(0, 0, () => true, 'boolean'),
  false: plain(0, 0, () => false, 'boolean'),
  in: plain(
    2,
    Infinity,
    (value = null, ...list) => {
      if (value === null) return null
      return list.some((each) => compare('==', value, each) === true)
    },
    'boolean',
  ),
  like: {
    least: 2,
    most: 2,
    gives: 'boolean',
    prepare: (of, compiler) => {
      const pattern = required(of, 1)
      const [value, form] = [compiler.compile(required(of, 0)), compiler.compile(pattern)]
      const constant = constantText(pattern)
      const fixed = constant === undefined ? undefined : likeForm(constant)
      return (fields, run) => {
        const written = fixed ? '' : textOf(form(fields, run))
        const held = value(fields, run)
        if (held === null || written === null) return null
        const test = fixed ?? likeForm(written)
        return singlesOf(held).some((each) => test(String(each)))
      }
    },
  },
  match: regexFunction(2, 'boolean', (regex, value) => {
    if (value === null) return null
    return singlesOf(value).some((each) => regex.test(String(each)))
  }),
  cidrmatch: plain(2, 2, (network = null, address = null) => cidrMatch(textOf(network), address), 'boolean'),
  searchmatch: {
    least: 1,
    most: 1,
    gives: 'boolean',
    prepare: (of, compiler) => {
      const written = required(of, 0)
      const text = constantText(written)
      if (text === undefined)
        return compiler.fail(written, { message: '"searchmatch" takes a search in double quotes' })
      return compiler.search(text, written)
    },
  },
}

function typeName(value: Value): string {
  if (value === null) return 'Invalid'
  if (typeof value === 'boolean') return 'Boolean'
  return numberOf(value) === undefined ? 'String' : 'Number'
}

/** Whether an address lies in a network, IPv4 or IPv6; null for what is none of these. */
export function cidrMatch(network: string | null, addresses: Value): boolean | null {
  if (network === null || addresses === null) return null
  const range = rangeOf(network)
  if (range === undefined) return null
  return singlesOf(addresses).some((each) => inRange(String(each), range))
}

export type AddressRange = [ipaddr.IPv4 | ipaddr.IPv6, number]

export function rangeOf(network: string): AddressRange | undefined {
  return ipaddr.isValidCIDR(network) ? ipaddr.parseCIDR(network) : undefined
}

export function inRange(address: string, range: AddressRange): boolean {
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  return parsed.kind() === range[0].kind() && parsed.match(range)
}
