import { configurationFor, type Configuration } from '../pack/configuration.ts'
import { openCluster, type ClusterClient } from '../target/elastic/cluster-client.ts'
import { insecureWarning, secretFromStdin } from './destination.ts'
import { elasticConnection, type ElasticOptions } from './elastic.ts'
import { TargetProblem } from './target-problem.ts'
import { say } from './terminal.ts'
import { Unusable } from './unusable.ts'

export interface ElasticsearchOptions extends ElasticOptions {
  readonly secretStdin?: boolean
}

/** A cluster that is open, and the configuration in which it is the one of its kind. */
export interface OpenElasticsearch {
  readonly client: ClusterClient
  readonly configuration: Configuration
}

/**
 * Opens the Elasticsearch of a target of the kind elastic. Without certificates being looked at, a warning is said.
 * Throws `Unusable` for a name or address that is none, `TargetProblem` for what the connection is refused for.
 *
 * @param flag what named the target, such as `--from`
 */
export async function openElasticsearch(
  configuration: Configuration,
  flag: string,
  name: string,
  options: ElasticsearchOptions,
): Promise<OpenElasticsearch> {
  const found = configurationFor(configuration, name)
  if (found?.kind !== 'elastic') throw new Unusable(`${flag} names a target of the kind elastic, not "${name}"`)
  const secret = options.secretStdin === true ? secretFromStdin() : undefined
  const connection = elasticConnection(found.configuration, options, secret)
  const { elasticsearch } = connection
  if (!elasticsearch) throw new Unusable('no address of Elasticsearch: give --elasticsearch, or set it in detpack.yml')
  const warning = insecureWarning(options, [elasticsearch.url])
  if (warning !== undefined) say(warning)
  const opening = await openCluster(connection)
  if (opening.kind === 'failed') throw new TargetProblem(opening.diagnostics)
  return { client: opening.client, configuration: found.configuration }
}
