import type { Span } from '../../diagnostic/source.ts'
import { literal, type Pattern } from '../../ir/pattern.ts'
import type { FieldName, Order, Relation, Test, TimePart, ValueTest } from '../../ir/predicate.ts'
import { parseRegex } from '../../ir/regex/parse.ts'
import { emitPcre } from '../regex/pcre.ts'
import type { Scope } from './scope.ts'
import { splText } from './syntax.ts'
import { messageRegex } from './message.ts'
import { networkRegex } from './network-regex.ts'
import { textRegex } from './text-regex.ts'

/** True of no event. */
export const NEVER = '1==0'
/** True of every event. */
export const ALWAYS = '1==1'

/**
 * One test of a rule for `where` and `eval`, never null, so that `NOT` turns it round as Sigma wants.
 *
 * Texts are compared by regular expression (`mvfind`, which is null when no value matches) and never by `==`, because
 * `==` compares numeric texts as numbers (reference §5) and knows no lists. Numbers and booleans are tested by their
 * JSON text, which is what Splunk extracts. `if(…,1,0)==1` makes an unknown comparison false.
 */
export function emitTest(of: Test, scope: Scope): string {
  const { subject, test, span } = of
  const refuse = (what: string, hint?: string): string => {
    scope.refuse(what, span, hint)
    return NEVER
  }
  if (subject.kind === 'message') {
    const form = messagePattern(test)
    if (form) return `match(_raw, ${splText(messageRegex(form.pattern, form.cased))})`
    return refuse('this test of the whole message', 'name the field that holds the text')
  }
  const name = subject.name
  const info = scope.info(name)
  switch (test.is) {
    case 'text':
      if (literal(test.pattern) === '')
        return refuse(`an empty text: whether Splunk keeps ${name} when it is empty is not known`)
      if (test.pattern.length === 1 && test.pattern[0]?.kind === 'any') return `isnotnull(${scope.values(name, span)})`
      return found(scope.values(name, span), textRegex(test.pattern, test.cased, isAscii(info?.values)))
    case 'number':
      return found(scope.values(name, span), textRegex([{ kind: 'text', text: String(test.value) }], true))
    case 'boolean':
      return found(
        scope.values(name, span),
        textRegex([{ kind: 'text', text: String(test.value) }], false, info?.type === 'boolean'),
      )
    case 'null':
      return `isnull(${scope.values(name, span)})`
    case 'exists':
      return `${test.present ? 'isnotnull' : 'isnull'}(${scope.values(name, span)})`
    case 'order':
      if (info?.type !== 'long' && info?.type !== 'double')
        return refuse(
          `a numeric order on ${name}, which the mapping does not know as a number`,
          'compile with a mapping that knows the field as long or double',
        )
      if (!/^-?\d+(\.\d+)?$/.test(String(test.value))) return refuse(`the number ${test.value}`)
      return ordered(scope.values(name, span), info.multi, test.operator, test.value)
    case 'cidr':
      return emitCidr(name, test.network, span, scope)
    case 'regex': {
      const parsed = parseRegex(test.source, test.flags)
      const emitted = 'node' in parsed ? emitPcre(parsed.node) : parsed
      if ('text' in emitted) return found(scope.values(name, span), emitted.text)
      return refuse(emitted.unsupported, 'write it with contains, startswith or endswith')
    }
    case 'field':
      return emitFields(name, test, span, scope)
    case 'time-part':
      return emitTimePart(name, test, span, scope)
  }
}

/** The pattern of a text or number that any value may have; undefined for other tests. */
function messagePattern(test: ValueTest): { readonly pattern: Pattern; readonly cased: boolean } | undefined {
  if (test.is === 'text') return test
  return test.is === 'number' ? { pattern: [{ kind: 'text', text: String(test.value) }], cased: true } : undefined
}

/** Every value of the field is known, and has no letter beyond ASCII. */
export function isAscii(values: readonly string[] | undefined): boolean {
  return values?.every((value) => /^[\x00-\x7f]*$/.test(value)) ?? false
}

