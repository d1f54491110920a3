import { internetEndpoint, type Endpoint } from '../recording/node.ts'
import { afterOf, fieldOf, numberOf, textOf, wordOf, type Value } from './value.ts'

/** `{sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}` and its relatives for IPv6 and UNIX. */
export function parseAddress(value: Value | undefined): Endpoint | undefined {
  const whole = afterOf(value)
  if (whole?.kind === 'address') return whole.endpoint
  switch (wordOf(fieldOf(whole, 'sa_family'))) {
    case 'AF_INET':
      return internet(fieldOf(whole, 'sin_addr'), fieldOf(whole, 'sin_port'))
    case 'AF_INET6':
      return internet(
        // inet_pton(AF_INET6, "::1", &sin6_addr) has no name of its own in the structure.
        fieldOf(whole, 'sin6_addr') ?? (whole?.kind === 'struct' ? whole.fields.get('inet_pton') : undefined),
        fieldOf(whole, 'sin6_port'),
      )
    case 'AF_UNIX': {
      const path = textOf(fieldOf(whole, 'sun_path'))
      return path === undefined ? undefined : { address: path }
    }
    default:
      return undefined
  }
}

function internet(address: Value | undefined, port: Value | undefined): Endpoint | undefined {
  const ip = address?.kind === 'apply' ? address.args.map(textOf).find((text) => text !== undefined) : undefined
  if (ip === undefined) return undefined
  return internetEndpoint(ip, port?.kind === 'apply' ? numberOf(port.args[0]) : undefined)
}
