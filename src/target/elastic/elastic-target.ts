import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { LiveObject, ObjectKind } from '../object.ts'
import type { Place } from '../plan.ts'
import type { Target } from '../target.ts'
import { openCluster } from './cluster-client.ts'
import type { ElasticConnection } from './connection.ts'
import { openKibana } from './kibana-client.ts'
import { elasticReceipts } from './receipts.ts'
import { isResource, keptKinds, policyOf, readResources, writeResources, type ResourceKind } from './resource-store.ts'
import { kibanaRulePolicy } from './rule-policy.ts'
import { findRules, getRules, runAgain, writeRules } from './rule-store.ts'
import { checkCluster, checkKibana } from './server-check.ts'
import { elasticStatus } from './status.ts'

export type TargetOpening =
  | { readonly kind: 'open'; readonly target: Target }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

const CLUSTER_KINDS: readonly ResourceKind[] = ['component-template', 'index-template']
/** Not every Elasticsearch has these. */
const OPTIONAL_KINDS: readonly ResourceKind[] = ['lifecycle-policy', 'ingest-pipeline']
const KIBANA_KINDS: readonly ObjectKind[] = ['rule']

/**
 * Elasticsearch and Kibana, as far as each is named in the connection, as one target. When neither is named it is an
 * error (`target/connection`). Both are looked at first (`checkCluster`, `checkKibana`), and Elasticsearch is asked which
 * kinds of objects it keeps.
 *
 * @param index where the events lie
 */
export async function openElastic(
  connection: ElasticConnection,
  name = 'elastic',
  index = 'logs-detpack.use-*',
): Promise<TargetOpening> {
  if (connection.elasticsearch === undefined && connection.kibana === undefined) {
    const hint = 'set the address of Elasticsearch, of Kibana, or of both'
    const diagnostic = error('target/connection', 'no address of Elastic is given', undefined, { hint })
    return { kind: 'failed', diagnostics: [diagnostic] }
  }
  const cluster = connection.elasticsearch === undefined ? null : await openCluster(connection)
  const kibana = connection.kibana === undefined ? null : await openKibana(connection)
  const close = async (): Promise<void> => {
    if (cluster?.kind === 'open') await cluster.client.close()
    if (kibana?.kind === 'open') await kibana.client.close()
  }
  if (cluster?.kind === 'failed' || kibana?.kind === 'failed') {
    await close()
    const diagnostics = [cluster, kibana].flatMap((one) => (one?.kind === 'failed' ? one.diagnostics : []))
    return { kind: 'failed', diagnostics }
  }
  const unfit = [
    ...(cluster === null ? [] : await checkCluster(cluster.client)),
    ...(kibana === null ? [] : await checkKibana(kibana.client, connection.kibana?.space ?? 'default')),
  ]
  if (unfit.length > 0) {
    await close()
    return { kind: 'failed', diagnostics: unfit }
  }
  const optional = cluster === null ? undefined : await keptKinds(cluster.client, OPTIONAL_KINDS)
  if (optional?.kind === 'failed') {
    await close()
    return { kind: 'failed', diagnostics: [optional.diagnostic] }
  }
  const clusterKinds = [...(optional?.value ?? []), ...CLUSTER_KINDS]
  const target: Target = {
    place: placeOf(connection, name),
    kinds: [...(cluster === null ? [] : clusterKinds), ...(kibana === null ? [] : KIBANA_KINDS)],
    policy: (kind) => (isResource(kind) ? policyOf(kind) : kibanaRulePolicy),
    read: async (pack, named) => {
      const found: LiveObject[] = []
      if (cluster !== null) {
        const resources = named.filter((each) => isResource(each.kind))
        const read = await readResources(cluster.client, clusterKinds, pack, resources)
        if (read.kind === 'failed') return read
        found.push(...read.value)
      }
      if (kibana === null) return { kind: 'read', value: found }
      const ours = pack === null ? undefined : await findRules(kibana.client, pack)
      if (ours?.kind === 'failed') return ours
      const known = new Set(ours?.value.map((rule) => rule.id))
      const rest = named.filter((each) => each.kind === 'rule' && !known.has(each.id)).map((each) => each.id)
      const others = await getRules(kibana.client, rest)
      if (others.kind === 'failed') return others
      return { kind: 'read', value: [...found, ...(ours?.value ?? []), ...others.value] }
    },
    write: async (work, onWritten) => {
      const kind = work[0]?.action.object.kind
      const client = kind !== undefined && isResource(kind) ? cluster : kibana
      if (client === null) {
        const message = 'the connection names less than the plan was made for'
        return { tried: 0, failures: [{ object: null, diagnostic: error('target/connection', message) }] }
      }
      return client === cluster
        ? writeResources(cluster.client, work, onWritten)
        : kibana === null
          ? { tried: 0, failures: [] }
          : writeRules(kibana.client, work, onWritten)
    },
    receipts: cluster === null ? null : elasticReceipts(cluster.client),
    status: (pack, since) => elasticStatus(cluster?.client ?? null, kibana?.client ?? null, index, pack, since),
    runAgain: kibana === null ? null : (rules, from, to) => runAgain(kibana.client, rules, from, to),
    close,
  }
  return { kind: 'open', target }
}

function placeOf({ elasticsearch, kibana }: ElasticConnection, name: string): Place {
  const parts = [
    ...(elasticsearch === undefined ? [] : [`Elasticsearch ${elasticsearch.url}`]),
    ...(kibana === undefined ? [] : [`Kibana ${kibana.url}, space ${kibana.space ?? 'default'}`]),
  ]
  return { kind: 'elastic', name, at: parts.join('; ') }
}
