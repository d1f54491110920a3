import ipaddr from 'ipaddr.js'
import { error, warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { ScalarNode } from '../diagnostic/yaml.ts'
import { any, pattern, type Pattern } from '../ir/pattern.ts'
import { all, anyOf, field, message, not, type Predicate, type TimePart, type ValueTest } from '../ir/predicate.ts'
import type { DetectionItem } from './document.ts'
import { parseModifiers, type ModifierChain, type ValueType } from './modifier-chain.ts'
import { regexProblem } from './regex.ts'
import { parseTextValue } from '../ir/written-pattern.ts'
import { applyTransforms, expandRegex, type Placeholders } from './transform.ts'

const MOST_TESTS = 20_000

/** Reports a value, and gives no tests. */
type Refusal = (what: string, hint: string) => readonly ValueTest[] | undefined

/**
 * One item of a selection as a predicate: its values joined by `or`, by `and` with `all`. Undefined when a diagnostic
 * was given.
 */
export function lowerItem(
  item: DetectionItem,
  placeholders: Placeholders,
  diagnostics: Diagnostic[],
): Predicate | undefined {
  const chain = parseModifiers(item, diagnostics)
  if (chain === undefined) return undefined
  if (chain.all && item.values.length < 2) {
    diagnostics.push(
      error('sigma/all-single-value', '"all" needs more than one value', chain.all.span, { hint: 'leave "all" out' }),
    )
    return undefined
  }
  if (chain.transforms.at(-1)?.text === 'base64offset') {
    const hint = 'write "base64offset|contains"'
    diagnostics.push(
      warning('sigma/base64offset-whole', 'the whole value is never just this stretch of base64', item.span, { hint }),
    )
  }
  const values: Predicate[] = []
  let count = 0
  let failed = false
  for (const value of item.values) {
    const tests = lowerValue(item, value, chain, placeholders, diagnostics)
    if (tests === undefined) {
      failed = true
      continue
    }
    count += tests.length
    if (count > MOST_TESTS) {
      diagnostics.push(
        error('sigma/too-large', `the values stand for more than ${MOST_TESTS} tests`, item.span, {
          hint: 'split the item',
        }),
      )
      return undefined
    }
    values.push(anyOf(...tests.map((test) => testOf(item, value, test))))
  }
  if (failed) return undefined
  const joined = chain.all ? all(...values) : anyOf(...values)
  return chain.negated ? not(joined) : joined
}

function testOf(item: DetectionItem, value: ScalarNode, test: ValueTest): Predicate {
  return item.field === null ? message(test, value.span, item.span) : field(item.field, test, value.span, item.span)
}

/** The tests of one value; any of them will do. */
function lowerValue(
  item: DetectionItem,
  value: ScalarNode,
  chain: ModifierChain,
  placeholders: Placeholders,
  diagnostics: Diagnostic[],
): readonly ValueTest[] | undefined {
  const refuse: Refusal = (what, hint) => {
    diagnostics.push(error('sigma/modifier-value', what, value.span, { hint }))
    return undefined
  }
  const { type } = chain
  switch (type.is) {
    case 'plain':
      return lowerPlain(item, value, chain, placeholders, diagnostics)
    case 're': {
      if (value.value === null || typeof value.value === 'boolean') {
        return refuse('"re" needs a text', 'put the expression in quotes')
      }
      const expand = chain.transforms.length > 0
      const sources = expand ? expandRegex(value.text, value.span, placeholders) : [value.text]
      if ('code' in sources) {
        diagnostics.push(sources)
        return undefined
      }
      for (const source of sources) {
        const problem = regexProblem(source, type.flags)
        if (!problem) continue
        diagnostics.push(error('sigma/regex', problem.message, value.span, { hint: problem.hint }))
        return undefined
      }
      return sources.map((source) => ({ is: 'regex', source, flags: type.flags }))
    }
    case 'cidr': {
      const network = typeof value.value === 'string' ? normalNetwork(value.value) : undefined
      if (network === undefined) return refuse('not an IP network', 'write it like 10.0.0.0/8 or 2001:db8::/32')
      if ('should' in network) {
        return refuse('the address has bits behind the prefix', `did you mean "${network.should}"?`)
      }
      return [{ is: 'cidr', network: network.network }]
    }
    case 'exists':
      if (typeof value.value !== 'boolean' || item.values.length > 1) {
        return refuse('"exists" needs one value, true or false', 'write true or false without quotes')
      }
      return [{ is: 'exists', present: value.value }]
    case 'order':
      if (typeof value.value !== 'number') {
        return refuse(`"${type.operator}" needs a number`, 'write the number without quotes')
      }
      return [{ is: 'order', operator: type.operator, value: value.value }]
    case 'field':
      if (typeof value.value !== 'string' || value.value === '') {
        return refuse('"fieldref" needs the name of a field', 'write the name as a text')
      }
      return [{ is: 'field', other: value.value, relation: type.relation, cased: chain.cased }]
    case 'time-part':
      return lowerTimePart(value, type, refuse)
  }
}

function lowerPlain(
  item: DetectionItem,
  value: ScalarNode,
  chain: ModifierChain,
  placeholders: Placeholders,
  diagnostics: Diagnostic[],
): readonly ValueTest[] | undefined {
  const simple = chain.transforms.length === 0 && !chain.cased && item.field !== null
  if (value.value === null) {
    if (simple && !chain.negated) return [{ is: 'null' }]
    const what = item.field === null ? 'a keyword needs a text' : 'null goes with no modifier of texts'
    const hint = item.field === null ? 'write a text' : "write '' for the empty text, or use a selection of its own"
    diagnostics.push(error('sigma/modifier-value', what, value.span, { hint }))
    return undefined
  }
  if (simple && typeof value.value === 'number') return [{ is: 'number', value: value.value }]
  if (typeof value.value === 'boolean') {
    if (simple) return [{ is: 'boolean', value: value.value }]
    const hint = 'put the word in quotes'
    diagnostics.push(error('sigma/modifier-value', 'a text is needed here', value.span, { hint }))
    return undefined
  }
  const written = parseTextValue(value.text)
  const forms = applyTransforms(written, value.span, chain.transforms, placeholders, diagnostics)
  const placed = (form: Pattern): Pattern => (item.field === null ? pattern(any, ...form, any) : form)
  return forms?.map((form) => ({ is: 'text', pattern: placed(form), cased: chain.cased }))
}

const RANGES: Readonly<Record<Exclude<TimePart, 'year'>, readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  // ISO 8601 has a week 53 in long years; the appendix names 52.
  week: [1, 53],
  month: [1, 12],
}

