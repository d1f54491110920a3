import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json } from '../../event/field.ts'
import { prepareDestination, type ReadyDestination } from '../destination.ts'
import { DEFAULT_PACE, isPassing, persist, type Attempt } from '../pace.ts'
import type { ElasticConnection } from './connection.ts'
import { connectionFailure, isCertificateProblem, messageOf, replyFailure, statusFailure } from './failure.ts'

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
  /** NDJSON to be sent as the file of a form. */
  readonly file?: string
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
  const prepared = await prepareDestination(kibana, 'Kibana')
  if (prepared.kind === 'failed') return prepared
  const { destination } = prepared
  const { Agent, ProxyAgent, request: send } = await import('undici')
  const trust = {
    ...(destination.ca !== null && { ca: destination.ca }),
    ...destination.certificate,
    ...(destination.insecure && { rejectUnauthorized: false }),
  }
  const limits = { headersTimeout: pace.timeout, bodyTimeout: pace.timeout, maxResponseSize: LARGEST_REPLY }
  const dispatcher =
    destination.proxy === null
      ? new Agent({ connect: { timeout: pace.timeout, ...trust }, ...limits })
      : new ProxyAgent({ uri: destination.proxy, requestTls: trust, ...limits })
  const prefix = `${destination.base}${space === 'default' ? '' : `/s/${space}`}/api`
  const exchange = async ({ method, path, query, body, file }: KibanaRequest): Promise<Exchange> => {
    const url = `${prefix}${path}${query === undefined ? '' : `?${new URLSearchParams(query).toString()}`}`
    const answer = await send(url, {
      method,
      dispatcher,
      headers: {
        accept: 'application/json',
        'kbn-xsrf': 'detpack',
        'elastic-api-version': '2023-10-31',
        ...(destination.authorization !== null && { authorization: destination.authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(file !== undefined && { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(file !== undefined && { body: formOf(file) }),
      signal: AbortSignal.timeout(pace.timeout),
    })
    return { status: answer.statusCode, text: await answer.body.text() }
  }
  const client: KibanaClient = {
    request: (request) => persist(pace, () => attempt(request, exchange, destination)),
    close: () => dispatcher.destroy(),
  }
  return { kind: 'open', client }
}

/** Ends no line of JSON: quotes and braces stand in none of it. */
const BOUNDARY = '----detpack-7f1c0d3a5b'

function formOf(lines: string): string {
  const head =
    'Content-Disposition: form-data; name="file"; filename="detpack.ndjson"\r\nContent-Type: application/x-ndjson'
  return `--${BOUNDARY}\r\n${head}\r\n\r\n${lines}\r\n--${BOUNDARY}--\r\n`
}

interface Exchange {
  readonly status: number
  readonly text: string
}

async function attempt(
  request: KibanaRequest,
  exchange: (request: KibanaRequest) => Promise<Exchange>,
  to: ReadyDestination,
): Promise<Attempt<Reply>> {
  try {
    const { status, text } = await exchange(request)
    return { value: read(status, text, request, to), passing: isPassing(status) }
  } catch (thrown) {
    const reason = reasonOf(thrown)
    const diagnostic = connectionFailure('Kibana', to.base, to.redact(reason))
    return { value: { kind: 'failed', diagnostic }, passing: !isCertificateProblem(reason) }
  }
}

function read(status: number, text: string, { doing }: KibanaRequest, to: ReadyDestination): Reply {
  const body = parseJson(text)
  if (status >= 200 && status < 300) {
    if (body !== undefined) return { kind: 'ok', body }
    return { kind: 'failed', diagnostic: replyFailure('Kibana', doing, 'the answer is no JSON') }
  }
  // A proxy or a wrong address also says 404, but not in Kibana's shape.
  if (status === 404 && body !== undefined) return { kind: 'absent' }
  if (status === 409) return { kind: 'conflict' }
  return { kind: 'failed', diagnostic: statusFailure('Kibana', status, doing, to.redact(messageOf(body, text))) }
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
