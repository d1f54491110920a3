import ipaddr from 'ipaddr.js'
import type { Span } from '../../diagnostic/source.ts'
import { literal, type Pattern } from '../../ir/pattern.ts'
import type { FieldName, Order, ValueTest } from '../../ir/predicate.ts'
import type { FieldInfo } from '../../mapping/mapping.ts'
import { emitLuceneRegex } from '../regex/lucene.ts'
import { parseRegex } from '../regex/parse.ts'
import { and, comparison, no, not, or, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { emitFieldComparison } from './field-comparison.ts'
import { column, number, quote } from './literal.ts'
import { anyOfJoinedRegex, hasCase, joinedValues, patternRegex } from './text-pattern.ts'
import { emitTimePart } from './time-part.ts'

/** A field that a test is about. */
export interface TestedField {
  readonly name: FieldName
  readonly info: FieldInfo
  readonly span: Span | undefined
}

/** Elasticsearch refuses longer ones (`index.max_regex_length`, 1,000 by default). */
const LONGEST_REGEX = 1000
/** The decimal numbers that a text may hold, as Lucene writes them; TO_DOUBLE reads more than those. */
const DECIMAL = '[+\\-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+\\-]?[0-9]{1,4})?'
/** After a `*`, each `?` may double the states of the automaton; Elasticsearch gives up at some 13. */
const MOST_SINGLES = 8

const SYMBOL: Readonly<Record<Order, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' }

/** One test of one field. A field with several values passes when any of them does. */
export function emitTest(field: TestedField, test: ValueTest, emission: Emission): Condition {
  switch (test.is) {
    case 'null':
      return comparison(`${column(field.name)} IS NULL`, true)
    case 'exists':
      return comparison(`${column(field.name)} IS ${test.present ? 'NOT NULL' : 'NULL'}`, true)
    case 'text':
      return emitText(field, test.pattern, test.cased, emission)
    case 'number':
      return emitNumber(field, test.value, emission)
    case 'boolean':
      return emitBoolean(field, test.value, emission)
    case 'order':
      return emitOrder(field, test.operator, test.value, emission)
    case 'cidr':
      return emitCidr(field, test.network, emission)
    case 'regex':
      return emitRegex(field, test, emission)
    case 'field':
      return emitFieldComparison(field, test, emission)
    case 'time-part':
      return emitTimePart(field, test, emission)
  }
}

/** The whole value as text: of a number or a boolean, its JSON. */
function emitText(field: TestedField, pattern: Pattern, cased: boolean, emission: Emission): Condition {
  const { info } = field
  const whole = literal(pattern)
  switch (info.type) {
    case 'keyword':
      return emitKeyword(field, pattern, cased, emission)
    case 'long': {
      if (several(field, emission)) return no
      if (whole === undefined)
        return regex(`TO_STRING(${column(field.name)})`, patternRegex(pattern, cased), field, emission)
      const exact = /^(0|-?[1-9]\d*)$/.test(whole) && Number.isSafeInteger(Number(whole))
      return exact ? comparison(`${column(field.name)} == ${whole}`) : no
    }
    case 'double': {
      const value = whole === undefined ? Number.NaN : Number(whole)
      if (whole !== undefined && JSON.stringify(value) !== whole) return no
      if (whole !== undefined)
        return several(field, emission) ? no : comparison(`${column(field.name)} == ${number(value)}`)
      emission.refuse('a wildcard in a number with decimals', field.span)
      return no
    }
    case 'boolean':
      if (several(field, emission)) return no
      return or(
        [true, false]
          .filter((value) => matches(pattern, cased, String(value)))
          .map((value) => comparison(`${column(field.name)} == ${value}`)),
      )
    case 'ip':
      if (several(field, emission)) return no
      if (whole !== undefined && /^\d{1,3}(\.\d{1,3}){3}$/.test(whole))
        return comparison(`TO_STRING(${column(field.name)}) == ${quote(whole)}`)
      return regex(`TO_STRING(${column(field.name)})`, patternRegex(pattern, cased), field, emission)
    case 'date':
      emission.refuse(`the text of the time "${field.name}"`, field.span, 'compare a part of the time, such as |hour')
      return no
  }
}

function emitKeyword(field: TestedField, pattern: Pattern, cased: boolean, emission: Emission): Condition {
  const name = column(field.name)
  if (pattern.length === 1 && pattern[0]?.kind === 'any') return comparison(`${name} IS NOT NULL`, true)
  const whole = literal(pattern)
  const spelt = whole === undefined ? undefined : speltOneWay(whole, pattern, cased, field.info)
  if (spelt !== undefined) return equals(name, spelt, field.info)
  if (!field.info.multi) return regex(name, patternRegex(pattern, cased), field, emission, singles(pattern))
  return regex(joinedValues(name), anyOfJoinedRegex(pattern, cased), field, emission, singles(pattern))
}

/** The only way in which the value can be written where it matches; undefined when case makes several. */
function speltOneWay(whole: string, pattern: Pattern, cased: boolean, info: FieldInfo): string | undefined {
  if (cased || !hasCase(pattern)) return whole
  return info.values?.find((value) => value === whole.toLowerCase())
}

/** A set with one more value has the same size only when the value was in it. */
function equals(name: string, value: string, info: FieldInfo): Condition {
  if (!info.multi) return comparison(`${name} == ${quote(value)}`)
  return comparison(`MV_COUNT(MV_DEDUPE(MV_APPEND(${name}, ${quote(value)}))) == MV_COUNT(MV_DEDUPE(${name}))`)
}

/** How many `?` stand behind the first `*`. */
function singles(pattern: Pattern): number {
  const first = pattern.findIndex((part) => part.kind === 'any')
  return first === -1 ? 0 : pattern.slice(first).filter((part) => part.kind === 'one').length
}

function regex(subject: string, source: string, field: TestedField, emission: Emission, doubling = 0): Condition {
  if (source.length > LONGEST_REGEX)
    emission.refuse(
      `so long a text without regard to case (${LONGEST_REGEX} characters as a regular expression)`,
      field.span,
    )
  if (doubling > MOST_SINGLES) emission.refuse(`more than ${MOST_SINGLES} "?" behind a "*"`, field.span)
  return comparison(`${subject} RLIKE ${quote(source)}`)
}

function emitNumber(field: TestedField, value: number, emission: Emission): Condition {
  const { info, name } = field
  switch (info.type) {
    case 'long':
    case 'double':
      return several(field, emission) ? no : comparison(`${column(name)} == ${number(value)}`)
    case 'keyword':
      return equals(column(name), JSON.stringify(value), info)
    case 'boolean':
    case 'ip':
      return no
    case 'date':
      emission.refuse(`a number compared with the time "${name}"`, field.span)
      return no
  }
}

function emitBoolean(field: TestedField, value: boolean, emission: Emission): Condition {
  const { info, name } = field
  switch (info.type) {
    case 'boolean':
      return several(field, emission) ? no : comparison(`${column(name)} == ${value}`)
    case 'keyword':
      return emitKeyword(field, [{ kind: 'text', text: String(value) }], false, emission)
    case 'long':
    case 'double':
    case 'ip':
    case 'date':
      return no
  }
}

/** Text that is a finite decimal number counts as that number. */
function emitOrder(field: TestedField, operator: Order, value: number, emission: Emission): Condition {
  const { info, name } = field
  switch (info.type) {
    case 'long':
    case 'double':
      return several(field, emission) ? no : comparison(`${column(name)} ${SYMBOL[operator]} ${number(value)}`)
    case 'boolean':
    case 'ip':
      return no
    case 'keyword': {
      if (several(field, emission)) return no
      const asNumber = `TO_DOUBLE(${column(name)})`
      return and([
        comparison(`${column(name)} RLIKE ${quote(DECIMAL)}`),
        comparison(`${asNumber} ${SYMBOL[operator]} ${number(value)}`),
        comparison(`ABS(${asNumber}) <= ${Number.MAX_VALUE}`),
      ])
    }
    case 'date':
      emission.refuse(`the order of times in "${name}"`, field.span)
      return no
  }
}

/** In Elasticsearch an IPv4 address lies in `::ffff:0:0/96` as well; Sigma keeps the two families apart. */
function emitCidr(field: TestedField, network: string, emission: Emission): Condition {
  if (field.info.type !== 'ip') {
    emission.refuse(`a network test on "${field.name}", which is no address field`, field.span)
    return no
  }
  if (several(field, emission)) return no
  const name = column(field.name)
  const inside = comparison(`CIDR_MATCH(${name}, ${quote(network)})`)
  if (!network.includes(':')) return inside
  const [range, bits] = ipaddr.IPv6.parseCIDR(network)
  if (range.isIPv4MappedAddress()) {
    emission.refuse('a network of IPv4 addresses written as IPv6', field.span, 'write it as IPv4, such as 10.0.0.0/8')
    return no
  }
  const holdsIpv4 = ipaddr.IPv6.parse('::ffff:0:0').match(range, bits)
  return holdsIpv4 ? and([inside, not(comparison(`CIDR_MATCH(${name}, "0.0.0.0/0")`))]) : inside
}

function emitRegex(field: TestedField, test: Extract<ValueTest, { is: 'regex' }>, emission: Emission): Condition {
  const parsed = parseRegex(test.source, test.flags)
  const emitted = 'unsupported' in parsed ? parsed : emitLuceneRegex(parsed.node)
  if ('unsupported' in emitted) {
    emission.refuse(emitted.unsupported, field.span)
    return no
  }
  const name = column(field.name)
  if (several(field, emission)) return no
  switch (field.info.type) {
    case 'keyword':
      return comparison(`${name} RLIKE ${quote(emitted.text)}`)
    case 'long':
    case 'boolean':
    case 'ip':
      return comparison(`TO_STRING(${name}) RLIKE ${quote(emitted.text)}`)
    case 'double':
    case 'date':
      emission.refuse(`a regular expression over "${field.name}", which is stored as a ${field.info.type}`, field.span)
      return no
  }
}

/** Refuses a test that has no form for fields with several values. */
function several(field: TestedField, emission: Emission): boolean {
  if (field.info.multi) emission.refuse(`this test on "${field.name}", which may hold several values`, field.span)
  return field.info.multi
}

/** Whether a pattern is that of a word; only asked of `true` and `false`. */
function matches(pattern: Pattern, cased: boolean, word: string): boolean {
  const source = pattern.map((part) => {
    if (part.kind === 'any') return '.*'
    return part.kind === 'one' ? '.' : part.text.replace(/[^\p{L}\p{N}]/gu, '\\$&')
  })
  return new RegExp(`^${source.join('')}$`, cased ? 'su' : 'isu').test(word)
}
