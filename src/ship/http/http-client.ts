import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import type { Json, JsonObject } from '../../event/field.ts'
import type { ReadyDestination } from './destination.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  /** After the base. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

export type HttpAnswer =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Readonly<Record<string, string | string[] | undefined>>
      readonly text: string
    }
  /** None came, or it was cut off: the request may have been carried out. */
  | { readonly kind: 'none'; readonly reason: string }

export interface HttpClient {
  readonly send: (request: HttpRequest) => Promise<HttpAnswer>
  readonly close: () => Promise<void>
}

const LARGEST_REPLY = 64 * 1024 * 1024
const compress = promisify(gzip)

/**
 * Opens connections to a server. Bodies are compressed. Redirects are not followed: the secret would go along.
 *
 * @param timeout for one request and its answer, ms
 */
export async function openHttp(to: ReadyDestination, connections: number, timeout: number): Promise<HttpClient> {
  const { Agent, ProxyAgent, request: send } = await import('undici')
  const tls = { ...(to.ca !== null && { ca: to.ca }), ...to.certificate }
  const common = { connections, headersTimeout: timeout, bodyTimeout: timeout, maxResponseSize: LARGEST_REPLY }
  const dispatcher: Dispatcher =
    to.proxy === null
      ? new Agent({ ...common, connect: { timeout, ...tls } })
      : new ProxyAgent({ ...common, ...proxyOf(to.proxy), requestTls: tls })
  const exchange = async ({ method, path, headers, body }: HttpRequest): Promise<HttpAnswer> => {
    const packed = body && (await compress(body, { level: 1 }))
    try {
      const answer = await send(`${to.base}${path}`, {
        method,
        dispatcher,
        headers: {
          accept: 'application/json',
          ...(to.authorization !== null && { authorization: to.authorization }),
          ...(packed !== undefined && { 'content-encoding': 'gzip' }),
          ...headers,
        },
        ...(packed !== undefined && { body: packed }),
        signal: AbortSignal.timeout(timeout),
      })
      return { kind: 'answer', status: answer.statusCode, headers: answer.headers, text: await answer.body.text() }
    } catch (thrown) {
      return { kind: 'none', reason: to.redact(reasonOf(thrown)) }
    }
  }
  return { send: exchange, close: () => dispatcher.destroy() }
}

/** The credentials go into a header of the proxy's own. */
function proxyOf(address: string): { uri: string; token?: string } {
  const url = new URL(address)
  const { username, password } = url
  url.username = ''
  url.password = ''
  if (username === '') return { uri: url.href }
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { uri: url.href, token: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** The code where there is one: it is short and holds nothing that was sent. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown'
  const { code } = thrown as NodeJS.ErrnoException
  if (thrown.name === 'TimeoutError') return 'no answer in time'
  if (typeof code === 'string') return code
  return thrown.message
}

/** Milliseconds that a server asks to wait. */
export function retryAfter(headers: Readonly<Record<string, string | string[] | undefined>>): number | undefined {
  const value = headers['retry-after']
  const seconds = typeof value === 'string' ? Number(value) : Number.NaN
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined
}

/** The object that an answer holds; undefined when it holds none. */
export function jsonObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}
