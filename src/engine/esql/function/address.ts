import { EvaluationFailure, folded, Misuse, single, type Bound } from '../bound.ts'
import { checked, scalar, type FunctionSpec } from '../function-spec.ts'
import { networkTest } from '../ip-address.ts'

/** In any of the networks; one written as IPv6 holds IPv4 addresses as `::ffff:…`, as Elasticsearch keeps them. */
const cidrMatch: FunctionSpec = {
  least: 2,
  most: Infinity,
  bind(call) {
    const args = checked(call, ['ip', 'string'])
    const known = new Map<string, (address: string) => boolean>()
    const evaluate: Bound['evaluate'] = single(args, call.span, call.failures, (address, ...networks) =>
      networks.some((network) => {
        const text = network as string
        const test = known.get(text) ?? networkTest(text)
        if (!test) throw new Misuse(`"${text}" is no network`)
        known.set(text, test)
        return test(address as string)
      }),
    )
    return folded({ type: 'boolean', span: call.span, evaluate }, args)
  },
}

const IPV4 = `${'0'.repeat(20)}ffff`

/** The address with its last bits cut; so many stay, of an IPv4 or of an IPv6 address. */
function prefix(address: string, ofIpv4: number, ofIpv6: number): string {
  const mapped = address.startsWith(IPV4)
  const bits = mapped ? 96 + ofIpv4 : ofIpv6
  if (ofIpv4 < 0 || ofIpv4 > 32 || ofIpv6 < 0 || ofIpv6 > 128)
    throw new EvaluationFailure('a prefix has 0 to 32 bits, or 0 to 128')
  const cut = BigInt(128 - bits)
  return ((BigInt(`0x${address}`) >> cut) << cut).toString(16).padStart(32, '0')
}

export const addressFunctions: Readonly<Record<string, FunctionSpec>> = {
  cidr_match: cidrMatch,
  ip_prefix: scalar(['ip', 'integer', 'integer'], 'ip', prefix),
}