/** A compared part of a time becomes every value it may have: `hour|gte: 18` is 18 to 23. */
function lowerTimePart(
  { value }: ScalarNode,
  { part, operator }: Extract<ValueType, { is: 'time-part' }>,
  refuse: Refusal,
): readonly ValueTest[] | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    return refuse(`"${part}" needs a whole number`, 'write the number without quotes')
  }
  if (part === 'year') {
    if (operator === null) return [{ is: 'time-part', part, value }]
    return refuse('years cannot be compared by order', 'list the years')
  }
  const [least, most] = RANGES[part]
  if (value < least || value > most) return refuse(`"${part}" is out of range`, `write ${least} to ${most}`)
  if (operator === null) return [{ is: 'time-part', part, value }]
  const from = operator === 'gt' ? value + 1 : operator === 'gte' ? value : least
  const to = operator === 'lt' ? value - 1 : operator === 'lte' ? value : most
  const tests: ValueTest[] = []
  for (let each = from; each <= to; each++) tests.push({ is: 'time-part', part, value: each })
  return tests.length > 0 ? tests : refuse(`no ${part} is ${operator} ${value}`, `write ${least} to ${most}`)
}

/** CIDR form of a network or a single address; what it should be when host bits are set; undefined when it is neither. */
function normalNetwork(written: string): { network: string } | { should: string } | undefined {
  const [address = '', prefix, ...rest] = written.split('/')
  const known = ipaddr.IPv4.isValidFourPartDecimal(address) || (address.includes(':') && ipaddr.IPv6.isValid(address))
  if (!known || rest.length > 0 || address.includes('%')) return undefined
  const parsed = ipaddr.parse(address)
  const widest = parsed.kind() === 'ipv4' ? 32 : 128
  if (prefix !== undefined && !/^(0|[1-9]\d{0,2})$/.test(prefix)) return undefined
  const bits = prefix === undefined ? widest : Number(prefix)
  if (bits > widest) return undefined
  const base = networkOf(parsed.toByteArray(), bits)
  const should = `${ipaddr.fromByteArray(base).toString()}/${bits}`
  return base.every((byte, i) => byte === parsed.toByteArray()[i]) ? { network: should } : { should }
}

function networkOf(bytes: readonly number[], bits: number): number[] {
  return bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - i * 8))) & 0xff)
}
