import ipaddr from 'ipaddr.js'
import type { Pattern } from '../../ir/pattern.ts'
import { networkOfText } from '../address-text.ts'
import { and, negate } from '../condition-tree.ts'
import { match, type Condition } from './condition.ts'
import type { Scope } from './scope.ts'
import { refuseUnknown, type TestedField } from './tested-field.ts'

/**
 * Elasticsearch stores IPv4 as IPv4-mapped IPv6, so a mapped address counts as its IPv4, as semantics want; but an IPv6
 * network around all mapped addresses would hold every IPv4 address too.
 */
export function emitCidr(field: TestedField, network: string, scope: Scope): Condition {
  const { info, name, span } = field
  if (info === undefined) return refuseUnknown(field, 'a network', scope)
  if (info.type !== 'ip')
    return scope.refuse(`a network on ${name}, a field of type ${info.type}`, span, 'map the field as ip')
  if (!isNetwork(network))
    return scope.refuse(`the network ${network}`, span, 'write it as address/length, such as 10.0.0.0/8')
  const inside = match(field.written, scope.dialect.exactly(network))
  const [address, length] = ipaddr.parseCIDR(network)
  if (address instanceof ipaddr.IPv4 || !address.match(MAPPED, Math.min(length, 96))) return inside
  if (length >= 96 || info.multi)
    return scope.refuse(`the IPv6 network ${network} without IPv4`, span, 'write IPv4 networks as IPv4')
  return and([inside, negate(match(field.written, scope.dialect.exactly('0.0.0.0/0')))])
}

const MAPPED = ipaddr.IPv6.parse('::ffff:0:0')

/** ipaddr.js also reads `10/8` and zones, which mean something else or nothing to Elasticsearch. */
function isNetwork(text: string): boolean {
  return ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || (!text.includes('%') && ipaddr.IPv6.isValidCIDR(text))
}

/** The text of an address, see `networkOfText`; undefined where that says nothing. */
export function emitAddressText(field: TestedField, pattern: Pattern, scope: Scope): Condition | undefined {
  const network = networkOfText(pattern)
  if (network === undefined) return undefined
  // One address is written as it stands.
  return match(field.written, scope.dialect.exactly(network.replace(/\/(?:32|128)$/, '')))
}
