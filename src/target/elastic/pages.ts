import type { Json } from '../../event/field.ts'
import { replyFailure } from '../failure.ts'
import { isJsonObject } from '../object.ts'
import type { Reading } from '../reading.ts'
import { unmet, type KibanaClient } from './kibana-client.ts'
import { kibana } from './server.ts'

const PAGE = 200
/** More than this is not expected; it ends a list whose pages never do. */
const MOST_PAGES = 1000

/**
 * All rows of a list that Kibana gives page by page.
 *
 * @param absent what there is where Kibana knows of nothing to list; without it that is a failure
 */
export async function allPages(
  client: KibanaClient,
  path: string,
  query: Readonly<Record<string, string>>,
  doing: string,
  absent?: readonly Json[],
): Promise<Reading<readonly Json[]>> {
  const rows: Json[] = []
  for (let page = 1; page <= MOST_PAGES; page++) {
    const asked = { ...query, page: String(page), per_page: String(PAGE), sort_field: 'created_at', sort_order: 'asc' }
    const reply = await client.request({ method: 'GET', path, query: asked, doing })
    if (reply.kind === 'absent' && absent !== undefined) return { kind: 'read', value: absent }
    if (reply.kind !== 'ok') return { kind: 'failed', diagnostic: unmet(reply, doing) }
    const { body } = reply
    const data = isJsonObject(body) && Array.isArray(body['data']) ? (body['data'] as readonly Json[]) : undefined
    if (!isJsonObject(body) || data === undefined || typeof body['total'] !== 'number')
      return { kind: 'failed', diagnostic: replyFailure(kibana, doing, 'the answer is no list') }
    rows.push(...data)
    if (data.length === 0 || page * PAGE >= body['total']) break
  }
  return { kind: 'read', value: rows }
}
