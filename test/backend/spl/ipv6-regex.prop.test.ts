import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import type { RE2JS } from 're2js'
import { expect, test } from 'vitest'
import { ipv6Regex } from '../../../src/backend/spl/ipv6-regex.ts'
import { compileRegex } from '../../../src/engine/spl/regex.ts'

const networks = [
  '::1/128',
  '2001:db8::5/128',
  'fe80::/10',
  'fc00::/7',
  '2000::/3',
  'ff00::/8',
  '2001::/16',
  'fe80::1/9',
]

test('an IPv6 network is true of the addresses inside it', () => {
  const group = fc.oneof(
    fc.constant(0),
    fc.constantFrom(0xfe80, 0xfebf, 0xfec0, 0xfd00, 0x2001, 0xdb8, 1, 5),
    fc.nat(0xffff),
  )
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), fc.constantFrom(...networks), (parts, network) => {
      const address = new ipaddr.IPv6(parts)
      const inside = address.match(ipaddr.IPv6.parseCIDR(network))
      expect(pcre(ipv6Regex(network) ?? '').test(address.toRFC5952String())).toBe(inside)
    }),
    { numRuns: 3000 },
  )
  expect(pcre(ipv6Regex('::1/128') ?? '').test('::1')).toBe(true)
  expect(pcre(ipv6Regex('2000::/3') ?? '').test('203.0.113.9')).toBe(false)
})

test('a network whose text is not fixed is not said', () => {
  for (const network of ['::/0', '::/8', '0100::/8', '2001:db8::/32', '::ffff:10.0.0.1/128', 'fe80::1%eth0/128', 'x'])
    expect(ipv6Regex(network)).toBeUndefined()
})

function pcre(source: string): RE2JS {
  const regex = compileRegex(source)
  if ('run' in regex) return regex.run
  throw new Error(regex.problem)
}
