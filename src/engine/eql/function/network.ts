import { Problem } from '../problem.ts'
import { networkKeys } from '../value/address.ts'
import type { EqlFunction } from './function.ts'

/** `cidrMatch(address, "10.0.0.0/8", …)`: true inside any of the networks, which are constants. */
export const cidrMatch: EqlFunction = {
  name: 'cidrMatch',
  folds: false,
  parameters: [
    { name: 'address', type: 'address' },
    { name: 'network', type: 'text', constant: true },
  ],
  many: true,
  result: 'boolean',
  prepare: ({ constants, spans, span }) => {
    const networks = constants.slice(1).map((text, at) => {
      const keys = networkKeys(String(text))
      if (keys) return keys
      throw new Problem(
        'eql/network',
        `${JSON.stringify(text)} is no network`,
        spans[at + 1] ?? span,
        'write it as address/length, such as "10.0.0.0/8" or "fe80::/10"',
      )
    })
    return ([address]) => networks.some(([first, last]) => first <= String(address) && String(address) <= last)
  },
}
