import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { LiveObject, ObjectKind, ObjectName } from '../object.ts'
import type { Place } from '../plan.ts'
import type { Target, WriteResult } from '../target.ts'
import { openCluster } from './cluster-client.ts'
import type { ElasticConnection } from './connection.ts'
import { checkConnectors } from './connector-check.ts'
import { exceptionListPolicy, exceptionPolicy } from './exception-policy.ts'
import { readExceptions, withListIds, withOthersIn, writeExceptions } from './exception-store.ts'
import { openKibana } from './kibana-client.ts'
import { elasticReceipts } from './receipts.ts'
import { isResource, keptKinds, policyOf, readResources, writeResources, type ResourceKind } from './resource-store.ts'
import { kibanaRulePolicy } from './rule-policy.ts'
import { findRules, getRules, runAgain, writeRules } from './rule-store.ts'
import { checkCluster, checkKibana } from './server-check.ts'
import { elasticStatus } from './status.ts'
import { valueListPolicy } from './value-list-policy.ts'
import { readValueLists, writeValueLists } from './value-list-store.ts'

export type TargetOpening =
  | { readonly kind: 'open'; readonly target: Target }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

const CLUSTER_KINDS: readonly ResourceKind[] = ['component-template', 'index-template']
/** Not every Elasticsearch has these. */
const OPTIONAL_KINDS: readonly ResourceKind[] = ['lifecycle-policy', 'ingest-pipeline']
/** What others stand on first: items refer to values and stand in lists, and rules refer to lists. */
const KIBANA_KINDS: readonly ObjectKind[] = ['value-list', 'exception-list', 'exception', 'rule']

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
    policy: (kind) => {
      if (isResource(kind)) return policyOf(kind)
      if (kind === 'value-list') return valueListPolicy
      if (kind === 'exception-list') return exceptionListPolicy
      return kind === 'exception' ? exceptionPolicy : kibanaRulePolicy
    },
    read: async (pack, named) => {
      const found: LiveObject[] = []
      if (cluster !== null) {
        const resources = named.filter((each) => isResource(each.kind))
        const read = await readResources(cluster.client, clusterKinds, pack, resources)
        if (read.kind === 'failed') return read
        found.push(...read.value)
      }
      if (kibana === null) return { kind: 'read', value: found }
      const values = await readValueLists(
        kibana.client,
        pack,
        named.filter((each) => each.kind === 'value-list'),
      )
      if (values.kind === 'failed') return values
      const exceptions = await readExceptions(kibana.client, pack, named.filter(isException))
      if (exceptions.kind === 'failed') return exceptions
      const ours = pack === null ? undefined : await findRules(kibana.client, pack)
      if (ours?.kind === 'failed') return ours
      const known = new Set(ours?.value.map((rule) => rule.id))
      const rest = named.filter((each) => each.kind === 'rule' && !known.has(each.id)).map((each) => each.id)
      const others = await getRules(kibana.client, rest)
      if (others.kind === 'failed') return others
      const rules = await withOthersIn(kibana.client, [...(ours?.value ?? []), ...others.value], exceptions.value)
      if (rules.kind === 'failed') return rules
      return { kind: 'read', value: [...found, ...values.value, ...exceptions.value, ...rules.value] }
    },
    write: async (work, onWritten) => {
      const kind = work[0]?.action.object.kind
      if (kind !== undefined && isResource(kind))
        return cluster === null ? UNNAMED : writeResources(cluster.client, work, onWritten)
      if (kibana === null) return UNNAMED
      if (kind === 'value-list') return writeValueLists(kibana.client, work, onWritten)
      if (kind === 'exception-list' || kind === 'exception') return writeExceptions(kibana.client, work, onWritten)
      const resolved = await withListIds(kibana.client, work)
      return resolved.kind === 'failed'
        ? { tried: 0, failures: [{ object: null, diagnostic: resolved.diagnostic }] }
        : writeRules(kibana.client, resolved.value, onWritten)
    },
    receipts: cluster === null ? null : elasticReceipts(cluster.client),
    status: (pack, since) => elasticStatus(cluster?.client ?? null, kibana?.client ?? null, index, pack, since),
    runAgain: kibana === null ? null : (rules, from, to) => runAgain(kibana.client, rules, from, to),
    ...(kibana !== null && {
      inspect: (actions) => checkConnectors(kibana.client, actions),
      preview: async (actions, seconds) => {
        const { previewRules } = await import('./preview.ts')
        const space = connection.kibana?.space ?? 'default'
        return previewRules(kibana.client, cluster?.client ?? null, space, actions, seconds, Date.now())
      },
    }),
    close,
  }
  return { kind: 'open', target }
}

const UNNAMED: WriteResult = {
  tried: 0,
  failures: [
    {
      object: null,
      diagnostic: error('target/connection', 'the connection names less than the plan was made for'),
    },
  ],
}

function isException({ kind }: ObjectName): boolean {
  return kind === 'exception-list' || kind === 'exception'
}

function placeOf({ elasticsearch, kibana }: ElasticConnection, name: string): Place {
  const parts = [
    ...(elasticsearch === undefined ? [] : [`Elasticsearch ${elasticsearch.url}`]),
    ...(kibana === undefined ? [] : [`Kibana ${kibana.url}, space ${kibana.space ?? 'default'}`]),
  ]
  return { kind: 'elastic', name, at: parts.join('; ') }
}
