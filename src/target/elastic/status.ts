import { ALERT_STREAM } from '../../event/alert-template.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { isJsonObject, textOf } from '../object.ts'
import type { Reading } from '../reading.ts'
import type { LateEvents, RuleStatus, TargetStatus } from '../status.ts'
import type { ClusterClient } from './cluster-client.ts'
import type { KibanaClient } from './kibana-client.ts'
import { searchEvents } from './event-search.ts'
import { executionsOf } from './rule-store.ts'
import { hitsOf } from './watch/alert-stream.ts'
import { readRuns } from './watch/run-log.ts'

/** Kibana's own alerts, of all spaces; those of detpack's watch lie in a stream of their own. */
const ALERT_INDICES = `${ALERT_STREAM},.alerts-security.alerts-*`
const MOST = 10_000

/** What Kibana says of the last run of each rule, what the watch kept of its runs, and counts of alerts and events. */
export async function elasticStatus(
  cluster: ClusterClient | null,
  kibana: KibanaClient | null,
  index: string,
  pack: string,
  since: number,
): Promise<Reading<TargetStatus>> {
  const runs = new Map<string, RuleStatus>()
  if (cluster !== null) {
    const kept = await readRuns(cluster, pack)
    if (kept.kind === 'failed') return kept
    for (const [rule, { at, error }] of kept.value) runs.set(rule, { at: new Date(at).toISOString(), error })
  }
  if (kibana !== null) {
    const executions = await executionsOf(kibana, pack)
    if (executions.kind === 'failed') return executions
    for (const [rule, run] of executions.value) runs.set(rule, run)
  }
  if (cluster === null) return { kind: 'read', value: { runs, alerts: null, events: null, late: [] } }
  const range = { range: { '@timestamp': { gte: new Date(since).toISOString() } } }
  const alerts = await counts(cluster, ALERT_INDICES, range, {
    ours: { terms: { field: 'rule.id', size: MOST } },
    kibanas: { terms: { field: 'kibana.alert.rule.rule_id', size: MOST } },
  })
  if (alerts.kind === 'failed') return alerts
  const events = await counts(cluster, index, range, { actions: { terms: { field: 'event.action', size: 1000 } } })
  if (events.kind === 'failed') return events
  const late = await lateEvents(cluster, index, range)
  if (late.kind === 'failed') return late
  return { kind: 'read', value: { runs, alerts: alerts.value, events: events.value, late: late.value } }
}

async function counts(
  client: ClusterClient,
  index: string,
  query: JsonObject,
  aggs: JsonObject,
): Promise<Reading<ReadonlyMap<string, number>>> {
  const found = await searchEvents(client, index, { query, size: 0, aggs })
  if (found.kind === 'failed') return found
  const result = new Map<string, number>()
  const all = isJsonObject(found.value) ? found.value['aggregations'] : undefined
  for (const each of isJsonObject(all) ? Object.values(all) : []) {
    const buckets = isJsonObject(each) && Array.isArray(each['buckets']) ? (each['buckets'] as readonly Json[]) : []
    for (const bucket of buckets.filter(isJsonObject)) {
      const key = textOf(bucket['key'])
      result.set(key, (result.get(key) ?? 0) + Number(bucket['doc_count']))
    }
  }
  return { kind: 'read', value: result }
}

async function lateEvents(
  client: ClusterClient,
  index: string,
  range: JsonObject,
): Promise<Reading<readonly LateEvents[]>> {
  const query = { bool: { filter: [range, { exists: { field: 'detpack.lag.from' } }] } }
  const found = await searchEvents(client, index, { query, size: 100, sort: [{ '@timestamp': 'desc' }] })
  if (found.kind === 'failed') return found
  const late = hitsOf(found.value).flatMap((hit): readonly LateEvents[] => {
    const source = hit['_source']
    const detpack = isJsonObject(source) ? source['detpack'] : undefined
    const lag = isJsonObject(detpack) ? detpack['lag'] : undefined
    const host = isJsonObject(source) ? source['host'] : undefined
    if (!isJsonObject(lag)) return []
    const name = isJsonObject(host) && typeof host['name'] === 'string' ? host['name'] : null
    return [{ from: textOf(lag['from']), to: textOf(lag['to']), count: Number(lag['count'] ?? 0), host: name }]
  })
  return { kind: 'read', value: late }
}
