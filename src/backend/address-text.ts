import ipaddr from 'ipaddr.js'
import { literal, type Pattern } from '../ir/pattern.ts'

/**
 * The network of the addresses whose text matches, where it is one: a whole address, in the one spelling that addresses
 * are shown in, or whole bytes of IPv4 before a `*`. Undefined for any other pattern.
 */
export function networkOfText(pattern: Pattern): string | undefined {
  const whole = literal(pattern)
  if (whole !== undefined) {
    if (!ipaddr.isValid(whole)) return undefined
    const address = ipaddr.parse(whole)
    if (address.toString() !== whole.toLowerCase()) return undefined
    return `${address.toString()}/${address.kind() === 'ipv4' ? 32 : 128}`
  }
  const [start, rest, ...more] = pattern
  if (start?.kind !== 'text' || rest?.kind !== 'any' || more.length > 0) return undefined
  const bytes = /^(?:(?:0|[1-9]\d{0,2})\.){1,3}$/.test(start.text) ? start.text.slice(0, -1).split('.') : []
  if (bytes.length === 0 || bytes.some((byte) => Number(byte) > 255)) return undefined
  return `${[...bytes, 0, 0, 0].slice(0, 4).join('.')}/${bytes.length * 8}`
}
