import http from 'node:http'
import https from 'node:https'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Json, JsonObject } from '../../event/field.ts'
import { wayTo, type Way } from './agent.ts'
import { isLoopback, type ReadyDestination } from '../../target/destination.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  /** After the base. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

export interface HttpReply {
  readonly kind: 'answer'
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

export type HttpAnswer =
  | HttpReply
  /** None came, or it was cut off: the request may have been carried out. */
  | { readonly kind: 'none'; readonly reason: string }

export interface HttpClient {
  readonly send: (request: HttpRequest) => Promise<HttpAnswer>
  readonly close: () => Promise<void>
}

const LARGEST_REPLY = 64 * 1024 * 1024
const compress = promisify(gzip)

/**
 * Opens connections to a server. Bodies are compressed, but not to this host: that costs both sides more than it saves.
 * Redirects are not followed: the secret would go along. (By Node's own client: a shipper may use little memory, and
 * undici alone takes 20 MB.)
 *
 * @param timeout for one request and its answer, ms
 */
export function openHttp(to: ReadyDestination, connections: number, timeout: number): HttpClient {
  const way = wayTo(to, connections, timeout)
  const packs = to.proxy !== null || !isLoopback(new URL(to.base).hostname)
  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    const packed = packs && request.body ? await compress(request.body, { level: 1 }) : undefined
    const headers = { ...request.headers, ...(packed && { 'content-encoding': 'gzip' }) }
    const sent = { ...request, headers, body: packed ?? request.body }
    try {
      return await exchange(way, sent, to.authorization, timeout)
    } catch (thrown) {
      return { kind: 'none', reason: to.redact(reasonOf(thrown)) }
    }
  }
  const close = (): Promise<void> => {
    way.agent.destroy()
    return Promise.resolve()
  }
  return { send, close }
}

function exchange(
  way: Way,
  { method, path, headers, body }: Omit<HttpRequest, 'body'> & { readonly body: Buffer | undefined },
  authorization: string | null,
  timeout: number,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { agent, host, port } = way
    const ask = way.secure ? https.request : http.request
    const request = ask({
      ...{ method, agent, host, port, path: way.path(path), signal: AbortSignal.timeout(timeout) },
      headers: {
        accept: 'application/json',
        ...(authorization !== null && { authorization }),
        ...(body !== undefined && { 'content-length': String(body.length) }),
        ...way.headers,
        ...headers,
      },
    })
    request.on('response', (answer) => {
      const pieces: Buffer[] = []
      let length = 0
      answer.on('data', (piece: Buffer) => {
        length += piece.length
        if (length > LARGEST_REPLY) answer.destroy(new Error('the answer is too long'))
        else pieces.push(piece)
      })
      answer.on('error', reject)
      answer.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8')
        resolve({ kind: 'answer', status: answer.statusCode ?? 0, headers: answer.headers, text })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** The code where there is one: it is short and holds nothing that was sent. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown'
  const { code } = thrown as NodeJS.ErrnoException
  if (code === 'ABORT_ERR') return 'no answer in time'
  return typeof code === 'string' ? code : thrown.message
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
