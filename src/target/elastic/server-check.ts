import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json } from '../../event/field.ts'
import { isJsonObject } from '../object.ts'
import type { ClusterClient } from './cluster-client.ts'
import type { KibanaClient } from './kibana-client.ts'

/** What is deployed is written for this one and newer: ES|QL and suppression of sequences are not in older ones. */
const OLDEST = [8, 19] as const

/**
 * Whether this Elasticsearch is new enough: `target/old-version`. A key that may not ask (it needs `monitor`) is not
 * told off for that.
 */
export async function checkCluster(client: ClusterClient): Promise<readonly Diagnostic[]> {
  const reply = await client.request({ method: 'GET', path: '/', doing: 'ask for its version' })
  if (reply.kind === 'failed') return reply.diagnostic.code === 'target/forbidden' ? [] : [reply.diagnostic]
  return reply.kind === 'ok' ? tooOld('Elasticsearch', reply.body) : []
}

/**
 * Whether this Kibana is new enough (`target/old-version`), and whether the space is there (`target/no-space`): Kibana
 * takes rules for a space that is not, where nobody sees them and nothing runs them.
 */
export async function checkKibana(
  client: Pick<KibanaClient, 'request'>,
  space: string,
): Promise<readonly Diagnostic[]> {
  const status = await client.request({ method: 'GET', path: '/status', doing: 'ask for its version' })
  if (status.kind === 'failed' && status.diagnostic.code !== 'target/forbidden') return [status.diagnostic]
  const old = status.kind === 'ok' ? tooOld('Kibana', status.body) : []
  if (old.length > 0 || space === 'default') return old
  const path = `/spaces/space/${encodeURIComponent(space)}`
  const found = await client.request({ method: 'GET', path, doing: `read the space "${space}"` })
  if (found.kind === 'failed') return [found.diagnostic]
  if (found.kind === 'ok') return []
  const hint = 'make it in Kibana first, or name another with --space'
  return [error('target/no-space', `Kibana has no space "${space}"`, undefined, { hint })]
}

function tooOld(what: string, body: Json): readonly Diagnostic[] {
  const version = isJsonObject(body) ? body['version'] : undefined
  // The service without servers counts otherwise, and is always new.
  if (!isJsonObject(version) || version['build_flavor'] === 'serverless') return []
  const { number } = version
  const [, major, minor] = (typeof number === 'string' ? /^(\d{1,4})\.(\d{1,4})\./.exec(number) : null) ?? []
  if (major === undefined || minor === undefined) return []
  const [first, second] = OLDEST
  if (Number(major) > first || (Number(major) === first && Number(minor) >= second)) return []
  const message = `this ${what} is ${major}.${minor}, and detpack deploys to ${first}.${second} and newer`
  return [error('target/old-version', message, undefined, { hint: `"detpack compile" writes texts for older ones` })]
}
