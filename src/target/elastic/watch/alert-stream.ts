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

/**
 * Writes alerts, each once whatever happens: its id is that of the chain. Gives those that are new.
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
): Promise<Reading<readonly JsonObject[]>> {
  const doing = `write the alerts of "${rule.title}"`
  const written: JsonObject[] = []
  for (const group of inGroups(findings, BATCH)) {
    const events = await eventsOf(client, index, rule, group)
    if (events.kind === 'failed') return events
    const alerts = group.map((each) => alertOf(each, rule, pack, events.value.get(each.last.id) ?? {}, now))
    const lines = alerts.map((alert, at) => {
      const id = group[at]?.id ?? ''
      return `${JSON.stringify({ create: { _id: id } })}\n${JSON.stringify(alert)}\n`
    })
    const path = `/${ALERT_STREAM}/_bulk?refresh=true`
    const reply = await client.request({ method: 'POST', path, lines: lines.join(''), doing })
    if (reply.kind === 'failed') return reply
    const items = reply.kind === 'ok' && isJsonObject(reply.body) ? reply.body['items'] : undefined
    if (!Array.isArray(items)) return { kind: 'failed', diagnostic: replyFailure(elasticsearch, doing, 'no items') }
    for (const [at, item] of (items as readonly Json[]).entries()) {
      const outcome = isJsonObject(item) ? item['create'] : undefined
      const status = isJsonObject(outcome) ? outcome['status'] : undefined
      const alert = alerts[at]
      // 409: another run, or this one before its answer was lost, has written it.
      if (status === 201 && alert !== undefined) written.push(alert)
      else if (status !== 409)
        return {
          kind: 'failed',
          diagnostic: replyFailure(elasticsearch, doing, JSON.stringify(outcome ?? null).slice(0, 300)),
        }
    }
  }
  return { kind: 'read', value: written }
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