function found(values: string, regex: string): string {
  return `isnotnull(mvfind(${values}, ${splText(regex)}))`
}

const ORDER: Readonly<Record<Order, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' }

function ordered(values: string, multi: boolean, operator: Order, bound: number): string {
  const compared = `tonumber(${values})${ORDER[operator]}${bound}`
  return multi ? `isnotnull(mvfilter(${compared}))` : `if(${compared}, 1, 0)==1`
}

/**
 * A network, by the canonical text of addresses. Of a field that the mapping does not know, IPv6 may be written in other
 * ways, so only IPv4 is said there.
 */
function emitCidr(name: FieldName, network: string, span: Span | undefined, scope: Scope): string {
  if (scope.info(name)?.type !== 'ip' && network.includes(':')) {
    const hint = 'compile with a mapping that knows the field as ip'
    scope.refuse(`an IPv6 network on ${name}, which the mapping does not know as an address`, span, hint)
    return NEVER
  }
  const regex = networkRegex(network)
  if (regex !== undefined) return found(scope.values(name, span), regex)
  const hint =
    'IPv6 networks can be one address (/128), or groups that are not zero, such as 2001:db8::/32 or fe80::/10'
  scope.refuse(`the network ${network}`, span, hint)
  return NEVER
}

/** Where the digits of a part stand in a time as detpack writes it, and how many there are. */
const PARTS: Readonly<Record<Exclude<TimePart, 'week'>, readonly [before: string, digits: number, after: string]>> = {
  year: ['', 4, '-'],
  month: ['[0-9]{4}-', 2, '-'],
  day: ['[0-9]{4}-[0-9]{2}-', 2, 'T'],
  hour: ['[0-9]{4}-[0-9]{2}-[0-9]{2}T', 2, ':'],
  minute: ['[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:', 2, ':'],
}

/** A part of a time, by its text in UTC; Splunk's own functions take the time zone of the user. */
function emitTimePart(
  name: FieldName,
  { part, value }: Extract<ValueTest, { is: 'time-part' }>,
  span: Span | undefined,
  scope: Scope,
): string {
  if (part === 'week' || scope.info(name)?.type !== 'date') {
    const what =
      part === 'week' ? 'the week of a time' : `the ${part} of ${name}, which the mapping does not know as a time`
    scope.refuse(what, span, 'Splunk reads times in the zone of the user; test a date whose text is in UTC')
    return NEVER
  }
  const [before, digits, after] = PARTS[part]
  const written = String(value).padStart(digits, '0')
  if (!/^\d+$/.test(written) || written.length !== digits) return NEVER
  return found(scope.values(name, span), `^${before}${written}${after}[0-9T:.-]*Z\\z`)
}

/** With case, between single values of one type; the letter before each keeps numeric texts from being numbers. */
function emitFields(
  name: FieldName,
  test: Extract<ValueTest, { is: 'field' }>,
  span: Span | undefined,
  scope: Scope,
): string {
  const left = scope.info(name)
  const right = scope.info(test.other)
  if (!test.cased || !left || !right || left.multi || right.multi || left.type !== right.type) {
    scope.refuse(
      `this comparison of the field ${name} with the field ${test.other}`,
      span,
      'only comparisons with case between single-valued fields of one type can be said',
    )
    return NEVER
  }
  return `if(${relation(test.relation, scope.values(name, span), scope.values(test.other, span))}, 1, 0)==1`
}

function relation(of: Relation, one: string, two: string): string {
  switch (of) {
    case 'equals':
      return `"t" . ${one}=="t" . ${two}`
    case 'startswith':
      return `"t" . substr(${one}, 1, len(${two}))=="t" . ${two}`
    case 'endswith':
      return `len(${one})>=len(${two}) AND "t" . substr(${one}, len(${one})-len(${two})+1)=="t" . ${two}`
    case 'contains':
      return `mvcount(split(${one}, ${two}))>1`
  }
}
