import type { Diagnostic } from '../../../diagnostic/diagnostic.ts'
import type { JsonObject } from '../../../event/field.ts'
import { isJsonObject, textOf } from '../../object.ts'
import { inGroups } from '../../pace.ts'
import type { Reading } from '../../reading.ts'
import type { ClusterClient } from '../cluster-client.ts'
import { replyFailure } from '../../failure.ts'
import { elasticsearch } from '../server.ts'
import { hitsOf } from './alert-stream.ts'

/** The last run of one rule. */
export interface RuleRun {
  readonly rule: string
  /** Up to which event time the rule has been run, without a gap; ms. */
  readonly to: number
  /** When, ms. */
  readonly at: number
  /** How long it took, ms. */
  readonly took: number
  /** How many alerts were new. */
  readonly alerts: number
  /** Null when it went well. */
  readonly error: string | null
}

export const RUN_INDEX = 'detpack-runs'
const BODY: JsonObject = {
  settings: { auto_expand_replicas: '0-1', number_of_shards: 1, hidden: true },
  mappings: {
    dynamic: 'strict',
    properties: {
      pack: { type: 'keyword' },
      rule: { type: 'keyword' },
      to: { type: 'long' },
      at: { type: 'long' },
      took: { type: 'integer' },
      alerts: { type: 'integer' },
      error: { type: 'keyword', ignore_above: 1000 },
    },
  },
}
const DOING = 'keep which rules were run'

/** Makes the index, where there is none. */
export async function openRunLog(client: ClusterClient): Promise<readonly Diagnostic[]> {
  const there = await client.request({ method: 'GET', path: `/${RUN_INDEX}/_mapping`, doing: DOING })
  if (there.kind === 'failed') return [there.diagnostic]
  if (there.kind === 'ok') return []
  const made = await client.request({ method: 'PUT', path: `/${RUN_INDEX}`, body: BODY, doing: DOING })
  if (made.kind !== 'failed') return []
  const now = await client.request({ method: 'GET', path: `/${RUN_INDEX}/_mapping`, doing: DOING })
  return now.kind === 'ok' ? [] : [made.diagnostic]
}

/** The last run of each rule of a pack, by rule. */
export async function readRuns(client: ClusterClient, pack: string): Promise<Reading<ReadonlyMap<string, RuleRun>>> {
  const runs = new Map<string, RuleRun>()
  for (let after: string | undefined; ;) {
    const reply = await client.request({
      ...{ method: 'POST', path: `/${RUN_INDEX}/_search?ignore_unavailable=true`, doing: DOING },
      body: {
        query: { term: { pack } },
        size: 1000,
        sort: [{ rule: 'asc' }],
        ...(after !== undefined && { search_after: [after] }),
      },
    })
    if (reply.kind === 'failed') return reply
    const hits = reply.kind === 'ok' ? hitsOf(reply.body) : []
    for (const hit of hits) {
      const run = hit['_source']
      if (isJsonObject(run)) runs.set(textOf(run['rule']), run as unknown as RuleRun)
    }
    const last = hits.at(-1)?.['_source']
    if (hits.length < 1000 || !isJsonObject(last)) return { kind: 'read', value: runs }
    after = textOf(last['rule'])
  }
}

/** Keeps runs; the newest of a rule takes the place of the one before. */
export async function writeRuns(
  client: ClusterClient,
  pack: string,
  runs: readonly RuleRun[],
): Promise<readonly Diagnostic[]> {
  for (const group of inGroups(runs, 500)) {
    const lines = group.map(
      (run) => `${JSON.stringify({ index: { _id: `${pack}:${run.rule}` } })}\n${JSON.stringify({ pack, ...run })}\n`,
    )
    const path = `/${RUN_INDEX}/_bulk`
    const reply = await client.request({ method: 'POST', path, lines: lines.join(''), doing: DOING })
    if (reply.kind === 'failed') return [reply.diagnostic]
    if (reply.kind !== 'ok' || !isJsonObject(reply.body) || reply.body['errors'] !== false)
      return [replyFailure(elasticsearch, DOING, JSON.stringify(reply).slice(0, 300))]
  }
  return []
}
