import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { isJsonObject } from '../object.ts'
import { replyFailure } from '../failure.ts'
import { kibana } from './server.ts'
import type { KibanaClient } from './kibana-client.ts'

/** Alerts in one answer. */
const PAGE = 1000

export interface AlertPage {
  /** The documents with the fields that were asked for, dotted or nested as Kibana keeps them. */
  readonly alerts: readonly JsonObject[]
}

/**
 * The alerts of some rules that were raised in a stretch of time (RFC 3339, the end not included), the oldest first, page by
 * page. A page that cannot be had ends it with its diagnostic.
 */
export async function* readKibanaAlerts(
  client: KibanaClient,
  asked: {
    readonly rules: readonly string[]
    readonly from: string
    readonly to: string
    readonly fields: readonly string[]
  },
): AsyncGenerator<AlertPage | Diagnostic> {
  const filter = [
    { terms: { 'kibana.alert.rule.rule_id': asked.rules } },
    { range: { '@timestamp': { gte: asked.from, lt: asked.to } } },
  ]
  const doing = 'read the alerts'
  let after: Json | undefined
  for (;;) {
    const body = {
      query: { bool: { filter } },
      _source: asked.fields,
      // The id decides ties, so that no alert falls between two pages.
      sort: [{ '@timestamp': 'asc' }, { 'kibana.alert.uuid': 'asc' }],
      size: PAGE,
      ...(after !== undefined && { search_after: after }),
    }
    const path = '/detection_engine/signals/search'
    const reply = await client.request({ method: 'POST', path, body, doing })
    if (reply.kind === 'failed') {
      yield reply.diagnostic
      return
    }
    const hits = reply.kind === 'ok' && isJsonObject(reply.body) ? reply.body['hits'] : undefined
    const rows = isJsonObject(hits) ? hits['hits'] : undefined
    if (!Array.isArray(rows)) {
      yield replyFailure(kibana, doing, 'the answer holds no alerts')
      return
    }
    const found = (rows as readonly Json[]).filter(isJsonObject)
    yield { alerts: found.flatMap((row) => (isJsonObject(row['_source']) ? [row['_source']] : [])) }
    after = found.at(-1)?.['sort']
    if (found.length < PAGE || after === undefined) return
  }
}

/** What a case says of its alerts. */
export interface KibanaCaseSummary {
  readonly title: string
  readonly tags: readonly string[]
}

/** A case by its id; undefined when it is gone, or was deleted. */
export async function readKibanaCase(
  client: KibanaClient,
  id: string,
): Promise<KibanaCaseSummary | Diagnostic | undefined> {
  const path = `/cases/${encodeURIComponent(id)}`
  const reply = await client.request({ method: 'GET', path, doing: 'read a case' })
  if (reply.kind === 'failed') return reply.diagnostic
  if (reply.kind !== 'ok' || !isJsonObject(reply.body)) return undefined
  const { title, tags } = reply.body
  return {
    title: typeof title === 'string' ? title : id,
    tags: (Array.isArray(tags) ? (tags as readonly Json[]) : []).filter((tag) => typeof tag === 'string'),
  }
}
