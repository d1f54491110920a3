import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import type { RE2JS } from 're2js'
import { expect, test } from 'vitest'
import { networkRegex } from '../../../src/backend/spl/network-regex.ts'
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
  '2001:db8::/32',
  '2001:db8:8000::/33',
  '2001:db8:1:2:3:4:5:8000/114',
]

test('an IPv6 network is true of the addresses inside it', () => {
  const group = fc.oneof(
    fc.constant(0),
    fc.constantFrom(0xfe80, 0xfebf, 0xfec0, 0xfd00, 0x2001, 0xdb8, 1, 2, 3, 4, 5, 0x8000, 0xbfff, 0xc000),
    fc.nat(0xffff),
  )
  const address = fc.oneof(
    fc.array(group, { minLength: 8, maxLength: 8 }),
    fc
      .tuple(fc.constant([0x2001, 0xdb8]), fc.array(group, { minLength: 6, maxLength: 6 }))
      .map((parts) => parts.flat()),
    group.map((last) => [0x2001, 0xdb8, 1, 2, 3, 4, 5, last]),
  )
  fc.assert(
    fc.property(address, fc.constantFrom(...networks), (parts, network) => {
      const address = new ipaddr.IPv6(parts)
      const inside = address.match(ipaddr.IPv6.parseCIDR(network))
      expect(pcre(networkRegex(network) ?? '').test(address.toRFC5952String())).toBe(inside)
    }),
    { numRuns: 3000 },
  )
  expect(pcre(networkRegex('::1/128') ?? '').test('::1')).toBe(true)
  expect(pcre(networkRegex('2000::/3') ?? '').test('203.0.113.9')).toBe(false)
})

test('an IPv4 network is true of the addresses inside it, mapped ones too', () => {
  const octet = fc.oneof(fc.constantFrom(0, 9, 10, 11, 99, 100, 127, 128, 199, 200, 249, 250, 255), fc.nat(255))
  const octets = fc.tuple(octet, octet, octet, octet)
  fc.assert(
    fc.property(octets, octets, fc.nat(32), fc.nat(4), fc.boolean(), (base, other, length, same, mapped) => {
      const address = [...base.slice(0, same), ...other.slice(same)].join('.')
      const network = `${base.join('.')}/${length}`
      const inside = ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parseCIDR(network))
      const regex = pcre(networkRegex(network) ?? '')
      expect(regex.test(mapped ? `::FFFF:${address}` : address), network).toBe(inside)
      expect(regex.test(`0${address}`) || regex.test(`${address}0.`)).toBe(false)
    }),
    { numRuns: 3000 },
  )
})

test('a network whose text is not fixed is not said', () => {
  for (const network of [
    '::/0',
    '::/8',
    '0100::/8',
    '2001:0:1::/48',
    '2001:db8::/36',
    '::ffff:10.0.0.1/128',
    'fe80::1%eth0/128',
    'x',
  ])
    expect(networkRegex(network)).toBeUndefined()
})

function pcre(source: string): RE2JS {
  const regex = compileRegex(source)
  if ('run' in regex) return regex.run
  throw new Error(regex.problem)
}
