import type { Json, JsonObject } from '../../event/field.ts'
import { replyFailure } from '../failure.ts'
import { isJsonObject, textOf } from '../object.ts'
import { eachOf } from '../pace.ts'
import type { WritingAction } from '../plan.ts'
import type { RulePreview } from '../preview.ts'
import type { Reading } from '../reading.ts'
import type { ClusterClient } from './cluster-client.ts'
import { listsIn, readExceptions, referencesIn, withIds } from './exception-store.ts'
import { unmet, type KibanaClient } from './kibana-client.ts'
import { lookbackOf, secondsOf } from './rule-policy.ts'
import { kibana } from './server.ts'
import { searchEvents } from './event-search.ts'

/** Kibana runs ten at once, and refuses more. */
const AT_ONCE = 4
/** So many runs cover the time, whatever it is; each is a run of the rule for Kibana. */
const RUNS = 24
/** All runs of one rule come in one answer; ms. */
const PATIENCE = 300_000

type Written = Exclude<WritingAction, { readonly kind: 'delete' }>

/**
 * Has Kibana run rules, as they would be written, on the events of the time up to now. It keeps nothing but the alerts of
 * the preview, in an index of their own. Each run covers a part of the time, and looks back as far beyond it as the rule does.
 * Exceptions are those that Kibana has; a list that is not there yet is a warning.
 *
 * @param cluster counts the alerts; without it, or where its key may not read them, nobody does
 * @param seconds of the time in all @param now ms since 1970
 */
export async function previewRules(
  client: KibanaClient,
  cluster: ClusterClient | null,
  space: string,
  actions: readonly WritingAction[],
  seconds: number,
  now: number,
): Promise<Reading<readonly RulePreview[]>> {
  const rules = actions.filter((each): each is Written => each.kind !== 'delete' && each.object.kind === 'rule')
  const named = [...new Set(rules.flatMap(({ content }) => listsIn(content)))]
  const lists = await readExceptions(
    client,
    null,
    named.map((id) => ({ kind: 'exception-list', id })),
  )
  if (lists.kind === 'failed') return lists
  const ids = new Map(lists.value.flatMap(({ id, handle }) => (handle === undefined ? [] : [[id, handle] as const])))
  const previews = await eachOf(rules, AT_ONCE, async ({ object, content }): Promise<Reading<RulePreview>> => {
    const missing = listsIn(content).filter((id) => !ids.has(id))
    const said = await runPreview(client, object.title, bodyOf(content, ids, seconds, now))
    if (said.kind === 'failed') return said
    const { preview, errors, warnings } = said.value
    const alerts = cluster === null || preview === null ? null : await countAlerts(cluster, space, preview)
    const without = missing.length > 0 ? ['its exceptions are not in Kibana yet: it was run without them'] : []
    const { id, title } = object
    return { kind: 'read', value: { id, title, alerts, errors, warnings: [...without, ...warnings] } }
  })
  const found: RulePreview[] = []
  for (const each of previews) {
    if (each.kind === 'failed') return each
    found.push(each.value)
  }
  return { kind: 'read', value: found }
}

function bodyOf(content: JsonObject, lists: ReadonlyMap<string, string>, seconds: number, now: number): JsonObject {
  const interval = Math.max(60, Math.ceil(seconds / RUNS))
  const beyond = lookbackOf(content) - secondsOf(content['interval'])
  const known = referencesIn(content).filter(
    (each) => !listsIn({ exceptions_list: [each] }).some((id) => !lists.has(id)),
  )
  return {
    ...content,
    exceptions_list: withIds(known, lists),
    // Nobody is to be told of an alert that is none.
    actions: [],
    interval: `${interval}s`,
    from: `now-${interval + (beyond > 0 ? beyond : 0)}s`,
    to: 'now',
    invocationCount: Math.max(1, Math.ceil(seconds / interval)),
    timeframeEnd: new Date(now).toISOString(),
  }
}

async function runPreview(
  client: KibanaClient,
  title: string,
  body: JsonObject,
): Promise<Reading<Pick<RulePreview, 'errors' | 'warnings'> & { readonly preview: string | null }>> {
  const doing = `preview the rule "${title}"`
  const path = '/detection_engine/rules/preview'
  const reply = await client.request({ method: 'POST', path, body, doing, timeout: PATIENCE })
  if (reply.kind !== 'ok') return { kind: 'failed', diagnostic: unmet(reply, doing) }
  const logs = isJsonObject(reply.body) ? reply.body['logs'] : undefined
  if (!isJsonObject(reply.body) || !Array.isArray(logs))
    return { kind: 'failed', diagnostic: replyFailure(kibana, doing, 'the answer is none of a preview') }
  const { previewId, isAborted } = reply.body
  const told = (name: 'errors' | 'warnings'): readonly string[] => [
    ...new Set((logs as readonly Json[]).filter(isJsonObject).flatMap((log) => textsIn(log[name]))),
  ]
  const aborted = isAborted === true ? ['Kibana gave up before all of its runs were done'] : []
  const preview = typeof previewId === 'string' ? previewId : null
  return { kind: 'read', value: { preview, errors: [...told('errors'), ...aborted], warnings: told('warnings') } }
}

/** Those of a sequence, not its single steps, which are alerts of their own to Kibana. */
async function countAlerts(cluster: ClusterClient, space: string, preview: string): Promise<number | null> {
  const query = {
    bool: {
      filter: [{ term: { 'kibana.alert.rule.uuid': preview } }],
      must_not: [{ exists: { field: 'kibana.alert.building_block_type' } }],
    },
  }
  const body = { query, size: 0, track_total_hits: true }
  const found = await searchEvents(cluster, `.preview.alerts-security.alerts-${space}`, body)
  const hits = found.kind === 'read' && isJsonObject(found.value) ? found.value['hits'] : undefined
  const total = isJsonObject(hits) ? hits['total'] : undefined
  return isJsonObject(total) && typeof total['value'] === 'number' ? total['value'] : null
}

function textsIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).map(textOf) : []
}
