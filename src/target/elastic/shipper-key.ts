import { emitShipperRole } from '../../event/shipper-setting.ts'
import { isJsonObject } from '../object.ts'
import type { Reading } from '../reading.ts'
import type { ClusterClient } from './cluster-client.ts'
import { replyFailure } from '../failure.ts'
import { elasticsearch } from './server.ts'

export interface ShipperKey {
  readonly id: string
  /** base64 of `id:key`: a secret. */
  readonly encoded: string
}

/** Makes an API key that can ship events and nothing else. Each call makes another. */
export async function makeShipperKey(client: ClusterClient, expires?: string): Promise<Reading<ShipperKey>> {
  const doing = 'make an API key'
  const body = {
    ...emitShipperRole(),
    ...(expires !== undefined && { expiration: expires }),
    metadata: { managed_by: 'detpack' },
  }
  const reply = await client.request({ method: 'POST', path: '/_security/api_key', body, doing })
  if (reply.kind === 'failed') return reply
  const answer = reply.kind === 'ok' ? reply.body : null
  if (!isJsonObject(answer) || typeof answer['id'] !== 'string' || typeof answer['encoded'] !== 'string')
    return { kind: 'failed', diagnostic: replyFailure(elasticsearch, doing, 'the answer holds no key') }
  return { kind: 'read', value: { id: answer['id'], encoded: answer['encoded'] } }
}
