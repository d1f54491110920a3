import ipaddr from 'ipaddr.js'

/**
 * An address as Elasticsearch stores it: 16 bytes, IPv4 as the mapped IPv6 addresses; here as 32 hexadecimal digits, so
 * that the order of texts is that of addresses. Undefined for what is no address to it: parts left out or octal, zones.
 */
export function addressKey(text: string): string | undefined {
  const before = known.get(text)
  if (before !== undefined) return before === '' ? undefined : before
  const key = text.length > LONGEST ? undefined : keyOf(text)
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(text, key ?? '')
  return key
}

/** Streams repeat their addresses; dropped whole when it is full. */
const known = new Map<string, string>()
const MOST_KNOWN = 10_000
/** The longest text of an IPv6 address has 45 characters. */
const LONGEST = 45

function keyOf(text: string): string | undefined {
  if (!text.includes(':')) {
    if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text) || /(^|\.)0\d/.test(text) || !ipaddr.IPv4.isValid(text)) return undefined
    return MAPPED + hex(ipaddr.IPv4.parse(text).octets)
  }
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  return hex(ipaddr.IPv6.parse(text).toByteArray())
}

const MAPPED = `${'0'.repeat(20)}ffff`

function hex(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** As Elasticsearch writes it. */
export function addressText(key: string): string {
  const bytes = Array.from({ length: 16 }, (_, at) => Number.parseInt(key.slice(at * 2, at * 2 + 2), 16))
  return key.startsWith(MAPPED) ? bytes.slice(12).join('.') : new ipaddr.IPv6(bytes).toRFC5952String()
}

/** The first and last address of a network; of an address alone, that one. Undefined for anything else. */
export function networkKeys(text: string): readonly [first: string, last: string] | undefined {
  const slash = text.indexOf('/')
  const base = addressKey(slash === -1 ? text : text.slice(0, slash))
  if (base === undefined) return undefined
  if (slash === -1) return [base, base]
  const mapped = base.startsWith(MAPPED)
  // It would not say of which of the two lengths it is.
  if (mapped && text.includes(':')) return undefined
  const written = text.slice(slash + 1)
  const most = mapped ? 32 : 128
  if (!/^\d{1,3}$/.test(written) || Number(written) > most) return undefined
  const free = BigInt(most - Number(written))
  const first = ((BigInt(`0x${base}`) >> free) << free).toString(16).padStart(32, '0')
  const last = (BigInt(`0x${first}`) + (1n << free) - 1n).toString(16).padStart(32, '0')
  return [first, last]
}
