import ipaddr from 'ipaddr.js'
import type { Span } from '../../diagnostic/source.ts'
import { literal } from '../../ir/pattern.ts'
import type { FieldName, Order, Test, ValueTest } from '../../ir/predicate.ts'
import { parseRegex } from '../regex/parse.ts'
import { emitPcre } from '../regex/pcre.ts'
import type { Scope } from './scope.ts'
import { splText } from './syntax.ts'
import { ipv6Regex } from './ipv6-regex.ts'
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
  if (subject.kind === 'message')
    return refuse(
      'keywords over the whole message: the raw text holds names and escapes too',
      'name the field that holds the text',
    )
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
    case 'exists':
      if (info?.multi !== false)
        return refuse(
          `presence of ${name}, a list or a field that the mapping does not know`,
          'compile with a mapping that knows the field',
        )
      return `${test.is === 'exists' && test.present ? 'isnotnull' : 'isnull'}(${scope.values(name, span)})`
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
      return refuse(`the ${test.part} of a time: Splunk reads times in the zone of the user`)
  }
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
 * A network, over addresses in the text of RFC 5952, as sensor and importers write them. IPv4 goes by `cidrmatch`; an
 * IPv4-mapped address (`::ffff:10.0.0.1`) counts as its IPv4. What `cidrmatch` does with IPv6 is not in the reference,
 * so IPv6 goes by text, where that is exact.
 */
function emitCidr(name: FieldName, network: string, span: Span | undefined, scope: Scope): string {
  const info = scope.info(name)
  if (info?.type !== 'ip' || info.multi) {
    const hint = 'compile with a mapping that knows the field as ip'
    scope.refuse(`a network on ${name}, which the mapping does not know as one address`, span, hint)
    return NEVER
  }
  const values = scope.values(name, span)
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(network)) {
    const canonical = `${ipaddr.IPv4.networkAddressFromCIDR(network).toString()}/${network.split('/')[1] ?? ''}`
    return `if(cidrmatch(${splText(canonical)}, replace(${values}, "(?i)^::ffff:", "")), 1, 0)==1`
  }
  const regex = ipv6Regex(network)
  if (regex !== undefined) return found(values, regex)
  const hint = 'IPv6 networks can be one address (/128) or one to sixteen bits long, such as fe80::/10'
  scope.refuse(`the network ${network}`, span, hint)
  return NEVER
}

/** Equal with case, between single values of one type; the letter before each keeps numeric texts from being numbers. */
function emitFields(
  name: FieldName,
  test: Extract<ValueTest, { is: 'field' }>,
  span: Span | undefined,
  scope: Scope,
): string {
  const left = scope.info(name)
  const right = scope.info(test.other)
  if (
    test.relation !== 'equals' ||
    !test.cased ||
    !left ||
    !right ||
    left.multi ||
    right.multi ||
    left.type !== right.type
  ) {
    scope.refuse(
      `this comparison of the field ${name} with the field ${test.other}`,
      span,
      'only equality with case between single-valued fields of one type can be said',
    )
    return NEVER
  }
  return `if("t" . ${scope.values(name, span)}=="t" . ${scope.values(test.other, span)}, 1, 0)==1`
}
