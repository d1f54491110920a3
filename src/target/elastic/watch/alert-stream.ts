import type { Diagnostic } from '../../../diagnostic/diagnostic.ts'
import { error } from '../../../diagnostic/diagnostic.ts'
import { ALERT_STREAM, ALERT_TEMPLATE } from '../../../event/alert-template.ts'
import type { Json, JsonObject } from '../../../event/field.ts'
import { isJsonObject, textOf } from '../../object.ts'
import { inGroups } from '../../pace.ts'
import type { Reading } from '../../reading.ts'
import type { ClusterClient } from '../cluster-client.ts'
import { replyFailure } from '../../failure.ts'
import { elasticsearch } from '../server.ts'
import type { ScheduledRule } from './scheduled-rule.ts'
import type { Finding } from './search.ts'

const BATCH = 500
/** Kibana's own risk scores. */
const SEVERITY = { informational: 1, low: 21, medium: 47, high: 73, critical: 99 } as const
/** What of the closing event is not true of the alert. */
const NOT_OF_ALERTS = new Set(['@timestamp', 'event', 'data_stream', 'rule'])

/** `target/not-deployed`: without its template the first alert would make an index of another kind. */
export async function checkAlertStream(client: ClusterClient): Promise<readonly Diagnostic[]> {
  const doing = 'read the template of alerts'
  const reply = await client.request({ method: 'GET', path: `/_index_template/${ALERT_TEMPLATE}`, doing })
  if (reply.kind === 'failed') return [reply.diagnostic]
  if (reply.kind === 'ok') return []
  const message = 'Elasticsearch has no template for alerts yet'
  return [error('target/not-deployed', message, undefined, { hint: 'run "detpack deploy" for this target first' })]
}

/** Of the findings, those that are no alert yet, in whatever backing index it would lie. */
export async function newFindings(
  client: ClusterClient,
  findings: readonly Finding[],
): Promise<Reading<readonly Finding[]>> {
  const known = new Set<string>()
  const doing = 'look for alerts that are there already'
  for (const group of inGroups(findings, BATCH)) {
    const path = `/${ALERT_STREAM}/_search?ignore_unavailable=true`
    const body = { query: { ids: { values: group.map((each) => each.id) } }, size: BATCH, _source: false }
    const reply = await client.request({ method: 'POST', path, body, doing })
    if (reply.kind === 'failed') return reply
    if (reply.kind === 'ok') for (const hit of hitsOf(reply.body)) known.add(textOf(hit['_id']))
  }
  return { kind: 'read', value: findings.filter((each) => !known.has(each.id)) }
}

/** What of some findings has become an alert by this writing, and what stood in the way of the others, if anything. */
export interface Written {
  readonly alerts: readonly JsonObject[]
  readonly diagnostic: Diagnostic | null
}

/**
 * Writes alerts, each once whatever happens: its id is that of the chain.
 *
 * @param index where the events lie: an alert carries the fields of its closing event
 */
export async function writeAlerts(
  client: ClusterClient,
  index: string,
  pack: string,
  rule: ScheduledRule,
  findings: readonly Finding[],
  now: Date,
): Promise<Written> {
  const doing = `write the alerts of "${rule.title}"`
  const written: JsonObject[] = []
  for (const group of inGroups(findings, BATCH)) {
    const events = await eventsOf(client, index, rule, group)
    if (events.kind === 'failed') return { alerts: written, diagnostic: events.diagnostic }
    const alerts = new Map(
      group.map((each) => [each.id as string, alertOf(each, rule, pack, events.value.get(each.last.id) ?? {}, now)]),
    )
    const step = await writeGroup(client, alerts, now, doing)
    written.push(...step.alerts)
    if (step.diagnostic !== null) return { alerts: written, diagnostic: step.diagnostic }
  }
  return { alerts: written, diagnostic: null }
}

