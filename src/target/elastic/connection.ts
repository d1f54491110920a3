import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'

/**
 * Where Elastic is and how to log in. Secrets come as values, from the environment or a file that the caller read; they
 * are sent in a header and stand in no message.
 */
export interface ElasticConnection {
  readonly elasticsearch?: Endpoint
  readonly kibana?: Endpoint & {
    /** Kibana space; `default` unless given. */
    readonly space?: string
  }
  readonly pace?: Pace
}

export interface Endpoint {
  readonly url: string
  /** The encoded form of an API key, base64 of `id:key`. */
  readonly apiKey?: string
  readonly basic?: { readonly username: string; readonly password: string }
  /** A PEM file of certificates to trust instead of the system's. */
  readonly caFile?: string
  /** Allows credentials over plain http to a host that is not this one. */
  readonly allowInsecure?: boolean
}

/** How long to wait and how often to try again; times in milliseconds. */
export interface Pace {
  /** For one request and its answer. */
  readonly timeout: number
  /** In all, the first included. */
  readonly attempts: number
  /** Before the second attempt; doubles from there, and is cut by chance to a half at least. */
  readonly pause: number
  readonly longestPause: number
}

export const DEFAULT_PACE: Pace = { timeout: 30_000, attempts: 4, pause: 500, longestPause: 8_000 }

/** An endpoint that has been looked at: the address is usable, the certificates are read. */
export interface ReadyEndpoint {
  /** Without a slash at the end. */
  readonly base: string
  readonly authorization: string | null
  readonly ca: string | null
  /** Takes every secret of the endpoint out of a text. */
  readonly redact: (text: string) => string
}

export type Preparation =
  | { readonly kind: 'ready'; readonly endpoint: ReadyEndpoint }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/**
 * Checks an endpoint before anything is sent to it. Refused: an address that is none (`target/connection`), one with
 * credentials in it, plain http to another host (`target/insecure`), a key that no header can carry, a CA file that
 * cannot be read.
 *
 * @param what names the server in messages: `Kibana`
 */
export async function prepareEndpoint(endpoint: Endpoint, what: string): Promise<Preparation> {
  const failed = (one: Diagnostic): Preparation => ({ kind: 'failed', diagnostics: [one] })
  const url = URL.canParse(endpoint.url) ? new URL(endpoint.url) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    return failed(error('target/connection', `the address of ${what} must be an http or https address`))
  if (url.username !== '' || url.password !== '')
    return failed(
      error('target/connection', `the address of ${what} holds credentials`, undefined, {
        hint: 'take them out and give an API key in the environment or in a file',
      }),
    )
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && endpoint.allowInsecure !== true)
    return failed(
      error('target/insecure', `${what} at ${url.host} would get the credentials over plain http`, undefined, {
        hint: 'use https, or allow it by name where the network is trusted',
      }),
    )
  if (endpoint.apiKey !== undefined && !/^[\x21-\x7e]+$/.test(endpoint.apiKey))
    return failed(
      error(
        'target/connection',
        `the API key for ${what} is empty or holds characters that no API key has`,
        undefined,
        {
          hint: 'give the key alone, in its encoded form',
        },
      ),
    )
  let ca: string | null = null
  if (endpoint.caFile !== undefined) {
    try {
      ca = await readFile(endpoint.caFile, 'utf8')
    } catch {
      return failed(error('target/connection', `the CA file "${endpoint.caFile}" cannot be read`))
    }
  }
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  return { kind: 'ready', endpoint: { base, ca, authorization: authorizationOf(endpoint), redact: redactor(endpoint) } }
}

function authorizationOf({ apiKey, basic }: Endpoint): string | null {
  if (apiKey !== undefined) return `ApiKey ${apiKey}`
  return basic === undefined ? null : `Basic ${base64(`${basic.username}:${basic.password}`)}`
}

function redactor({ apiKey, basic }: Endpoint): (text: string) => string {
  const secrets = [
    ...(apiKey === undefined ? [] : [apiKey, ...decodedKey(apiKey)]),
    ...(basic === undefined ? [] : [base64(`${basic.username}:${basic.password}`), basic.password]),
  ].filter((secret) => secret !== '')
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text)
}

/** The secret half of an encoded API key. */
function decodedKey(apiKey: string): readonly string[] {
  const secret = Buffer.from(apiKey, 'base64').toString('utf8').split(':')[1] ?? ''
  return secret.length >= 8 ? [secret] : []
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}

function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true
  return isIP(hostname) === 4 && hostname.startsWith('127.')
}
