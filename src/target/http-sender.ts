import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Json } from '../event/field.ts'
import type { ReadyDestination } from './destination.ts'
import { connectionFailure, isCertificateProblem, type Server } from './failure.ts'
import { isPassing, persist, retryAfter, type Attempt, type Pace } from './pace.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** After the address of the server. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** For this request and its answer, ms, where it takes longer than others. */
  readonly timeout?: number | undefined
  /** It is not sent again: what it does twice is there twice. */
  readonly once?: boolean | undefined
}

export interface HttpAnswer {
  readonly status: number
  /** What it says where that is JSON. */
  readonly body: Json | undefined
  readonly text: string
}

/** Sends to one server over connections that are kept. */
export interface HttpSender {
  /**
   * Tries again, with growing pauses, on lost connections and on 429, 502, 503 and 504; but for those any status is an
   * answer. No answer at all: `target/unreachable`.
   */
  readonly send: (request: HttpRequest) => Promise<HttpAnswer | { readonly lost: Diagnostic }>
  readonly close: () => Promise<void>
}

/** Largest answer that is read. */
const LARGEST_REPLY = 64 * 1024 * 1024

/** Redirects are not followed: the credentials would go along. */
export async function httpSender(server: Server, to: ReadyDestination, pace: Pace): Promise<HttpSender> {
  const { Agent, ProxyAgent, request } = await import('undici')
  const trust = {
    ...(to.ca !== null && { ca: to.ca }),
    ...to.certificate,
    ...(to.insecure && { rejectUnauthorized: false }),
  }
  const limits = { maxResponseSize: LARGEST_REPLY }
  const dispatcher =
    to.proxy === null
      ? new Agent({ connect: { timeout: pace.timeout, ...trust }, ...limits })
      : new ProxyAgent({ uri: to.proxy, requestTls: trust, ...limits })
  const attempt = async ({
    method,
    path,
    headers,
    body,
    timeout = pace.timeout,
  }: HttpRequest): Promise<Attempt<HttpAnswer | { readonly lost: Diagnostic }>> => {
    try {
      const answer = await request(`${to.base}${path}`, {
        method,
        dispatcher,
        headers: {
          accept: 'application/json',
          ...(to.authorization !== null && { authorization: to.authorization }),
          ...headers,
        },
        ...(body !== undefined && { body }),
        headersTimeout: timeout,
        bodyTimeout: timeout,
        signal: AbortSignal.timeout(timeout),
      })
      const text = await answer.body.text()
      return {
        value: { status: answer.statusCode, body: parseJson(text), text },
        passing: isPassing(answer.statusCode),
        wait: retryAfter(answer.headers),
      }
    } catch (thrown) {
      const reason = reasonOf(thrown)
      const lost = connectionFailure(server, to.base, to.redact(reason))
      return { value: { lost }, passing: !isCertificateProblem(reason) }
    }
  }
  const paceOf = ({ once }: HttpRequest): Pace => (once === true ? { ...pace, attempts: 1 } : pace)
  return { send: (asked) => persist(paceOf(asked), () => attempt(asked)), close: () => dispatcher.destroy() }
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
