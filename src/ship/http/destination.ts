import { readFile } from 'node:fs/promises'
import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { prepareEndpoint, type Endpoint } from '../../target/elastic/connection.ts'

/** How a server is reached. Secrets are values; they are sent in a header and stand in no message. */
export interface Destination {
  readonly url: string
  readonly login: Login
  /** A PEM file of certificates to trust instead of the system's. */
  readonly caFile?: string
  /** PEM files: the certificate by which this side shows who it is, and its key. */
  readonly certificate?: { readonly file: string; readonly keyFile: string }
  /** An http or https address; it may hold credentials for the proxy. */
  readonly proxy?: string
  /** Allows plain http to a host that is not this one. */
  readonly allowInsecure?: boolean
}

export type Login =
  | { readonly kind: 'none' }
  /** The encoded form, base64 of `id:key`. */
  | { readonly kind: 'api-key'; readonly key: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** Of the HTTP Event Collector. */
  | { readonly kind: 'hec-token'; readonly token: string }

/** A destination that has been looked at; its files are read. */
export interface ReadyDestination {
  /** Without a slash at the end. */
  readonly base: string
  readonly authorization: string | null
  readonly ca: string | null
  readonly certificate: { readonly cert: string; readonly key: string } | null
  readonly proxy: string | null
  /** Takes every secret out of a text. */
  readonly redact: (text: string) => string
}

export type DestinationPreparation =
  | { readonly kind: 'ready'; readonly destination: ReadyDestination }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/**
 * Checks a destination before anything is sent to it. Refused, besides what `prepareEndpoint` refuses: a token that no
 * header can carry, a certificate that cannot be read, a proxy that is no address (`target/connection`).
 *
 * @param what names the server in messages
 */
export async function prepareDestination(to: Destination, what: string): Promise<DestinationPreparation> {
  const failed = (message: string, hint?: string): DestinationPreparation => ({
    kind: 'failed',
    diagnostics: [error('target/connection', message, undefined, { hint })],
  })
  const { login } = to
  if (login.kind === 'hec-token' && !/^[\x21-\x7e]+$/.test(login.token))
    return failed(`the token for ${what} is empty or holds characters that no token has`, 'give the token alone')
  const prepared = await prepareEndpoint(endpointOf(to), what)
  if (prepared.kind === 'failed') return prepared
  let certificate: ReadyDestination['certificate'] = null
  if (to.certificate !== undefined) {
    const { file, keyFile } = to.certificate
    const [cert, key] = await Promise.all([readText(file), readText(keyFile)])
    if (cert === undefined || key === undefined)
      return failed(`the client certificate "${cert === undefined ? file : keyFile}" cannot be read`)
    certificate = { cert, key }
  }
  const proxy = to.proxy ?? null
  if (proxy !== null && !(URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol)))
    return failed('the address of the proxy must be an http or https address')
  const { base, ca, authorization } = prepared.endpoint
  const secrets = [...(login.kind === 'hec-token' ? [login.token] : []), ...proxySecrets(proxy)]
  const redact = (text: string): string =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), prepared.endpoint.redact(text))
  const header = login.kind === 'hec-token' ? `Splunk ${login.token}` : authorization
  return { kind: 'ready', destination: { base, ca, certificate, proxy, redact, authorization: header } }
}

function endpointOf({ url, login, caFile, allowInsecure }: Destination): Endpoint {
  return {
    url,
    ...(login.kind === 'api-key' && { apiKey: login.key }),
    ...(login.kind === 'basic' && { basic: { username: login.username, password: login.password } }),
    ...(caFile !== undefined && { caFile }),
    ...(allowInsecure === true && { allowInsecure }),
  }
}

function proxySecrets(proxy: string | null): string[] {
  const password = proxy === null ? '' : new URL(proxy).password
  return password === '' ? [] : [password, decodeURIComponent(password)]
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    return undefined
  }
}
