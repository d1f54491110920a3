import type { Client, errors as errorTypes } from '@elastic/elasticsearch'
import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json } from '../../event/field.ts'
import { prepareDestination, type ReadyDestination } from '../destination.ts'
import { isJsonObject } from '../object.ts'
import { DEFAULT_PACE, isPassing, persist, retryAfter, type Attempt } from '../pace.ts'
import type { ElasticConnection } from './connection.ts'
import { connectionFailure, isCertificateProblem, replyFailure, statusFailure } from '../failure.ts'
import { elasticsearch } from './server.ts'

export type ClusterReply =
  | { readonly kind: 'ok'; readonly body: Json }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly diagnostic: Diagnostic }

export interface ClusterRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: Json
  /** NDJSON, in place of a body. */
  readonly lines?: string
  /** Completes "Elasticsearch refused to …". */
  readonly doing: string
}

export interface ClusterClient {
  readonly request: (request: ClusterRequest) => Promise<ClusterReply>
  readonly close: () => Promise<void>
}

export type ClusterOpening =
  | { readonly kind: 'open'; readonly client: ClusterClient }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/** Opens Elasticsearch through Elastic's client; tries again on lost connections and on 429, 502, 503 and 504. */
export async function openCluster(connection: ElasticConnection): Promise<ClusterOpening> {
  const { elasticsearch, pace = DEFAULT_PACE } = connection
  if (elasticsearch === undefined)
    return { kind: 'failed', diagnostics: [error('target/connection', 'no address of Elasticsearch is given')] }
  const prepared = await prepareDestination(elasticsearch, 'Elasticsearch')
  if (prepared.kind === 'failed') return prepared
  const { destination: to } = prepared
  const { Client: ElasticClient, errors, HttpConnection } = await import('@elastic/elasticsearch')
  const client: Client = new ElasticClient({
    node: to.base,
    ...(to.authorization !== null && { headers: { authorization: to.authorization } }),
    tls: {
      ...(to.ca !== null && { ca: to.ca }),
      ...to.certificate,
      ...(to.insecure && { rejectUnauthorized: false }),
    },
    // The default connection knows no proxy.
    ...(to.proxy !== null && { proxy: to.proxy, Connection: HttpConnection }),
    // Tried again here, by the same rules as Kibana: the client does not wait before it tries again on a status.
    maxRetries: 0,
    requestTimeout: pace.timeout,
  })
  const attempt = async ({ method, path, body, lines, doing }: ClusterRequest): Promise<Attempt<ClusterReply>> => {
    try {
      const answer = await client.transport.request<Json>(
        {
          method,
          path,
          ...(body !== undefined && { body: body as Record<string, unknown> }),
          ...(lines !== undefined && { bulkBody: lines }),
        },
        { ignore: method === 'GET' || method === 'DELETE' ? [404] : [], meta: true },
      )
      return {
        value: answer.statusCode === 404 ? { kind: 'absent' } : { kind: 'ok', body: answer.body },
        passing: false,
      }
    } catch (thrown) {
      const passing =
        thrown instanceof errors.ResponseError
          ? isPassing(thrown.statusCode ?? 0)
          : (thrown instanceof errors.ConnectionError && !isCertificateProblem(thrown.message)) ||
            thrown instanceof errors.TimeoutError
      const wait = thrown instanceof errors.ResponseError ? retryAfter(thrown.headers ?? {}) : undefined
      return { value: { kind: 'failed', diagnostic: failureOf(thrown, errors, to, doing) }, passing, wait }
    }
  }
  return {
    kind: 'open',
    client: { request: (request) => persist(pace, () => attempt(request)), close: () => client.close() },
  }
}

type ElasticErrors = typeof errorTypes

function failureOf(thrown: unknown, errors: ElasticErrors, to: ReadyDestination, doing: string): Diagnostic {
  if (thrown instanceof errors.ResponseError) {
    const reason = reasonOf(thrown.body as Json | undefined) ?? thrown.message.replace(/\s+/g, ' ').trim()
    return statusFailure(elasticsearch, thrown.statusCode ?? 0, doing, to.redact(reason))
  }
  if (thrown instanceof errors.TimeoutError) return connectionFailure(elasticsearch, to.base, 'no answer in time')
  if (thrown instanceof errors.ConnectionError || thrown instanceof errors.NoLivingConnectionsError)
    return connectionFailure(elasticsearch, to.base, to.redact(thrown.message))
  if (thrown instanceof errors.ProductNotSupportedError)
    return replyFailure(elasticsearch, doing, 'it does not say that it is Elasticsearch')
  if (thrown instanceof errors.ElasticsearchClientError)
    return replyFailure(elasticsearch, doing, to.redact(thrown.message))
  throw thrown
}

/** The reason of an error and, behind it, of what caused it in the end, which names the thing that is wrong. */
function reasonOf(body: Json | undefined): string | undefined {
  let at = isJsonObject(body) ? body.error : undefined
  const reasons: string[] = []
  for (let depth = 0; depth < 20 && isJsonObject(at); depth++) {
    if (typeof at.reason === 'string') reasons.push(at.reason)
    at = at.caused_by
  }
  const [first] = reasons
  const last = reasons.at(-1)
  return first === undefined || last === undefined || first === last ? first : `${first}: ${last}`
}
