import { error } from '../../diagnostic/diagnostic.ts'
import type { JsonObject } from '../../event/field.ts'
import type { Reading } from '../reading.ts'
import { runSearch } from './search-job.ts'
import type { SplunkClient } from './splunk-client.ts'

/** What is read of a notable: who it is, its search, and what analysts said of it last. */
const FIELDS = [
  ...['event_id', '_time', 'search_name', 'rule_name', 'rule_title', 'orig_time', 'event_time'],
  ...['dest', 'host_name', 'orig_host', 'host'],
  ...['status', 'disposition', 'owner', 'reviewer', 'review_time', 'comment'],
]

/** Splunk gives out no more rows of a job, unless somebody raised that (limits.conf, [restapi] maxresultrows). */
const MOST = 50_000

/**
 * The notables that Enterprise Security raised in a stretch of time (ms since 1970, the end not included), as its macro
 * `notable` tells them: each with its last review. More of them than Splunk gives out is `target/too-many`: nothing is cut off.
 */
export async function readNotables(
  client: SplunkClient,
  from: number,
  to: number,
  most = MOST,
): Promise<Reading<readonly JsonObject[]>> {
  const search = `| \`notable\` | table ${FIELDS.join(' ')}`
  const found = await runSearch(client, search, from, 'read the notables', to)
  if (found.kind === 'failed' || found.value.length < most) return found
  const message = `Splunk gives out ${most} notables at a time, and in this stretch there are so many or more`
  const hint = 'take a shorter one: --period 2026-11, or a week, or a day'
  return { kind: 'failed', diagnostic: error('target/too-many', message, undefined, { hint }) }
}
