import type { NativeQuery } from '../../../backend/backend.ts'
import { alertId } from '../../../event/alert.ts'
import type { Json } from '../../../event/field.ts'
import { isJsonObject } from '../../object.ts'
import type { Reading } from '../../reading.ts'
import type { ClusterClient } from '../cluster-client.ts'
import { replyFailure } from '../../failure.ts'
import { elasticsearch } from '../server.ts'
import type { Window } from '../watch/scheduled-rule.ts'
import type { Finding } from '../watch/search.ts'

const PAGE = 5000

/** A rule of one event, in a language of the search interface. */
export interface EventSearch {
  readonly rule: string
  readonly title: string
  readonly query: NativeQuery
  readonly index: string
}

/** The events within a window that a query in KQL or Lucene finds; each id once, as events may be stored twice. */
export async function searchEvents(
  client: ClusterClient,
  { rule, title, query, index }: EventSearch,
  { from, to }: Window,
): Promise<Reading<readonly Finding[]>> {
  const doing = `run rule "${title}"`
  const broken = {
    kind: 'failed',
    diagnostic: replyFailure(elasticsearch, doing, 'the answer holds no hits'),
  } as const
  const asked = query.language === 'kql' ? { kql: { query: query.text } } : { query_string: { query: query.text } }
  const range = { '@timestamp': { gte: new Date(from).toISOString(), lt: new Date(to).toISOString() } }
  const found = new Map<string, Finding>()
  let after: Json | undefined
  for (;;) {
    const reply = await client.request({
      ...{ method: 'POST', doing },
      path: `/${encodeURIComponent(index)}/_search?allow_partial_search_results=false`,
      body: {
        size: PAGE,
        _source: false,
        query: { bool: { filter: [asked, { range }] } },
        fields: ['event.id', { field: '@timestamp', format: 'strict_date_time' }],
        sort: [{ '@timestamp': 'asc' }, { 'event.id': 'asc' }],
        ...(after !== undefined && { search_after: after }),
      },
    })
    if (reply.kind === 'failed') return reply
    const hits = reply.kind === 'ok' ? hitsOf(reply.body) : undefined
    if (!hits) return broken
    for (const { id, time } of hits)
      found.set(id, { id: alertId(rule, {}, id, id), group: {}, first: { id, time }, last: { id, time } })
    after = hits.at(-1)?.sort
    if (hits.length < PAGE || after === undefined) return { kind: 'read', value: [...found.values()] }
  }
}

interface Hit {
  readonly id: string
  readonly time: string
  readonly sort: Json
}

function hitsOf(body: Json): readonly Hit[] | undefined {
  const outer = isJsonObject(body) ? body['hits'] : undefined
  const list = isJsonObject(outer) ? outer['hits'] : undefined
  if (!Array.isArray(list)) return undefined
  const hits: Hit[] = []
  for (const hit of list as readonly Json[]) {
    const fields = isJsonObject(hit) ? hit['fields'] : undefined
    const id = firstText(fields, 'event.id')
    const time = firstText(fields, '@timestamp')
    if (!isJsonObject(hit) || id === undefined || time === undefined || hit['sort'] === undefined) return undefined
    hits.push({ id, time, sort: hit['sort'] })
  }
  return hits
}

function firstText(fields: Json | undefined, name: string): string | undefined {
  const values = isJsonObject(fields) ? fields[name] : undefined
  const [value] = Array.isArray(values) ? (values as readonly Json[]) : []
  return typeof value === 'string' ? value : undefined
}
