import { canonicalJson } from '../../event/canonical.ts'
import type { JsonObject } from '../../event/field.ts'
import { listIn, objectIn, parseObject, textIn } from '../json.ts'
import type { KeyId } from './key.ts'
import { verifies } from './signature.ts'
import type { Signer, Signers } from './signers.ts'

/** A statement of in-toto (v1) in an envelope of DSSE (v1), signed once. */
export interface Envelope {
  readonly statement: JsonObject
  readonly keyId: KeyId
  readonly signature: Buffer
  /** The bytes that were signed. */
  readonly signed: Buffer
}

/** Who signs: the key itself may lie with ssh-agent, or in a device. */
export interface SigningKey {
  readonly id: KeyId
  readonly sign: (message: Buffer) => Buffer
}

const PAYLOAD_TYPE = 'application/vnd.in-toto+json'
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'

/** What is signed: the type and the payload, each behind its length in bytes. */
function preAuthentication(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload])
}

/** An envelope as text, canonical JSON without a line break. */
export function seal(statement: JsonObject, key: SigningKey): string {
  const payload = Buffer.from(canonicalJson(statement))
  const signature = key.sign(preAuthentication(payload))
  return canonicalJson({
    payload: payload.toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ keyid: key.id, sig: signature.toString('base64') }],
  })
}

/** Reads an envelope as `seal` writes it; undefined for anything else, be it only in one blank. */
export function readEnvelope(text: string): Envelope | undefined {
  const whole = parseObject(text)
  const payload = Buffer.from(textIn(whole, 'payload') ?? '', 'base64')
  const first = objectIn(listIn(whole?.['signatures'])[0])
  const signature = Buffer.from(textIn(first, 'sig') ?? '', 'base64')
  const keyId = (textIn(first, 'keyid') ?? '') as KeyId
  const again = {
    payload: payload.toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ keyid: keyId, sig: signature.toString('base64') }],
  }
  if (canonicalJson(again) !== text) return undefined
  const json = payload.toString('utf8')
  const statement = parseObject(json)
  if (statement?.['_type'] !== STATEMENT_TYPE || canonicalJson(statement) !== json) return undefined
  return { statement, keyId, signature, signed: preAuthentication(payload) }
}

/** Who signed it. `unknown-key`: nobody that is known. `broken`: the key is known, and the signature is not of it. */
export function signerOf(envelope: Envelope, signers: Signers): Signer | 'unknown-key' | 'broken' {
  const signer = signers.get(envelope.keyId)
  if (signer === undefined) return 'unknown-key'
  return verifies(envelope.signature, envelope.signed, signer.key, signer.id) ? signer : 'broken'
}
