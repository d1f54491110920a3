import ipaddr from 'ipaddr.js'
import { and, comparison, no, not, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { column, quote } from './literal.ts'
import { several, type TestedField } from './tested-field.ts'

/** In Elasticsearch an IPv4 address lies in `::ffff:0:0/96` as well; Sigma keeps the two families apart. */
export function emitCidr(field: TestedField, network: string, emission: Emission): Condition {
  if (field.info.type !== 'ip' && !field.info.assumed) {
    emission.refuse(`a network test on "${field.name}", which is no address field`, field.span)
    return no
  }
  if (several(field, emission)) return no
  const name = field.info.assumed ? `TO_IP(${column(field.name)})` : column(field.name)
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
