import ipaddr from 'ipaddr.js'
import { escapePcre } from '../regex/pcre.ts'

/**
 * An IPv6 network as an expression over addresses in the text of RFC 5952: no leading zeros, the longest run of zeros
 * as `::`. Exact for a single address, and for up to sixteen bits that fix the first digit to 1 or more: then the first
 * group always stands there with its four digits. Undefined for any other network, one around IPv4-mapped addresses too.
 */
export function ipv6Regex(network: string): string | undefined {
  if (network.includes('%') || !ipaddr.IPv6.isValidCIDR(network)) return undefined
  const [address, length] = ipaddr.IPv6.parseCIDR(network)
  if (length === 128) {
    return address.isIPv4MappedAddress() ? undefined : `(?i)^${escapePcre(address.toRFC5952String())}\\z`
  }
  if (length < 1 || length > 16) return undefined
  const group = address.parts[0] ?? 0
  const low = group & (0xffff << (16 - length))
  const high = low | (0xffff >> length)
  if (low < 0x1000) return undefined
  const digits = [12, 8, 4, 0].map((shift) => digitClass((low >> shift) & 15, (high >> shift) & 15))
  return `(?i)^${digits.join('')}:[0-9a-f:.]*\\z`
}

/** The digits between two, ends included. */
function digitClass(low: number, high: number): string {
  if (low === high) return low.toString(16)
  return low === 0 && high === 15 ? '[0-9a-f]' : `[${'0123456789abcdef'.slice(low, high + 1)}]`
}
