import ipaddr from 'ipaddr.js'

const OCTET = '(?:0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])'
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`)
const HEX_DIGITS = 32
/** What an IPv4 address begins with as IPv6. */
const MAPPED = '0'.repeat(20) + 'ffff'

/** The 32 hex digits of an address in its IPv6 form; undefined when it is none as Elasticsearch reads them. */
export function parseAddress(written: string): string | undefined {
  // The zone of a link-local address is read and forgotten.
  const text = written.replace(/^([^%]*:[^%]*)%.*$/, '$1')
  if (IPV4.test(text))
    return (
      MAPPED +
      text
        .split('.')
        .map((octet) => hex(Number(octet)))
        .join('')
    )
  if (!/^[0-9a-f:.]+$/i.test(text) || !ipaddr.IPv6.isValid(text)) return undefined
  return ipaddr.IPv6.parse(text).toByteArray().map(hex).join('')
}

/** As Elasticsearch writes it: IPv4 where it is one, else the shortest IPv6 form in lower case. */
export function formatAddress(digits: string): string {
  const bytes = Array.from({ length: HEX_DIGITS / 2 }, (_, at) => Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16))
  return digits.startsWith(MAPPED) ? bytes.slice(12).join('.') : new ipaddr.IPv6(bytes).toRFC5952String()
}

/** Whether addresses lie in a network; undefined when it is none. */
export function networkTest(network: string): ((digits: string) => boolean) | undefined {
  const [, address = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(network) ?? []
  const digits = parseAddress(address)
  const most = IPV4.test(address) ? 32 : 128
  if (digits === undefined || Number(length) > most) return undefined
  const host = BigInt(most - Number(length))
  const base = BigInt(`0x${digits}`) >> host
  return (of) => BigInt(`0x${of}`) >> host === base
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
