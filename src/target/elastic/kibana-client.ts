import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json } from '../../event/field.ts'
import { DEFAULT_PACE, prepareEndpoint, type ElasticConnection, type ReadyEndpoint } from './connection.ts'
import { connectionFailure, isCertificateProblem, messageOf, replyFailure, statusFailure } from './failure.ts'
import { isPassing, persist, type Attempt } from './retry.ts'

/** An answer of Kibana. What is there to be told apart by callers has its own kind; the rest is a diagnostic. */
export type Reply =
  | { readonly kind: 'ok'; readonly body: Json }
  /** 404: there is no such thing. */
  | { readonly kind: 'absent' }
  /** 409: there is one already. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'failed'; readonly diagnostic: Diagnostic }

export interface KibanaRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** After `/api`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Json
  /** Completes "Kibana refused to …". */
  readonly doing: string
}

export interface KibanaClient {
  readonly request: (request: KibanaRequest) => Promise<Reply>
  readonly close: () => Promise<void>
}

export type KibanaOpening =
  | { readonly kind: 'open'; readonly client: KibanaClient }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/** Largest answer that is read. */
const LARGEST_REPLY = 64 * 1024 * 1024
/**
 * Opens Kibana's HTTP API in one space. Each request carries `kbn-xsrf` and the API version; it is tried again on lost
 * connections and on 429, 502, 503 and 504, with growing pauses. Redirects are not followed: the key would go along.
 */
export async function openKibana(connection: ElasticConnection): Promise<KibanaOpening> {
  const { kibana, pace = DEFAULT_PACE } = connection
  if (kibana === undefined)
    return { kind: 'failed', diagnostics: [error('target/connection', 'no address of Kibana is given')] }
  const { space = 'default' } = kibana
  if (!/^[a-z0-9_-]+$/.test(space))
    return {
      kind: 'failed',
      diagnostics: [error('target/connection', `"${space}" cannot be the id of a Kibana space`)],
    }
  const prepared = await prepareEndpoint(kibana, 'Kibana')
  if (prepared.kind === 'failed') return prepared
  const { endpoint } = prepared
  const { Agent, request: send } = await import('undici')
  const dispatcher = new Agent({
    connect: { timeout: pace.timeout, ...(endpoint.ca !== null && { ca: endpoint.ca }) },
    headersTimeout: pace.timeout,
    bodyTimeout: pace.timeout,
    maxResponseSize: LARGEST_REPLY,
  })
  const prefix = `${endpoint.base}${space === 'default' ? '' : `/s/${space}`}/api`
  const exchange = async ({ method, path, query, body }: KibanaRequest): Promise<Exchange> => {
    const url = `${prefix}${path}${query === undefined ? '' : `?${new URLSearchParams(query).toString()}`}`
    const answer = await send(url, {
      method,
      dispatcher,
      headers: {
        accept: 'application/json',
        'kbn-xsrf': 'detpack',
        'elastic-api-version': '2023-10-31',
        ...(endpoint.authorization !== null && { authorization: endpoint.authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(pace.timeout),
    })
    return { status: answer.statusCode, text: await answer.body.text() }
  }
  const client: KibanaClient = {
    request: (request) => persist(pace, () => attempt(request, exchange, endpoint)),
    close: () => dispatcher.destroy(),
  }
  return { kind: 'open', client }
}

interface Exchange {
  readonly status: number
  readonly text: string
}

async function attempt(
  request: KibanaRequest,
  exchange: (request: KibanaRequest) => Promise<Exchange>,
  endpoint: ReadyEndpoint,
): Promise<Attempt<Reply>> {
  try {
    const { status, text } = await exchange(request)
    return { value: read(status, text, request, endpoint), passing: isPassing(status) }
  } catch (thrown) {
    const reason = reasonOf(thrown)
    const diagnostic = connectionFailure('Kibana', endpoint.base, endpoint.redact(reason))
    return { value: { kind: 'failed', diagnostic }, passing: !isCertificateProblem(reason) }
  }
}

function read(status: number, text: string, { doing }: KibanaRequest, endpoint: ReadyEndpoint): Reply {
  const body = parseJson(text)
  if (status >= 200 && status < 300) {
    if (body !== undefined) return { kind: 'ok', body }
    return { kind: 'failed', diagnostic: replyFailure('Kibana', doing, 'the answer is no JSON') }
  }
  // A proxy or a wrong address also says 404, but not in Kibana's shape.
  if (status === 404 && body !== undefined) return { kind: 'absent' }
  if (status === 409) return { kind: 'conflict' }
  return { kind: 'failed', diagnostic: statusFailure('Kibana', status, doing, endpoint.redact(messageOf(body, text))) }
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** The code of a failed connection where there is one: it is short and holds nothing that was sent. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown'
  const { code } = thrown as NodeJS.ErrnoException
  if (typeof code === 'string') return code
  if (thrown.name === 'TimeoutError') return 'no answer in time'
  return thrown.message
}
