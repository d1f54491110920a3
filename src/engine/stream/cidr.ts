import ipaddr from 'ipaddr.js'

/** Whether a text is an address inside a network; undefined when the network itself cannot be read. */
export function cidrTest(network: string): ((text: string) => boolean) | undefined {
  const slash = network.indexOf('/')
  const base = addressBytes(network.slice(0, slash))
  const written = network.slice(slash + 1)
  if (slash === -1 || base === undefined || !/^\d{1,3}$/.test(written)) return undefined
  // ::ffff:a.b.c.d/n with n of the 128 bits is the IPv4 network of n - 96 bits.
  const mapped = base.length === 4 && network.includes(':')
  const bits = Number(written) - (mapped ? 96 : 0)
  if (bits < 0 || bits > base.length * 8) return undefined
  return (text) => {
    const address = cachedAddress(text)
    return address?.length === base.length && sameStart(address, base, bits)
  }
}

/** Streams repeat their addresses; the cache is dropped whole when it is full. */
const known = new Map<string, readonly number[] | null>()
const MOST_KNOWN = 10_000
/** The longest text of an IPv6 address has 45 characters. */
const LONGEST = 45

function cachedAddress(text: string): readonly number[] | null {
  if (text.length > LONGEST) return null
  const before = known.get(text)
  if (before !== undefined) return before
  const bytes = addressBytes(text) ?? null
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(text, bytes)
  return bytes
}

/** Four or sixteen bytes. An IPv4 address has four decimal parts; other spellings and zones are no addresses. */
function addressBytes(text: string): readonly number[] | undefined {
  if (!text.includes(':')) {
    return ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text).octets : undefined
  }
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  const address = ipaddr.IPv6.parse(text)
  return address.isIPv4MappedAddress() ? address.toIPv4Address().octets : address.toByteArray()
}

function sameStart(a: readonly number[], b: readonly number[], bits: number): boolean {
  const whole = bits >> 3
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false
  const shift = 8 - (bits & 7)
  return shift === 8 || (a[whole] ?? 0) >> shift === (b[whole] ?? 0) >> shift
}
