import { createHash, verify, type KeyObject } from 'node:crypto'
import { KEY_TYPE, keyIdOf, type KeyId } from './key.ts'
import { NAMESPACE } from './signers.ts'
import { SshReader, sshStrings } from './ssh-wire.ts'

/** What marks the form that ssh-keygen writes (OpenSSH, PROTOCOL.sshsig). */
const MAGIC = Buffer.from('SSHSIG')
/** Bytes of a plain ed25519 signature (RFC 8032). */
const PLAIN = 64

/**
 * Whether a signature is of this key over these bytes: a plain ed25519 one, or what `ssh-keygen -Y sign -n detpack` made.
 */
export function verifies(signature: Buffer, message: Buffer, key: KeyObject, id: KeyId): boolean {
  if (signature.length === PLAIN) return verify(null, message, key, signature)
  const parts = readSshSignature(signature)
  if (parts === undefined || keyIdOf(parts.blob) !== id || parts.namespace !== NAMESPACE) return false
  const digest = createHash(parts.hash).update(message).digest()
  const signed = Buffer.concat([MAGIC, sshStrings(parts.namespace, parts.reserved, parts.hash, digest)])
  return verify(null, signed, key, parts.signature)
}

interface SshSignature {
  readonly blob: Buffer
  readonly namespace: string
  readonly reserved: Buffer
  readonly hash: 'sha256' | 'sha512'
  readonly signature: Buffer
}

function readSshSignature(bytes: Buffer): SshSignature | undefined {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
  const reader = new SshReader(bytes.subarray(MAGIC.length))
  if (reader.number() !== 1) return undefined
  const [blob, namespace, reserved, hash, inner] = Array.from({ length: 5 }, () => reader.string())
  const last = inner && new SshReader(inner)
  const [type, signature] = [last?.string(), last?.string()]
  const name = hash?.toString('latin1')
  if (blob === undefined || namespace === undefined || reserved === undefined || !reader.isAtEnd) return undefined
  if (name !== 'sha256' && name !== 'sha512') return undefined
  if (type?.toString('latin1') !== KEY_TYPE || signature?.length !== PLAIN || last?.isAtEnd !== true) return undefined
  return { blob, namespace: namespace.toString('utf8'), reserved, hash: name, signature }
}

/** The bytes of a signature that ssh-keygen wrote as text; undefined for anything else. */
export function readArmored(text: string): Buffer | undefined {
  const match = /^-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END SSH SIGNATURE-----\s*$/.exec(text)
  return match?.[1] === undefined ? undefined : Buffer.from(match[1], 'base64')
}
