import { createHash, generateKeyPairSync, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto'
import { Source } from '../../../src/diagnostic/source.ts'
import { parseTime, type Time } from '../../../src/event/record.ts'
import { statementOf, type Act } from '../../../src/govern/log/entry.ts'
import { seal, type SigningKey } from '../../../src/govern/log/envelope.ts'
import { blobOf, KEY_TYPE, keyIdOf } from '../../../src/govern/log/key.ts'
import { MerkleTree } from '../../../src/govern/log/merkle.ts'
import { parseSigners, type Signers } from '../../../src/govern/log/signers.ts'

export interface Person {
  readonly name: string
  readonly key: SigningKey
  /** For reviews/allowed_signers. */
  readonly line: string
  /** The private key, PEM. */
  readonly pem: string
}

/** Somebody with a key; always the same key for the same seed, so that signatures are the same bytes. */
export function person(name: string, options = '', seed = name): Person {
  // PKCS #8 of an ed25519 key is 16 fixed bytes and its 32 (RFC 8410 §7).
  const raw = createHash('sha256').update(seed).digest()
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), raw])
  return personOf(name, createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }), options)
}

export function stranger(name: string): Person {
  return personOf(name, generateKeyPairSync('ed25519').privateKey, '')
}

function personOf(name: string, secret: KeyObject, options: string): Person {
  const blob = blobOf(createPublicKey(secret))
  return {
    name,
    key: { id: keyIdOf(blob), sign: (message) => sign(null, message, secret) },
    line: `${name} ${options === '' ? '' : `${options} `}${KEY_TYPE} ${blob.toString('base64')}`,
    pem: String(secret.export({ type: 'pkcs8', format: 'pem' })),
  }
}

export function signersOf(...people: readonly Person[]): Signers {
  const { signers, diagnostics } = parseSigners(
    new Source('allowed_signers', people.map(({ line }) => `${line}\n`).join('')),
  )
  if (diagnostics.length > 0) throw new Error(diagnostics[0]?.message)
  return signers
}

export function at(text: string): Time {
  const time = parseTime(text.length === 10 ? `${text}T00:00:00Z` : text)
  if (time === undefined) throw new Error(text)
  return time
}

/** Writes entries as people would, without looking at what is allowed. */
export class LogWriter {
  readonly lines: string[] = []
  readonly #tree = new MerkleTree()

  /** @param lines of a log that it goes on with */
  constructor(lines: readonly string[] = []) {
    for (const line of lines) this.#put(line)
  }

  add({ name, key }: Pick<Person, 'name' | 'key'>, time: Time, act: Act): this {
    const last = this.lines.at(-1)
    const previous = last === undefined ? '0'.repeat(64) : createHash('sha256').update(last).digest('hex')
    this.#put(seal(statementOf({ sequence: this.lines.length, previous, at: time, by: name, act }), key))
    return this
  }

  get root(): string {
    return this.#tree.root()
  }

  get text(): string {
    return this.lines.map((line) => `${line}\n`).join('')
  }

  #put(line: string): void {
    this.lines.push(line)
    this.#tree.add(Buffer.from(line))
  }
}
