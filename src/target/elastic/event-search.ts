import type { Json, JsonObject } from '../../event/field.ts'
import { isJsonObject } from '../object.ts'
import type { Reading } from '../reading.ts'
import type { ClusterClient } from './cluster-client.ts'
import { hitsOf } from './watch/alert-stream.ts'

/** Searches the indices of events; those that are not there hold none. */
export async function searchEvents(client: ClusterClient, index: string, body: JsonObject): Promise<Reading<Json>> {
  const path = `/${encodeURIComponent(index).replaceAll('%2C', ',')}/_search?ignore_unavailable=true&allow_no_indices=true`
  const reply = await client.request({ method: 'POST', path, body, doing: `search ${index}` })
  if (reply.kind === 'failed') return reply
  return { kind: 'read', value: reply.kind === 'ok' ? reply.body : {} }
}

/** Whether an event is there. */
export async function findEvent(client: ClusterClient, index: string, id: string): Promise<Reading<boolean>> {
  const found = await searchEvents(client, index, { query: { term: { 'event.id': id } }, size: 1, _source: false })
  return found.kind === 'failed' ? found : { kind: 'read', value: hitsOf(found.value).length > 0 }
}

/** Events in one answer. */
const PAGE = 5000

/**
 * The events of some actions in a stretch of time (RFC 3339, the end not included), the oldest first, page by page. A page
 * that cannot be had is the last.
 *
 * @param fields of each event; nothing else of it is read
 */
export async function* readEvents(
  client: ClusterClient,
  index: string,
  asked: {
    readonly actions: readonly string[]
    readonly from: string
    readonly to: string
    readonly fields: readonly string[]
  },
): AsyncGenerator<Reading<readonly JsonObject[]>> {
  const filter = [
    { terms: { 'event.action': asked.actions } },
    { range: { '@timestamp': { gte: asked.from, lt: asked.to } } },
  ]
  let after: Json | undefined
  for (;;) {
    const found = await searchEvents(client, index, {
      query: { bool: { filter } },
      _source: asked.fields,
      // The id decides ties, so that no event falls between two pages.
      sort: [{ '@timestamp': 'asc' }, { 'event.id': 'asc' }],
      size: PAGE,
      ...(after !== undefined && { search_after: after }),
    })
    if (found.kind === 'failed') {
      yield found
      return
    }
    const hits = hitsOf(found.value)
    yield { kind: 'read', value: hits.flatMap((hit) => (isJsonObject(hit['_source']) ? [hit['_source']] : [])) }
    after = hits.at(-1)?.['sort']
    if (hits.length < PAGE || after === undefined) return
  }
}
