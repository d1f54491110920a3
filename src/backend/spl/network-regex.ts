import ipaddr from 'ipaddr.js'
import { escapePcre } from '../regex/pcre.ts'

/** Any part of an IPv4 address; it is followed by a dot or the end. */
const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'

/**
 * A network as an expression over addresses in their canonical text: IPv4 with dots, without leading zeros, also mapped
 * into IPv6 (`::ffff:10.0.0.1`); IPv6 as in RFC 5952, without leading zeros, the longest run of zeros as `::`.
 *
 * Every IPv4 network can be said. Of IPv6 those whose text has one beginning: a single address, and networks whose whole
 * groups are not zero, while the part of a group that follows fixes its first digit to 1 or more. Undefined for any
 * other, one around IPv4-mapped addresses too.
 */
export function networkRegex(network: string): string | undefined {
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(network)) return ipv4Regex(network)
  return network.includes('%') || !ipaddr.IPv6.isValidCIDR(network) ? undefined : ipv6Regex(network)
}

function ipv4Regex(network: string): string {
  const [address, length] = ipaddr.IPv4.parseCIDR(network)
  const parts = address.octets.map((octet, at) => {
    const free = Math.min(8, Math.max(0, 8 * (at + 1) - length))
    if (free === 8) return OCTET
    const low = octet & (0xff << free)
    return numbers(low, low + (1 << free) - 1)
  })
  return `(?i)^(?:::ffff:)?${parts.join('\\.')}\\z`
}

/** The decimal numbers between two, ends included. */
function numbers(low: number, high: number): string {
  if (low === high) return String(low)
  const forms: string[] = []
  for (let from = low; from <= high;) {
    const tens = Math.floor(from / 10)
    const whole = from % 10 === 0 && from + 9 <= high
    // As many whole tens of one hundred as there are.
    let last = tens
    while (whole && Math.floor((last + 1) / 10) === Math.floor(tens / 10) && (last + 1) * 10 + 9 <= high) last++
    const to = whole ? last * 10 + 9 : Math.min(high, tens * 10 + 9)
    const lead = tens < 10 ? '' : String(Math.floor(tens / 10))
    const ten = tens === 0 ? '' : digits(tens % 10, last % 10)
    // From zero on, tens may be missing.
    if (tens === 0 && last > 0) forms.push(`[1-${last}]?[0-9]`)
    else forms.push(lead + ten + digits(from % 10, to % 10))
    from = to + 1
  }
  return `(?:${forms.join('|')})`
}

function digits(low: number, high: number): string {
  return low === high ? String(low) : `[${low}-${high}]`
}

function ipv6Regex(network: string): string | undefined {
  const [address, length] = ipaddr.IPv6.parseCIDR(network)
  if (length === 128)
    return address.isIPv4MappedAddress() ? undefined : `(?i)^${escapePcre(address.toRFC5952String())}\\z`
  const whole = Math.floor(length / 16)
  const fixed = address.parts.slice(0, whole)
  const rest = length % 16
  if (length === 0 || fixed.includes(0)) return undefined
  const beginning = fixed.map((group) => `${group.toString(16)}:`).join('')
  if (rest === 0) return `(?i)^${beginning}[0-9a-f:.]*\\z`
  const low = (address.parts[whole] ?? 0) & (0xffff << (16 - rest))
  const high = low | (0xffff >> rest)
  if (low < 0x1000) return undefined
  const group = [12, 8, 4, 0].map((shift) => hexDigits((low >> shift) & 15, (high >> shift) & 15))
  return `(?i)^${beginning}${group.join('')}${whole === 7 ? '\\z' : ':[0-9a-f:.]*\\z'}`
}

/** The hexadecimal digits between two, ends included. */
function hexDigits(low: number, high: number): string {
  if (low === high) return low.toString(16)
  return low === 0 && high === 15 ? '[0-9a-f]' : `[${'0123456789abcdef'.slice(low, high + 1)}]`
}
