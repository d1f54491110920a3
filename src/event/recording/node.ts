import ipaddr from 'ipaddr.js'
import { owned } from './owned.ts'

/** What a recording tells of an object. */
export interface Node {
  readonly kind: 'file' | 'device' | 'socket' | 'pipe' | 'memfd' | 'process' | 'namespace' | 'other'
  /** The same for the same object, as far as the text can tell; undefined when the text does not tell one from another. */
  readonly key: string | undefined
  readonly path?: string
  readonly socket?: SocketNode
  /** Of a pidfd. */
  readonly pid?: number
}

export interface SocketNode {
  readonly transport: string
  readonly inode?: string
  readonly local?: Endpoint
  readonly remote?: Endpoint
  /** Inode of the other end of a UNIX socket. */
  readonly peer?: string
}

/** An address with its port, or the path of a UNIX socket. */
export interface Endpoint {
  readonly address: string
  readonly ip?: string
  readonly port?: number
}

/** `192.0.2.1:80` or `[2001:db8::1]:80`. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const colon = text.lastIndexOf(':')
  if (colon < 0 || !/^\d{1,5}$/.test(text.slice(colon + 1))) return undefined
  return internetEndpoint(text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), Number(text.slice(colon + 1)))
}

/** Addresses that were read, by their text: a recording names few of them, again and again. */
const known = new Map<string, string | undefined>()
const MOST_KNOWN = 4096
/** An IPv6 address with a zone; what is longer is hardly one. */
const LONGEST_KNOWN = 64

/** Undefined for what is no address: a field of type `ip` must not get it. A zone (`%eth0`) is left out. */
export function internetEndpoint(text: string, port: number | undefined): Endpoint | undefined {
  const ip = known.has(text) ? known.get(text) : readAddress(text)
  if (ip === undefined) return undefined
  return { address: ip, ip, ...(port !== undefined && port >= 0 && port <= 65_535 && { port }) }
}

function readAddress(text: string): string | undefined {
  const ip = text.replace(/%.*$/, '')
  const read = ipaddr.IPv4.isValidFourPartDecimal(ip) || ipaddr.IPv6.isValid(ip) ? owned(ip) : undefined
  if (known.size >= MOST_KNOWN) known.clear()
  if (text.length <= LONGEST_KNOWN) known.set(owned(text), read)
  return read
}
