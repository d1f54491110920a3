import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { SshReader, sshStrings } from './ssh-wire.ts'

/** How a key is named: `SHA256:…`, as `ssh-keygen -l` prints it. */
export type KeyId = string & { readonly __brand: 'KeyId' }

/** The one kind of key that is taken. */
export const KEY_TYPE = 'ssh-ed25519'

/** An ed25519 key from its form in SSH (RFC 8709 §4); undefined for anything else. */
export function publicKeyOf(blob: Buffer): KeyObject | undefined {
  const reader = new SshReader(blob)
  const [type, raw] = [reader.string(), reader.string()]
  if (type?.toString('latin1') !== KEY_TYPE || raw?.length !== 32 || !reader.isAtEnd) return undefined
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' })
}

/** The form of an ed25519 key in SSH. */
export function blobOf(key: KeyObject): Buffer {
  return sshStrings(KEY_TYPE, Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url'))
}

/** @param blob the form in SSH */
export function keyIdOf(blob: Buffer): KeyId {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}` as KeyId
}
