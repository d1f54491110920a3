import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'

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
  /** Takes any certificate. */
  readonly insecure?: boolean
}

export type Login =
  | { readonly kind: 'none' }
  /** The encoded form, base64 of `id:key`. */
  | { readonly kind: 'api-key'; readonly key: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** A token of Elasticsearch's token service, an identity provider, or Splunk. */
  | { readonly kind: 'bearer'; readonly token: string }
  /** Of the HTTP Event Collector. */
  | { readonly kind: 'hec-token'; readonly token: string }
  /** Of splunkd, as its login gives it. */
  | { readonly kind: 'session'; readonly key: string }

/** A destination that has been looked at; its files are read. */
export interface ReadyDestination {
  /** Without a slash at the end. */
  readonly base: string
  readonly authorization: string | null
  readonly ca: string | null
  readonly certificate: { readonly cert: string; readonly key: string } | null
  readonly proxy: string | null
  readonly insecure: boolean
  /** Takes every secret out of a text. */
  readonly redact: (text: string) => string
}

export type DestinationPreparation =
  | { readonly kind: 'ready'; readonly destination: ReadyDestination }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/**
 * Checks a destination before anything is sent to it. Refused: an address that is none (`target/connection`), one with
 * credentials in it, plain http to another host (`target/insecure`), a secret that no header can carry, a file that
 * cannot be read or holds no certificate, a certificate without its key, a proxy that is no address.
 *
 * @param what names the server in messages: `Kibana`
 */
export async function prepareDestination(to: Destination, what: string): Promise<DestinationPreparation> {
  const failed = (message: string, hint?: string): DestinationPreparation => ({
    kind: 'failed',
    diagnostics: [error('target/connection', message, undefined, { hint })],
  })
  const url = URL.canParse(to.url) ? new URL(to.url) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    return failed(`the address of ${what} must be an http or https address`)
  if (url.username !== '' || url.password !== '')
    return failed(
      `the address of ${what} holds credentials`,
      'take them out and give an API key in the environment or in a file',
    )
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && to.allowInsecure !== true) {
    const message = `${what} at ${url.host} would get the credentials over plain http`
    const hint = 'use https, or allow it by name where the network is trusted'
    return { kind: 'failed', diagnostics: [error('target/insecure', message, undefined, { hint })] }
  }
  const { word, secret } = secretOf(to.login)
  if (secret !== null && !/^[\x21-\x7e]+$/.test(secret))
    return failed(`the ${word} for ${what} is empty or holds characters that none has`, `give the ${word} alone`)
  const ca = to.caFile === undefined ? null : await readText(to.caFile)
  if (ca === undefined) return failed(`the CA file "${to.caFile ?? ''}" cannot be read`)
  if (ca !== null && !holdsCertificates(ca))
    return failed(`the CA file "${to.caFile ?? ''}" holds no certificate in PEM`)
  let certificate: ReadyDestination['certificate'] = null
  if (to.certificate !== undefined) {
    const { file, keyFile } = to.certificate
    const [cert, key] = await Promise.all([readText(file), readText(keyFile)])
    if (cert === undefined || key === undefined)
      return failed(`the client certificate "${cert === undefined ? file : keyFile}" cannot be read`)
    if (!holdsCertificates(cert)) return failed(`the client certificate "${file}" holds no certificate in PEM`)
    if (!isKeyOf(key, cert))
      return failed(`"${keyFile}" is no key without password of the client certificate "${file}"`)
    certificate = { cert, key }
  }
  const proxy = to.proxy ?? null
  if (proxy !== null && !(URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol)))
    return failed('the address of the proxy must be an http or https address')
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  const secrets = [...secretsIn(to.login), ...proxySecrets(proxy)].filter((each) => each !== '')
  const redact = (text: string): string => secrets.reduce((rest, each) => rest.replaceAll(each, '[secret]'), text)
  const common = { base, ca, certificate, proxy, redact, insecure: to.insecure === true }
  return { kind: 'ready', destination: { ...common, authorization: authorizationOf(to.login) } }
}

/** The part of a login that a header carries as it is. */
function secretOf(login: Login): { readonly word: string; readonly secret: string | null } {
  switch (login.kind) {
    case 'api-key':
      return { word: 'API key', secret: login.key }
    case 'session':
      return { word: 'session key', secret: login.key }
    case 'bearer':
    case 'hec-token':
      return { word: 'token', secret: login.token }
    case 'basic':
    case 'none':
      return { word: '', secret: null }
  }
}

function authorizationOf(login: Login): string | null {
  switch (login.kind) {
    case 'api-key':
      return `ApiKey ${login.key}`
    case 'bearer':
      return `Bearer ${login.token}`
    case 'hec-token':
      return `Splunk ${login.token}`
    case 'session':
      return `Splunk ${login.key}`
    case 'basic':
      return `Basic ${base64(`${login.username}:${login.password}`)}`
    case 'none':
      return null
  }
}

function secretsIn(login: Login): readonly string[] {
  switch (login.kind) {
    case 'api-key':
      return [login.key, ...decodedKey(login.key)]
    case 'bearer':
    case 'hec-token':
      return [login.token]
    case 'session':
      return [login.key]
    case 'basic':
      return [base64(`${login.username}:${login.password}`), login.password]
    case 'none':
      return []
  }
}

/** The secret half of an encoded API key. */
function decodedKey(apiKey: string): readonly string[] {
  const secret = Buffer.from(apiKey, 'base64').toString('utf8').split(':')[1] ?? ''
  return secret.length >= 8 ? [secret] : []
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}

/** @param hostname as in a `URL`: an IPv6 address stands in brackets */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true
  return isIP(hostname) === 4 && hostname.startsWith('127.')
}

/** Whether there is at least one, and each can be read: TLS would leave out in silence what is none. */
function holdsCertificates(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? []
  try {
    return blocks.map((block) => new X509Certificate(block)).length > 0
  } catch {
    return false
  }
}

function isKeyOf(key: string, cert: string): boolean {
  try {
    createSecureContext({ key, cert })
    return true
  } catch {
    return false
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
