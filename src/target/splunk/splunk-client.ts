import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json } from '../../event/field.ts'
import { prepareDestination, type ReadyDestination } from '../destination.ts'
import { replyFailure, statusFailure } from '../failure.ts'
import { httpSender, type HttpAnswer } from '../http-sender.ts'
import { DEFAULT_PACE } from '../pace.ts'
import type { SplunkConnection } from './connection.ts'
import { messagesOf, splunkd, splunkdFor } from './server.ts'

/** An answer of splunkd. What is there to be told apart by callers has its own kind; the rest is a diagnostic. */
export type Reply =
  | { readonly kind: 'ok'; readonly body: Json }
  /** 404 in Splunk's own shape: there is no such object, job, app or endpoint. */
  | { readonly kind: 'absent'; readonly said: string }
  /** 409: there is one already. */
  | { readonly kind: 'conflict'; readonly said: string }
  /** 400: what was asked for is wrong. */
  | { readonly kind: 'wrong'; readonly said: string }
  | { readonly kind: 'failed'; readonly diagnostic: Diagnostic }

export interface SplunkRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: Path
  readonly query?: Readonly<Record<string, string>>
  /** Sent form-encoded: endpoints for access take nothing else. */
  readonly form?: Readonly<Record<string, string>>
  readonly json?: Json
  /** Completes "Splunk refused to …". */
  readonly doing: string
  /** The rights that this takes, where it is more than to see the app. */
  readonly needs?: string
}

/** `services`: without an app. `app`: in the app, as nobody, so that what is made there belongs to no single person. */
export type Path = { readonly services: string } | { readonly app: string }

export interface SplunkClient {
  readonly app: string
  readonly request: (request: SplunkRequest) => Promise<Reply>
  readonly close: () => Promise<void>
}

export type SplunkOpening =
  | { readonly kind: 'open'; readonly client: SplunkClient }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/**
 * Opens splunkd's REST API. Requests are tried again on lost connections and on 429, 502, 503 and 504, with growing
 * pauses. Redirects are not followed: the token would go along.
 */
export async function openSplunkd(connection: SplunkConnection): Promise<SplunkOpening> {
  const { app, pace = DEFAULT_PACE } = connection
  if (!isAppId(app))
    return { kind: 'failed', diagnostics: [error('target/connection', `"${app}" cannot be the id of a Splunk app`)] }
  const prepared = await prepareDestination(connection.splunkd, 'Splunk')
  if (prepared.kind === 'failed') return prepared
  const { destination } = prepared
  const sender = await httpSender(splunkd, destination, pace)
  const request = async (asked: SplunkRequest): Promise<Reply> => {
    const { method, path, query, form, json } = asked
    const place = 'services' in path ? `/services/${path.services}` : `/servicesNS/nobody/${app}/${path.app}`
    const answer = await sender.send({
      method,
      path: `${place}?${new URLSearchParams({ output_mode: 'json', ...query }).toString()}`,
      headers: {
        ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      body: bodyOf(asked),
    })
    return 'lost' in answer ? { kind: 'failed', diagnostic: answer.lost } : read(answer, asked, destination)
  }
  return { kind: 'open', client: { app, request, close: sender.close } }
}

function bodyOf({ form, json }: SplunkRequest): string | undefined {
  if (form !== undefined) return new URLSearchParams(form).toString()
  return json === undefined ? undefined : JSON.stringify(json)
}

/** Whether a text can be the id of an app: it is the name of a folder. */
export function isAppId(text: string): boolean {
  return /^[A-Za-z][\w-]{0,79}$/.test(text)
}

/** A name as one part of a path. */
export function part(name: string): string {
  return encodeURIComponent(name)
}

function read({ status, body, text }: HttpAnswer, { doing, needs }: SplunkRequest, to: ReadyDestination): Reply {
  if (status >= 200 && status < 300) {
    // The KV store answers some changes with nothing.
    if (body !== undefined || text.trim() === '') return { kind: 'ok', body: body ?? null }
    return { kind: 'failed', diagnostic: replyFailure(splunkd, doing, 'the answer is no JSON') }
  }
  const messages = messagesOf(body, text)
  const said = to.redact((messages ?? [text.replace(/\s+/g, ' ')]).join('; ').trim())
  // A proxy or a wrong address answers so too, but not in Splunk's shape.
  if (messages !== undefined && status === 404) return { kind: 'absent', said }
  if (messages !== undefined && status === 409) return { kind: 'conflict', said }
  if (messages !== undefined && status === 400) return { kind: 'wrong', said }
  return { kind: 'failed', diagnostic: statusFailure(splunkdFor(needs), status, doing, said) }
}

/** The diagnostic of a reply that should have been a success. */
export function unmet(reply: Exclude<Reply, { readonly kind: 'ok' }>, doing: string): Diagnostic {
  switch (reply.kind) {
    case 'failed':
      return reply.diagnostic
    case 'absent':
      return statusFailure(splunkd, 404, doing, reply.said)
    case 'conflict':
      return statusFailure(splunkd, 409, doing, reply.said)
    case 'wrong':
      return statusFailure(splunkd, 400, doing, reply.said)
  }
}
