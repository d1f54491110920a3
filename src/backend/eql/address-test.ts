import ipaddr from 'ipaddr.js'
import type { Span } from '../../diagnostic/source.ts'
import type { Pattern } from '../../ir/pattern.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { FieldInfo } from '../../mapping/mapping.ts'
import { networkOfText } from '../address-text.ts'
import { refused } from '../refusal.ts'
import { and, negate, no, term } from '../condition-tree.ts'
import type { Expression } from './expression.ts'
import type { Scope } from './scope.ts'
import { eqlText } from './syntax.ts'

/**
 * Elasticsearch stores IPv4 as IPv4-mapped IPv6, so a mapped address counts as its IPv4, as semantics want; but an IPv6
 * network around all mapped addresses would hold every IPv4 address too.
 */
export function emitNetwork(
  name: FieldName,
  info: FieldInfo | undefined,
  network: string,
  span: Span | undefined,
  scope: Scope,
): Expression {
  const refuse = (what: string, hint: string): Expression => {
    scope.refuse(refused('eql', what, span, hint))
    return no
  }
  if (info && info.type !== 'ip')
    return refuse(`a network on ${name}, a field of type ${info.type}`, 'map the field as ip')
  if (!isNetwork(network)) return refuse(`the network ${network}`, 'write it as address/length, such as 10.0.0.0/8')
  const inside = within(name, network, scope)
  const [address, length] = ipaddr.parseCIDR(network)
  if (address instanceof ipaddr.IPv4 || !address.match(MAPPED, Math.min(length, 96))) return inside
  // Of several addresses one may lie in the network and another be of IPv4.
  if (length >= 96 || info?.multi !== false)
    return refuse(
      `the IPv6 network ${network} without IPv4`,
      'write IPv4 networks as IPv4, and IPv6 ones such as 2000::/3',
    )
  return and([inside, negate(within(name, '0.0.0.0/0', scope))])
}

/** The text of an address: the one spelling that addresses are shown in, or whole bytes of IPv4 before a `*`. */
export function emitAddressText(name: FieldName, pattern: Pattern, span: Span | undefined, scope: Scope): Expression {
  const network = networkOfText(pattern)
  if (network !== undefined) return within(name, network, scope)
  scope.refuse(refused('eql', `a part of the text of the address ${name}`, span, `use the modifier cidr: ${name}|cidr`))
  return no
}

function within(name: FieldName, network: string, scope: Scope): Expression {
  return term(`cidrMatch(${scope.field(name)}, ${eqlText(network)})`)
}

const MAPPED = ipaddr.IPv6.parse('::ffff:0:0')

/** ipaddr.js also reads `10/8` and zones, which mean something else or nothing to Elasticsearch. */
function isNetwork(text: string): boolean {
  return ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || (!text.includes('%') && ipaddr.IPv6.isValidCIDR(text))
}
