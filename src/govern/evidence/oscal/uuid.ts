import { createHash } from 'node:crypto'

/** A UUID of version 5 (RFC 9562 §5.5) from the name of what it identifies: the same name has the same one, always. */
export function uuidOf(...name: readonly string[]): string {
  const hash = createHash('sha1').update(NAMESPACE).update(name.join('\0')).digest().subarray(0, 16)
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** That of detpack: made once, at random. */
const NAMESPACE = Buffer.from('b7d1c3f06a0e4e5c9c41d7d7e0a4f12b', 'hex')
