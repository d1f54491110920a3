import ipaddr from 'ipaddr.js'

/** Whether a text is an address inside any of some networks; undefined when one of them cannot be read. */
export function cidrTest(networks: readonly string[]): ((text: string) => boolean) | undefined {
  const ranges: Range[] = []
  for (const network of networks) {
    const range = rangeOf(network)
    if (range === undefined) return undefined
    ranges.push(range)
  }
  const firsts: string[] = []
  const lasts: string[] = []
  for (const { first, last } of ranges.sort(byFirst)) {
    // Of two networks that have an address in common one lies within the other.
    if (last <= (lasts.at(-1) ?? '')) continue
    firsts.push(first)
    lasts.push(last)
  }
  return (text) => {
    const address = cachedAddress(text)
    return address !== null && address <= (lasts[lastUpTo(firsts, address)] ?? '')
  }
}

/** The first and last address of a network. */
interface Range {
  readonly first: string
  readonly last: string
}

function rangeOf(network: string): Range | undefined {
  const slash = network.indexOf('/')
  const base = addressBytes(network.slice(0, slash))
  const written = network.slice(slash + 1)
  if (slash === -1 || base === undefined || !/^\d{1,3}$/.test(written)) return undefined
  // ::ffff:a.b.c.d/n with n of the 128 bits is the IPv4 network of n - 96 bits.
  const mapped = base.length === 4 && network.includes(':')
  const bits = Number(written) - (mapped ? 96 : 0)
  if (bits < 0 || bits > base.length * 8) return undefined
  const free = base.map((_, at) => 0xff >> Math.min(8, Math.max(0, bits - 8 * at)))
  return {
    first: textOf(base.map((byte, at) => byte & ~(free[at] ?? 0))),
    last: textOf(base.map((byte, at) => byte | (free[at] ?? 0))),
  }
}

/** The wider of those with the same first address before the others. */
function byFirst(a: Range, b: Range): number {
  if (a.first !== b.first) return a.first < b.first ? -1 : 1
  return Number(a.last < b.last) - Number(a.last > b.last)
}

/** The place of the last of sorted texts that is not greater; -1 when all are. */
function lastUpTo(sorted: readonly string[], text: string): number {
  let from = 0
  let to = sorted.length
  while (from < to) {
    const middle = (from + to) >> 1
    if ((sorted[middle] as string) <= text) from = middle + 1
    else to = middle
  }
  return from - 1
}

/** Streams repeat their addresses; the cache is dropped whole when it is full. */
const known = new Map<string, string | null>()
const MOST_KNOWN = 10_000
/** The longest text of an IPv6 address has 45 characters. */
const LONGEST = 45

function cachedAddress(text: string): string | null {
  if (text.length > LONGEST) return null
  const before = known.get(text)
  if (before !== undefined) return before
  const bytes = addressBytes(text)
  const address = bytes === undefined ? null : textOf(bytes)
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(text, address)
  return address
}

/** Ordered as addresses are, all of IPv4 before those of IPv6. */
function textOf(bytes: readonly number[]): string {
  return String.fromCharCode(bytes.length, ...bytes)
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