/** @param alerts by id */
async function writeGroup(
  client: ClusterClient,
  alerts: ReadonlyMap<string, JsonObject>,
  now: Date,
  doing: string,
): Promise<Written> {
  const lines = [...alerts].map(
    ([id, alert]) => `${JSON.stringify({ create: { _id: id } })}\n${JSON.stringify(alert)}\n`,
  )
  const path = `/${ALERT_STREAM}/_bulk?refresh=true`
  const reply = await client.request({ method: 'POST', path, lines: lines.join(''), doing })
  if (reply.kind === 'failed') return { alerts: [], diagnostic: reply.diagnostic }
  const items = reply.kind === 'ok' && isJsonObject(reply.body) ? reply.body['items'] : undefined
  if (!Array.isArray(items)) return { alerts: [], diagnostic: replyFailure(elasticsearch, doing, 'no items') }
  const ids = [...alerts.keys()]
  const outcomes = (items as readonly Json[]).map((item) => (isJsonObject(item) ? item['create'] : undefined))
  const statusOf = (at: number): Json | undefined => {
    const outcome = outcomes[at]
    return isJsonObject(outcome) ? outcome['status'] : undefined
  }
  const refused = outcomes.find((_, at) => statusOf(at) !== 201 && statusOf(at) !== 409)
  const ours = await writtenNow(
    client,
    ids.filter((_, at) => statusOf(at) === 409),
    now,
    doing,
  )
  const made = ids.filter((id, at) => statusOf(at) === 201 || (ours.kind === 'read' && ours.value.has(id)))
  const problem = refused === undefined ? undefined : JSON.stringify(refused).slice(0, 300)
  return {
    alerts: made.map((id) => alerts.get(id)).filter((each) => each !== undefined),
    diagnostic:
      problem !== undefined
        ? replyFailure(elasticsearch, doing, problem)
        : ours.kind === 'failed'
          ? ours.diagnostic
          : null,
  }
}

/** Of alerts that are there already, those that this very writing has put there, before its answer was lost. */
async function writtenNow(
  client: ClusterClient,
  ids: readonly string[],
  now: Date,
  doing: string,
): Promise<Reading<ReadonlySet<string>>> {
  if (ids.length === 0) return { kind: 'read', value: new Set() }
  const filter = [{ ids: { values: [...ids] } }, { term: { 'event.created': now.toISOString() } }]
  const body = { query: { bool: { filter } }, size: ids.length, _source: false }
  const path = `/${ALERT_STREAM}/_search?ignore_unavailable=true`
  const reply = await client.request({ method: 'POST', path, body, doing })
  if (reply.kind === 'failed') return reply
  return {
    kind: 'read',
    value: new Set(reply.kind === 'ok' ? hitsOf(reply.body).map((hit) => textOf(hit['_id'])) : []),
  }
}

function alertOf(finding: Finding, rule: ScheduledRule, pack: string, closing: JsonObject, now: Date): JsonObject {
  const context = Object.fromEntries(Object.entries(closing).filter(([name]) => !NOT_OF_ALERTS.has(name)))
  const detpack = isJsonObject(context['detpack']) ? context['detpack'] : {}
  const at = now.toISOString()
  const { id, first, last, group } = finding
  return {
    ...context,
    '@timestamp': at,
    event: {
      kind: 'alert',
      created: at,
      dataset: ALERT_TEMPLATE.replace('alerts-', ''),
      severity: SEVERITY[rule.level ?? 'low'],
    },
    rule: { id: rule.id, name: rule.title, version: String(rule.version), reference: [...rule.references] },
    detpack: {
      ...detpack,
      alert: {
        ...{ id, pack, level: rule.level ?? 'low', risk: [...rule.risk] },
        ...{ first: { ...first }, last: { ...last } },
        group: Object.entries(group).map(([key, value]) => `${key}=${value}`),
      },
    },
  }
}

/** The closing events by their id. */
async function eventsOf(
  client: ClusterClient,
  index: string,
  rule: ScheduledRule,
  group: readonly Finding[],
): Promise<Reading<ReadonlyMap<string, JsonObject>>> {
  const ids = [...new Set(group.map((each) => each.last.id))]
  const times = group.map((each) => Date.parse(each.last.time))
  const filter = [
    { terms: { 'event.id': ids } },
    {
      range: {
        '@timestamp': {
          gte: new Date(Math.min(...times)).toISOString(),
          lte: new Date(Math.max(...times) + 1).toISOString(),
        },
      },
    },
  ]
  // An event that was delivered twice is there twice.
  const body = { query: { bool: { filter } }, size: Math.min(10_000, 2 * ids.length) }
  const doing = `read the events of "${rule.title}"`
  const path = `/${encodeURIComponent(index).replaceAll('%2C', ',')}/_search?ignore_unavailable=true`
  const reply = await client.request({ method: 'POST', path, body, doing })
  if (reply.kind === 'failed') return reply
  const found = new Map<string, JsonObject>()
  for (const hit of reply.kind === 'ok' ? hitsOf(reply.body) : []) {
    const source = hit['_source']
    const event = isJsonObject(source) ? source['event'] : undefined
    if (isJsonObject(source) && isJsonObject(event) && typeof event['id'] === 'string') found.set(event['id'], source)
  }
  return { kind: 'read', value: found }
}

export function hitsOf(body: Json): readonly JsonObject[] {
  const hits = isJsonObject(body) ? body['hits'] : undefined
  return isJsonObject(hits) && Array.isArray(hits['hits']) ? (hits['hits'] as readonly Json[]).filter(isJsonObject) : []
}
