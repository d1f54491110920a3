import type { Json, JsonObject } from '../../event/field.ts'
import { isJsonObject, textOf } from '../object.ts'
import type { Reading } from '../reading.ts'
import type { LateEvents, RuleStatus, TargetStatus } from '../status.ts'
import { SAVED_SEARCHES } from './entity-kind.ts'
import { readEntities } from './entity-store.ts'
import { listEntries } from './entity.ts'
import { messageOf, runSearch } from './search-job.ts'
import type { SplunkClient } from './splunk-client.ts'

/**
 * The last run of each search, from the jobs that Splunk still keeps (of a scheduled search for two of its periods, and
 * longer when it alerted); the alerts that it fired and still lists, which it does for a day; and which events came.
 *
 * @param base the search that finds the events
 * @param since ms since 1970
 */
export async function splunkStatus(
  client: SplunkClient,
  base: string,
  pack: string,
  since: number,
): Promise<Reading<TargetStatus>> {
  const searches = await readEntities(client, SAVED_SEARCHES, pack, [])
  if (searches.kind === 'failed') return searches
  const rules = new Map(searches.value.map(({ id, handle }) => [handle ?? id, id]))
  const jobs = await listEntries(client, { app: 'search/jobs' }, { search: 'detpack' }, 'list the jobs')
  if (jobs.kind === 'failed') return jobs
  const fired = await listEntries(client, { app: 'alerts/fired_alerts' }, {}, 'list the alerts that were fired')
  if (fired.kind === 'failed') return fired
  const events = await runSearch(client, `${base} | stats count by event.action`, since, 'count the events')
  if (events.kind === 'failed') return events
  const late = await runSearch(client, lateEvents(base), since, 'look for events that came late')
  if (late.kind === 'failed') return late
  return {
    kind: 'read',
    value: {
      runs: lastRuns(jobs.value, rules),
      alerts: alertsOf(fired.value, rules),
      events: new Map(events.value.map((row) => [textOf(row['event.action']), Number(row['count'])])),
      late: late.value.map(lateOf),
    },
  }
}

function lastRuns(jobs: readonly Json[], rules: ReadonlyMap<string, string>): ReadonlyMap<string, RuleStatus> {
  const runs = new Map<string, RuleStatus>()
  for (const entry of jobs) {
    const job = isJsonObject(entry) ? entry['content'] : undefined
    if (!isJsonObject(entry) || !isJsonObject(job)) continue
    const rule = rules.get(textOf(job['label'] ?? ''))
    const time = Date.parse(textOf(entry['published'] ?? ''))
    if (rule === undefined || Number.isNaN(time)) continue
    const at = new Date(time).toISOString()
    const error = job['isFailed'] === true ? (messageOf(job) ?? 'it failed') : null
    if ((runs.get(rule)?.at ?? '') < at) runs.set(rule, { at, error })
  }
  return runs
}

function alertsOf(fired: readonly Json[], rules: ReadonlyMap<string, string>): ReadonlyMap<string, number> {
  const counts = fired.flatMap((entry): readonly (readonly [string, number])[] => {
    const content = isJsonObject(entry) ? entry['content'] : undefined
    const rule = isJsonObject(entry) ? rules.get(textOf(entry['name'])) : undefined
    return rule === undefined || !isJsonObject(content) ? [] : [[rule, Number(content['triggered_alert_count'] ?? 0)]]
  })
  return new Map(counts)
}

/** What shippers tell of events that were delivered after their rules had run. */
function lateEvents(base: string): string {
  const fields = ['host.name', 'detpack.lag.from', 'detpack.lag.to', 'detpack.lag.count']
  return `${base} detpack.lag.from=* | sort 0 -_time | dedup event.id | head 100 | table ${fields.join(' ')}`
}

function lateOf(row: JsonObject): LateEvents {
  const host = row['host.name']
  return {
    from: textOf(row['detpack.lag.from']),
    to: textOf(row['detpack.lag.to']),
    count: Number(row['detpack.lag.count'] ?? 0),
    host: typeof host === 'string' ? host : null,
  }
}
