import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Configuration, TlsConfiguration } from '../pack/configuration.ts'
import { reason } from '../pack/system-reason.ts'
import type { Destination, Login } from '../target/destination.ts'
import { Unusable } from './unusable.ts'

/** How a server is reached, as far as the command line says it. */
export interface DestinationOptions {
  readonly caFile?: string
  readonly certificate?: string
  readonly certificateKey?: string
  readonly proxy?: string
  readonly insecureHttp?: boolean
  readonly insecure?: boolean
}

/** The way to an address, from the options, the environment and detpack.yml. */
export function destinationOf(
  url: string,
  login: Login,
  tls: TlsConfiguration,
  { root }: Configuration,
  options: DestinationOptions,
): Destination {
  const named = (given: string | undefined, configured: string | null): string | undefined =>
    given ?? (configured === null ? undefined : path.join(root, configured))
  const caFile = named(options.caFile, tls.caFile)
  const file = named(options.certificate, tls.certificateFile)
  const keyFile = named(options.certificateKey, tls.certificateKeyFile)
  if ((file === undefined) !== (keyFile === undefined))
    throw new Unusable('a client certificate needs its key, and the key its certificate')
  const proxy = options.proxy ?? process.env['DETPACK_PROXY'] ?? tls.proxy ?? undefined
  if (options.proxy !== undefined && URL.canParse(options.proxy) && new URL(options.proxy).password !== '')
    throw new Unusable('--proxy holds a password: give the address in DETPACK_PROXY instead')
  return {
    ...{ url, login },
    ...(caFile !== undefined && { caFile }),
    ...(file !== undefined && keyFile !== undefined && { certificate: { file, keyFile } }),
    ...(proxy !== undefined && { proxy }),
    ...(options.insecureHttp === true && { allowInsecure: true }),
    ...(options.insecure === true && { insecure: true }),
  }
}

/**
 * Who logs in to Elastic: an API key, a bearer token, or a user.
 *
 * @param given the API key that was read from standard input
 */
export function elasticLogin(configuration: Configuration, given: string | undefined): Login {
  const key = given ?? secret('DETPACK_ELASTIC_API_KEY', configuration.elastic.apiKeyFile, configuration)
  if (key !== undefined) return { kind: 'api-key', key }
  const token = secret('DETPACK_ELASTIC_TOKEN', null, configuration)
  if (token !== undefined) return { kind: 'bearer', token }
  const username = process.env['DETPACK_ELASTIC_USERNAME']
  if (username === undefined) return { kind: 'none' }
  const password = secret('DETPACK_ELASTIC_PASSWORD', null, configuration)
  if (password === undefined) throw new Unusable('DETPACK_ELASTIC_USERNAME is set and DETPACK_ELASTIC_PASSWORD is not')
  return { kind: 'basic', username, password }
}

/**
 * Who logs in to splunkd: a token, a session that was opened elsewhere, or a user.
 *
 * @param given the token that was read from standard input
 */
export function splunkLogin(configuration: Configuration, given: string | undefined): Login {
  const token = given ?? secret('DETPACK_SPLUNK_TOKEN', configuration.splunk.splunkdTokenFile, configuration)
  if (token !== undefined) return { kind: 'bearer', token }
  const key = secret('DETPACK_SPLUNK_SESSION_KEY', null, configuration)
  if (key !== undefined) return { kind: 'session', key }
  const username = process.env['DETPACK_SPLUNK_USERNAME']
  if (username === undefined) return { kind: 'none' }
  const password = secret('DETPACK_SPLUNK_PASSWORD', null, configuration)
  if (password === undefined) throw new Unusable('DETPACK_SPLUNK_USERNAME is set and DETPACK_SPLUNK_PASSWORD is not')
  return { kind: 'basic', username, password }
}

/** A secret from the variable, from a file named by the variable with `_FILE`, or from one named in detpack.yml. */
export function secret(variable: string, configured: string | null, { root }: Configuration): string | undefined {
  const value = process.env[variable]
  if (value !== undefined) return value
  const file = process.env[`${variable}_FILE`] ?? (configured === null ? undefined : path.join(root, configured))
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (problem) {
    throw new Unusable(`cannot read the secret file "${file}": ${reason(problem)}`)
  }
}

/** Loud, since it lets everybody on the way pass for the server. */
export function insecureWarning(
  { insecure, insecureHttp }: DestinationOptions,
  urls: readonly string[],
): string | undefined {
  if (insecure === true)
    return 'WARNING: --insecure: any certificate is taken. Whoever is on the way can read the secrets and change everything.'
  if (insecureHttp === true && urls.some((url) => url.startsWith('http:')))
    return 'WARNING: the target is reached without TLS: everything, the secrets included, can be read and changed on the way'
  return undefined
}

let firstLine: string | undefined

/** The first line of standard input, which is read once. */
export function secretFromStdin(): string {
  firstLine ??= readFileSync(0, 'utf8').split('\n', 1)[0]?.trim() ?? ''
  if (firstLine === '') throw new Unusable('--secret-stdin: nothing came on standard input')
  return firstLine
}
