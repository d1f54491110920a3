import ipaddr from 'ipaddr.js'
import { internetEndpoint, type Endpoint } from '../recording/node.ts'
import { bytesOf } from './record.ts'

export interface SocketAddress {
  /** `inet`, `inet6`, `unix`, `netlink`, `packet`, `vsock` or a number. */
  readonly family: string
  readonly endpoint: Endpoint | undefined
}

const FAMILIES: ReadonlyMap<number, string> = new Map([
  [1, 'unix'],
  [2, 'inet'],
  [10, 'inet6'],
  [16, 'netlink'],
  [17, 'packet'],
  [40, 'vsock'],
])

/** `saddr=` of a SOCKADDR record: the bytes of a sockaddr in hex, of a little-endian machine. */
export function parseSocketAddress(saddr: string | undefined): SocketAddress | undefined {
  if (saddr === undefined || !/^(?:[0-9A-Fa-f]{2}){2,256}$/.test(saddr)) return undefined
  const bytes = bytesOf(saddr)
  const number = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8)
  return { family: FAMILIES.get(number) ?? String(number), endpoint: endpointOf(number, bytes) }
}

function endpointOf(family: number, bytes: Uint8Array): Endpoint | undefined {
  switch (family) {
    case 1:
      return unixEndpoint(bytes.subarray(2))
    case 2:
      return bytes.length < 8 ? undefined : internetEndpoint(bytes.subarray(4, 8).join('.'), portOf(bytes))
    case 10:
      return bytes.length < 24 ? undefined : internetEndpoint(ipv6Of(bytes.subarray(8, 24)), portOf(bytes))
    default:
      return undefined
  }
}

function portOf(bytes: Uint8Array): number {
  return ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)
}

const decoder = new TextDecoder()

/** A path ends with its first NUL; a name without a file begins with one, and is written with `@`. */
function unixEndpoint(path: Uint8Array): Endpoint | undefined {
  const abstract = path[0] === 0 && path.length > 1
  const name = abstract ? path.subarray(1) : path
  const end = name.indexOf(0)
  const text = decoder.decode(end < 0 ? name : name.subarray(0, end))
  if (text === '') return undefined
  return { address: abstract ? `@${text}` : text }
}

/** An IPv4-mapped address is its IPv4. */
function ipv6Of(bytes: Uint8Array): string {
  const address = new ipaddr.IPv6([...bytes])
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String()
}
