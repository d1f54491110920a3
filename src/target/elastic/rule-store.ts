import { packTag } from '../../artifact/kibana/mark.ts'
import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { isJsonObject, textOf, type LiveObject, type ObjectName } from '../object.ts'
import { eachOf, inGroups } from '../pace.ts'
import type { Work } from '../plan.ts'
import type { Reading } from '../reading.ts'
import type { RuleStatus } from '../status.ts'
import type { WriteResult } from '../target.ts'
import { replyFailure } from '../failure.ts'
import { kibana } from './server.ts'
import { unmet, type KibanaClient } from './kibana-client.ts'
import { readLiveRule } from './live-rule.ts'
import { allPages } from './pages.ts'

const RULES = '/detection_engine/rules'
/** Ids in one filter; they make 4 kB of an address, and Node takes 16. */
const IDS = 100
/** Kibana takes 60 to 90 s for 1,000 rules: so many fit into the time for one answer. */
const BATCH_RULES = 100
/** Kibana takes 10 MB. */
const BATCH_BYTES = 9_000_000
const AT_ONCE = 3

type Failures = WriteResult['failures']

/** Every rule that carries the pack's tag. */
export async function findRules(client: KibanaClient, pack: string): Promise<Reading<readonly LiveObject[]>> {
  const tag = packTag(pack).replace(/["\\]/g, String.raw`\$&`)
  const found = await search(client, `alert.attributes.tags:"${tag}"`, `list the rules of pack "${pack}"`)
  // The filter matches the words of a tag; only the tag itself counts.
  return found.kind === 'failed'
    ? found
    : { kind: 'read', value: found.value.filter((rule) => rule.mark?.pack === pack) }
}

/** The rules of these ids, as far as they are there. */
export async function getRules(client: KibanaClient, ids: readonly string[]): Promise<Reading<readonly LiveObject[]>> {
  const answers = await eachOf(inGroups([...new Set(ids)], IDS), AT_ONCE, (group) => {
    const quoted = group.map((id) => `"${id.replace(/["\\]/g, String.raw`\$&`)}"`)
    return search(client, `alert.attributes.params.ruleId:(${quoted.join(' or ')})`, `read ${group.length} rules`)
  })
  const wanted = new Set(ids)
  const rules: LiveObject[] = []
  for (const answer of answers) {
    if (answer.kind === 'failed') return answer
    rules.push(...answer.value.filter((rule) => wanted.has(rule.id)))
  }
  return { kind: 'read', value: rules }
}

/** What Kibana says of the last run of each rule of a pack, by the rule's id. */
export async function executionsOf(
  client: KibanaClient,
  pack: string,
): Promise<Reading<ReadonlyMap<string, RuleStatus>>> {
  const tag = packTag(pack).replace(/["\\]/g, String.raw`\$&`)
  const rows = await searchRows(client, `alert.attributes.tags:"${tag}"`, `list the rules of pack "${pack}"`)
  if (rows.kind === 'failed') return rows
  const runs = rows.value.flatMap((row): readonly (readonly [string, RuleStatus])[] => {
    const summary = isJsonObject(row) ? row['execution_summary'] : undefined
    const last = isJsonObject(summary) ? summary['last_execution'] : undefined
    if (!isJsonObject(row) || !isJsonObject(last) || typeof last['date'] !== 'string') return []
    const status = last['status']
    const good = status === 'succeeded' || status === 'running' || status === 'going to run'
    const said = typeof last['message'] === 'string' && last['message'] !== '' ? last['message'] : textOf(status)
    return [[textOf(row['rule_id']), { at: last['date'], error: good ? null : said }]]
  })
  return { kind: 'read', value: new Map(runs) }
}

async function search(client: KibanaClient, filter: string, doing: string): Promise<Reading<readonly LiveObject[]>> {
  const rows = await searchRows(client, filter, doing)
  if (rows.kind === 'failed') return rows
  const found = new Map<string, LiveObject>()
  for (const row of rows.value) {
    const rule = readLiveRule(row)
    if (rule === undefined) return { kind: 'failed', diagnostic: strange(doing) }
    found.set(rule.id, rule)
  }
  return { kind: 'read', value: [...found.values()] }
}

function searchRows(client: KibanaClient, filter: string, doing: string): Promise<Reading<readonly Json[]>> {
  return allPages(client, `${RULES}/_find`, { filter }, doing)
}

/**
 * Writes rules: those that change their type one by one, since only a request that replaces a rule as a whole does
 * that, and all others by import, in batches that Kibana takes. Rules to be deleted go by one bulk action per batch.
 */
export async function writeRules(
  client: KibanaClient,
  work: readonly Work[],
  onWritten: (count: number) => void,
): Promise<WriteResult> {
  let tried = 0
  for (const batch of batchesOf(work)) {
    const [first] = batch
    const failures =
      first === undefined
        ? []
        : first.action.kind === 'delete'
          ? await deleteRules(client, batch)
          : first.action.kind === 'replace'
            ? await replaceRule(client, first)
            : await importRules(client, batch)
    tried += batch.length
    onWritten(tried)
    if (failures.length > 0) return { tried, failures }
  }
  return { tried, failures: [] }
}

/**
 * Imports rules. Kibana answers 200 whatever became of them: each failure is read from the list. `target/refused`, and
 * one for a batch of which Kibana says less than it was given.
 */
async function importRules(client: KibanaClient, batch: readonly Work[]): Promise<Failures> {
  const lines = batch.map(({ action }) => (action.kind === 'delete' ? '' : JSON.stringify(action.content)))
  const doing =
    batch.length === 1 ? `import rule "${batch[0]?.action.object.id ?? ''}"` : `import ${batch.length} rules`
  const reply = await client.request({
    ...{ method: 'POST', path: `${RULES}/_import`, doing, query: { overwrite: 'true' } },
    file: { name: 'detpack.ndjson', text: `${lines.join('\n')}\n` },
  })
  if (reply.kind !== 'ok') return [{ object: null, diagnostic: unmet(reply, doing) }]
  const { body } = reply
  if (!isJsonObject(body) || typeof body['success'] !== 'boolean' || !Array.isArray(body['errors']))
    return [{ object: null, diagnostic: replyFailure(kibana, doing, 'the answer is none of an import') }]
  const failures = (body['errors'] as readonly Json[]).filter(isJsonObject).map((one) => importFailure(one))
  if (failures.length === 0 && !body['success'])
    return [{ object: null, diagnostic: replyFailure(kibana, doing, 'it says that not all went well, not what') }]
  return failures
}

function importFailure(one: JsonObject): Failures[number] {
  const detail = isJsonObject(one['error']) ? one['error']['message'] : undefined
  const id = typeof one['rule_id'] === 'string' ? one['rule_id'] : null
  const said = typeof detail === 'string' ? detail.slice(0, 500) : 'it does not say why'
  const object: ObjectName | null = id === null ? null : { kind: 'rule', id }
  const message = `Kibana refused to import ${id === null ? 'a rule' : `rule "${id}"`}: ${said}`
  return { object, diagnostic: error('target/refused', message) }
}

async function replaceRule(client: KibanaClient, { action }: Work): Promise<Failures> {
  if (action.kind === 'delete') return []
  const { object, content } = action
  const doing = `update rule "${object.id}"`
  const reply = await client.request({ method: 'PUT', path: RULES, body: content, doing })
  return reply.kind === 'ok' ? [] : [{ object, diagnostic: unmet(reply, doing) }]
}

async function deleteRules(client: KibanaClient, batch: readonly Work[]): Promise<Failures> {
  const ids = batch.flatMap(({ live }) => (live?.handle === undefined ? [] : [live.handle]))
  if (ids.length === 0) return []
  const doing = `delete ${ids.length === 1 ? `rule "${batch[0]?.action.object.id ?? ''}"` : `${ids.length} rules`}`
  const body = { action: 'delete', ids }
  const reply = await client.request({ method: 'POST', path: `${RULES}/_bulk_action`, body, doing })
  if (reply.kind !== 'ok') return [{ object: null, diagnostic: unmet(reply, doing) }]
  return []
}

/** Neighbours that one request can do: below Kibana's limits. */
function batchesOf(work: readonly Work[]): readonly (readonly Work[])[] {
  const batches: Work[][] = []
  let kind = ''
  let bytes = 0
  for (const each of work) {
    const { action } = each
    const how = action.kind === 'delete' ? 'delete' : action.kind === 'replace' ? 'replace' : 'import'
    const size = action.kind === 'delete' ? 0 : Buffer.byteLength(JSON.stringify(action.content))
    const last = batches.at(-1)
    if (
      last !== undefined &&
      how === kind &&
      how !== 'replace' &&
      last.length < BATCH_RULES &&
      bytes + size < BATCH_BYTES
    )
      last.push(each)
    else {
      batches.push([each])
      bytes = 0
    }
    kind = how
    bytes += size
  }
  return batches
}

function strange(doing: string): Diagnostic {
  return replyFailure(kibana, doing, 'the answer is no rule')
}

/**
 * Has Kibana run rules again over a stretch of event time. Gives how many it took on; rules that are switched off are
 * refused by it, and said.
 *
 * @param rules as they are there
 * @param from @param to RFC 3339
 */
export async function runAgain(
  client: KibanaClient,
  rules: readonly LiveObject[],
  from: string,
  to: string,
): Promise<{ readonly taken: number; readonly diagnostics: readonly Diagnostic[] }> {
  let taken = 0
  const diagnostics: Diagnostic[] = []
  for (const group of inGroups(rules, BATCH_RULES)) {
    const ids = group.flatMap(({ handle }) => (handle === undefined ? [] : [handle]))
    const doing = `run ${ids.length} rules again`
    const body = { action: 'run', ids, run: { start_date: from, end_date: to } }
    const reply = await client.request({ method: 'POST', path: `${RULES}/_bulk_action`, body, doing })
    // Of a bulk that fails, part may have been taken on.
    const told = reply.kind === 'ok' || reply.kind === 'failed' ? reply.body : undefined
    const attributes = isJsonObject(told) ? told['attributes'] : undefined
    const summary = isJsonObject(attributes) ? attributes['summary'] : undefined
    const count = isJsonObject(summary) ? summary['succeeded'] : undefined
    if (typeof count === 'number') taken += count
    if (reply.kind !== 'ok') diagnostics.push(unmet(reply, doing))
    else if (typeof count !== 'number') diagnostics.push(strange(doing))
    if (typeof count !== 'number') break
  }
  return { taken, diagnostics }
}
