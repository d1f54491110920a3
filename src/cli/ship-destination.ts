import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Configuration, TlsConfiguration } from '../pack/configuration.ts'
import { reason } from '../pack/system-reason.ts'
import { elasticTarget } from '../ship/elastic/elastic-target.ts'
import type { ShipTarget } from '../ship/delivery/target.ts'
import { prepareDestination, type Destination, type Login, type ReadyDestination } from '../ship/http/destination.ts'
import { DEFAULT_ACK_PACE } from '../ship/splunk/acknowledgement.ts'
import { hecTarget } from '../ship/splunk/hec-target.ts'
import { renderDiagnostic } from '../diagnostic/frame.ts'
import { Unusable } from './unusable.ts'

/** Where events go, as far as the command line says it. */
export interface ShipDestinationOptions {
  readonly target: 'elastic' | 'splunk'
  readonly elasticsearch?: string
  readonly dataStream?: string
  readonly collector?: string
  readonly index?: string
  readonly caFile?: string
  readonly certificate?: string
  readonly certificateKey?: string
  readonly proxy?: string
  readonly insecureHttp?: boolean
  readonly requireAck?: boolean
}

/** Longest wait for one request and its answer, ms. */
const TIMEOUT = 60_000

/**
 * The target that the options, the environment and detpack.yml name. Secrets come from the environment, a file, or
 * standard input, never from an option.
 *
 * @param given the secret that was read from standard input
 */
export async function shipTarget(
  configuration: Configuration,
  options: ShipDestinationOptions,
  given: string | undefined,
): Promise<ShipTarget> {
  const { elastic, splunk } = configuration
  if (options.target === 'elastic') {
    const url = options.elasticsearch ?? elastic.elasticsearch
    if (url === null) throw new Unusable('no address of Elasticsearch: give --elasticsearch, or set it in detpack.yml')
    const login = elasticLogin(configuration, given)
    const destination = await ready(destinationOf(url, login, elastic, configuration, options), 'Elasticsearch')
    return elasticTarget({ destination, stream: options.dataStream ?? elastic.dataStream, timeout: TIMEOUT })
  }
  const url = options.collector ?? splunk.collector
  if (url === null) throw new Unusable('no address of Splunk: give --collector, or set it in detpack.yml')
  const token = given ?? secret('DETPACK_HEC_TOKEN', splunk.tokenFile, configuration)
  if (token === undefined)
    throw new Unusable('no token for the HTTP Event Collector: set DETPACK_HEC_TOKEN or DETPACK_HEC_TOKEN_FILE')
  const destination = await ready(
    destinationOf(url, { kind: 'hec-token', token }, splunk, configuration, options),
    'Splunk',
  )
  const index = options.index ?? splunk.index
  return hecTarget({
    ...{ destination, index, timeout: TIMEOUT, ackPace: DEFAULT_ACK_PACE },
    requireAck: options.requireAck === true,
  })
}

/** Plain http to another machine: everybody on the way can read the events and the secret. */
export function insecureWarning(options: ShipDestinationOptions, target: ShipTarget): string | undefined {
  return options.insecureHttp === true && / at http:/.test(target.name)
    ? `WARNING: ${target.name} is reached without TLS: events and the secret can be read and changed on the way`
    : undefined
}

async function ready(destination: Destination, what: string): Promise<ReadyDestination> {
  const prepared = await prepareDestination(destination, what)
  if (prepared.kind === 'ready') return prepared.destination
  throw new Unusable(prepared.diagnostics.map(renderDiagnostic).join('\n'))
}

function destinationOf(
  url: string,
  login: Login,
  tls: TlsConfiguration,
  { root }: Configuration,
  options: ShipDestinationOptions,
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
  }
}

function elasticLogin(configuration: Configuration, given: string | undefined): Login {
  const key = given ?? secret('DETPACK_ELASTIC_API_KEY', configuration.elastic.apiKeyFile, configuration)
  if (key !== undefined) return { kind: 'api-key', key }
  const username = process.env['DETPACK_ELASTIC_USERNAME']
  if (username === undefined) return { kind: 'none' }
  const password = secret('DETPACK_ELASTIC_PASSWORD', null, configuration)
  if (password === undefined) throw new Unusable('DETPACK_ELASTIC_USERNAME is set and DETPACK_ELASTIC_PASSWORD is not')
  return { kind: 'basic', username, password }
}

/** From the variable, from a file named by the variable with `_FILE`, or from one named in detpack.yml. */
function secret(variable: string, configured: string | null, { root }: Configuration): string | undefined {
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
