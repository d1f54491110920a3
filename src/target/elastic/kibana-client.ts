import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json } from '../../event/field.ts'
import { prepareDestination, type ReadyDestination } from '../destination.ts'
import { replyFailure, statusFailure } from '../failure.ts'
import { httpSender, type HttpAnswer } from '../http-sender.ts'
import { DEFAULT_PACE, type Pace } from '../pace.ts'
import type { ElasticConnection } from './connection.ts'
import { kibana as server, messageOf } from './server.ts'

/** An answer of Kibana. What is there to be told apart by callers has its own kind; the rest is a diagnostic. */
export type Reply =
  | { readonly kind: 'ok'; readonly body: Json }
  /** 404: there is no such thing. */
  | { readonly kind: 'absent' }
  /** 409: there is one already. */
  | { readonly kind: 'conflict' }
  /** What it says all the same, where that is JSON: part of a bulk may have been done. */
  | { readonly kind: 'failed'; readonly diagnostic: Diagnostic; readonly body?: Json | undefined }

export interface KibanaRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** After `/api`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Json
  /** Lines to be sent as the file of a form: what is in it is told by the end of the name. */
  readonly file?: { readonly name: `${string}.ndjson` | `${string}.txt`; readonly text: string }
  /** The answer is text: its lines are the body. */
  readonly lines?: boolean
  /** As of `HttpRequest`. */
  readonly timeout?: number
  readonly once?: boolean
  /** Completes "Kibana refused to …". */
  readonly doing: string
}

export interface KibanaClient {
  readonly request: (request: KibanaRequest) => Promise<Reply>
  readonly pace: Pace
  readonly close: () => Promise<void>
}

export type KibanaOpening =
  | { readonly kind: 'open'; readonly client: KibanaClient }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

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
  const sender = await httpSender(server, destination, pace)
  const prefix = `${space === 'default' ? '' : `/s/${space}`}/api`
  const request = async (asked: KibanaRequest): Promise<Reply> => {
    const { method, path, query, body, file } = asked
    const answer = await sender.send({
      method,
      path: `${prefix}${path}${query === undefined ? '' : `?${new URLSearchParams(query).toString()}`}`,
      headers: {
        'kbn-xsrf': 'detpack',
        'elastic-api-version': '2023-10-31',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(file !== undefined && { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }),
      },
      body: file === undefined ? bodyOf(body) : formOf(file),
      timeout: asked.timeout,
      once: asked.once,
    })
    return 'lost' in answer ? { kind: 'failed', diagnostic: answer.lost } : read(answer, asked, destination)
  }
  return { kind: 'open', client: { request, pace, close: sender.close } }
}

/** The diagnostic of a reply that should have been a success. */
export function unmet(reply: Exclude<Reply, { readonly kind: 'ok' }>, doing: string): Diagnostic {
  switch (reply.kind) {
    case 'failed':
      return reply.diagnostic
    case 'absent':
      return replyFailure(server, doing, 'it knows neither that nor this part of its API (status 404)')
    case 'conflict':
      return replyFailure(server, doing, 'there is such a thing already, or others need it (status 409)')
  }
}

function bodyOf(body: Json | undefined): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body)
}

/** Ends no line of JSON: quotes and braces stand in none of it. */
const BOUNDARY = '----detpack-7f1c0d3a5b'

function formOf({ name, text }: NonNullable<KibanaRequest['file']>): string {
  const type = name.endsWith('.txt') ? 'text/plain' : 'application/x-ndjson'
  const head = `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}`
  return `--${BOUNDARY}\r\n${head}\r\n\r\n${text}\r\n--${BOUNDARY}--\r\n`
}

function read({ status, body, text }: HttpAnswer, { doing, lines }: KibanaRequest, to: ReadyDestination): Reply {
  if (status >= 200 && status < 300) {
    if (lines === true) return { kind: 'ok', body: text.split('\n').filter((line) => line !== '') }
    if (body !== undefined) return { kind: 'ok', body }
    return { kind: 'failed', diagnostic: replyFailure(server, doing, 'the answer is no JSON') }
  }
  // A proxy or a wrong address also says 404, but not in Kibana's shape.
  if (status === 404 && body !== undefined) return { kind: 'absent' }
  if (status === 409) return { kind: 'conflict' }
  return { kind: 'failed', diagnostic: statusFailure(server, status, doing, to.redact(messageOf(body, text))), body }
}
