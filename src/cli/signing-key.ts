import { spawnSync } from 'node:child_process'
import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { blobOf, keyIdOf, KEY_TYPE } from '../govern/log/key.ts'
import type { SigningKey } from '../govern/log/envelope.ts'
import { readArmored } from '../govern/log/signature.ts'
import { NAMESPACE } from '../govern/log/signers.ts'
import { reason } from '../pack/system-reason.ts'
import { Unusable } from './unusable.ts'

export interface LoadedKey extends SigningKey {
  /** As OpenSSH writes it: `ssh-ed25519 AAAA…`. */
  readonly publicLine: string
}

/**
 * The key that signs: a private ed25519 key in PEM, or one of OpenSSH, with which ssh-keygen signs, be it from a file, an
 * agent or a device (`KEY.pub` is enough then). It is asked for its passphrase by ssh-keygen, never by us.
 */
export function loadSigningKey(named: string | undefined): LoadedKey {
  if (named === undefined)
    throw new Unusable(
      'no key to sign with: give --key FILE or DETPACK_SIGNING_KEY; "ssh-keygen -t ed25519 -f FILE" makes one',
    )
  const text = read(named)
  if (!/-----BEGIN PRIVATE KEY-----/.test(text)) return sshKey(named, text)
  let key: KeyObject
  try {
    key = createPrivateKey(text)
  } catch (problem) {
    throw new Unusable(`cannot read the key "${named}": ${reason(problem)}`)
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new Unusable(`"${named}" is no ed25519 key`)
  const blob = blobOf(createPublicKey(key))
  return { ...publicHalf(blob), sign: (message) => sign(null, message, key) }
}

function sshKey(named: string, text: string): LoadedKey {
  const file = named.endsWith('.pub') ? named : `${named}.pub`
  if (!named.endsWith('.pub') && !text.includes('-----BEGIN OPENSSH PRIVATE KEY-----'))
    throw new Unusable(`"${named}" is neither a private key in PEM nor one of OpenSSH`)
  if (!existsSync(file)) throw new Unusable(`the public half of the key is wanted too, as "${file}"`)
  const [type, written = ''] = read(file).trim().split(/\s+/)
  if (type !== KEY_TYPE) throw new Unusable(`"${file}" is no ed25519 key`)
  const sign = (message: Buffer): Buffer => {
    const ended = spawnSync('ssh-keygen', ['-Y', 'sign', '-n', NAMESPACE, '-f', named], {
      input: message,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const signature = ended.error === undefined ? readArmored(ended.stdout.toString('latin1')) : undefined
    if (signature === undefined)
      throw new Unusable(`ssh-keygen did not sign with "${named}"${ended.error ? `: ${reason(ended.error)}` : ''}`)
    return signature
  }
  return { ...publicHalf(Buffer.from(written, 'base64')), sign }
}

function publicHalf(blob: Buffer): Omit<LoadedKey, 'sign'> {
  return { id: keyIdOf(blob), publicLine: `${KEY_TYPE} ${blob.toString('base64')}` }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (problem) {
    throw new Unusable(`cannot read the key "${file}": ${reason(problem)}`)
  }
}
