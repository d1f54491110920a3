import type { Configuration } from '../pack/configuration.ts'
import { elasticTarget } from '../ship/elastic/elastic-target.ts'
import type { ShipTarget } from '../ship/delivery/target.ts'
import { prepareDestination, type Destination, type ReadyDestination } from '../target/destination.ts'
import { DEFAULT_ACK_PACE } from '../ship/splunk/acknowledgement.ts'
import { hecTarget } from '../ship/splunk/hec-target.ts'
import { renderDiagnostic } from '../diagnostic/frame.ts'
import { destinationOf, elasticLogin, secret, type DestinationOptions } from './destination.ts'
import { Unusable } from './unusable.ts'

/** Where events go, as far as the command line says it. */
export interface ShipDestinationOptions extends DestinationOptions {
  readonly target: 'elastic' | 'splunk'
  readonly elasticsearch?: string
  readonly dataStream?: string
  readonly collector?: string
  readonly index?: string
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
