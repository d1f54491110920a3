import { setTimeout as sleep } from 'node:timers/promises'
import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { isJsonObject } from '../object.ts'
import type { Reading } from '../reading.ts'
import { replyFailure } from '../failure.ts'
import { splunkd } from './server.ts'
import { part, unmet, type Reply, type SplunkClient, type SplunkRequest } from './splunk-client.ts'

/** Pauses between two looks at a running search, ms; they grow. */
const PAUSE = 100
const LONGEST_PAUSE = 2000
/** A search that takes longer is given up, ms. */
const LONGEST_SEARCH = 600_000

/** Version 2 of the endpoints is there from Splunk 9.0.1. */
const V2 = 'search/v2/jobs'
const V1 = 'search/jobs'

/**
 * Runs a search and gives its rows.
 *
 * @param search events to look for; or, from a `|` on, a search that begins with a command
 * @param earliest ms since 1970
 * @param doing completes "Splunk refused to …"
 * @param latest ms since 1970, not included; without it up to now
 */
export async function runSearch(
  client: SplunkClient,
  search: string,
  earliest: number,
  doing: string,
  latest?: number,
): Promise<Reading<readonly JsonObject[]>> {
  const failed = (diagnostic: Diagnostic): Reading<readonly JsonObject[]> => ({ kind: 'failed', diagnostic })
  const form = {
    ...{ search: search.startsWith('|') ? search : `search ${search}`, exec_mode: 'normal', namespace: client.app },
    ...{ earliest_time: String(earliest / 1000), latest_time: latest === undefined ? 'now' : String(latest / 1000) },
  }
  const needs = 'the capability search, and the index of the events among those it may search'
  const made = await either(client, '', { method: 'POST', form, doing, needs })
  if (made.kind !== 'ok') return failed(unmet(made, doing))
  const sid = sidOf(made.body)
  if (sid === undefined) return failed(replyFailure(splunkd, doing, 'the answer names no job'))
  const problem = await jobDone(client, sid, doing)
  if (problem !== undefined) return failed(problem)
  const query = { count: '0' }
  const reply = await either(client, `/${part(sid)}/results`, { method: 'GET', query, doing })
  await either(client, `/${part(sid)}`, { method: 'DELETE', doing })
  if (reply.kind !== 'ok') return failed(unmet(reply, doing))
  const rows = isJsonObject(reply.body) ? reply.body['results'] : undefined
  if (!Array.isArray(rows)) return failed(replyFailure(splunkd, doing, 'the answer holds no results'))
  return { kind: 'read', value: (rows as readonly Json[]).filter(isJsonObject) }
}

/** The id of the job in the answer to its making. */
export function sidOf(body: Json): string | undefined {
  return isJsonObject(body) && typeof body['sid'] === 'string' ? body['sid'] : undefined
}

/** Waits for the end of a job; the diagnostic when it failed or takes too long. */
export async function jobDone(client: SplunkClient, sid: string, doing: string): Promise<Diagnostic | undefined> {
  const end = Date.now() + LONGEST_SEARCH
  for (let pause = PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const reply = await either(client, `/${part(sid)}`, { method: 'GET', doing })
    if (reply.kind !== 'ok') return unmet(reply, doing)
    const job = jobIn(reply.body)
    if (job === undefined) return replyFailure(splunkd, doing, 'the answer is no job')
    if (job['isFailed'] === true) {
      const said = messageOf(job) ?? 'it does not say why'
      return error('target/refused', `Splunk failed to ${doing}: ${said}`)
    }
    if (job['isDone'] === true) return undefined
    if (Date.now() > end) return error('target/busy', `Splunk still has not come to ${doing}; the job ${sid} goes on`)
    await sleep(pause)
  }
}

/** The first error that a job tells of. */
export function messageOf(job: JsonObject): string | undefined {
  const all = Array.isArray(job['messages']) ? (job['messages'] as readonly Json[]) : []
  const bad = all.find((each) => isJsonObject(each) && (each['type'] === 'FATAL' || each['type'] === 'ERROR'))
  return isJsonObject(bad) && typeof bad['text'] === 'string' ? bad['text'].slice(0, 500) : undefined
}

function jobIn(body: Json): JsonObject | undefined {
  const entries = isJsonObject(body) && Array.isArray(body['entry']) ? (body['entry'] as readonly Json[]) : []
  const [entry] = entries
  return isJsonObject(entry) && isJsonObject(entry['content']) ? entry['content'] : undefined
}

/** Asks version 2, and version 1 where Splunk knows no such endpoint. A job that is not there is told of otherwise. */
async function either(client: SplunkClient, below: string, request: Omit<SplunkRequest, 'path'>): Promise<Reply> {
  const reply = await client.request({ ...request, path: { services: `${V2}${below}` } })
  if (reply.kind !== 'absent' || /unknown sid/i.test(reply.said)) return reply
  return client.request({ ...request, path: { services: `${V1}${below}` } })
}
