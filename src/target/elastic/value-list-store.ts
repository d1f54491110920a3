import { isPackList } from '../../artifact/kibana/exception.ts'
import { contentDigest } from '../../event/canonical.ts'
import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { fieldsOf } from '../difference.ts'
import { replyFailure } from '../failure.ts'
import { isJsonObject, textOf, type LiveObject, type ObjectName } from '../object.ts'
import { eachOf, persist } from '../pace.ts'
import type { Work, WritingAction } from '../plan.ts'
import type { Reading } from '../reading.ts'
import type { WriteResult } from '../target.ts'
import { unmet, type KibanaClient, type KibanaRequest } from './kibana-client.ts'
import { allPages } from './pages.ts'
import { kibana } from './server.ts'
import { valueListPolicy, valuesOf } from './value-list-policy.ts'

const LISTS = '/lists'
const VALUES = '/lists/items'
const AT_ONCE = 3
/** Kibana takes 9 MB, and reads it line by line. */
const BATCH_LETTERS = 2_000_000
/** For what goes through all values of a list, ms. */
const PATIENCE = 120_000
/** How often what is missing is sent. */
const IMPORTS = 2

/**
 * The lists that carry the pack's mark, and those named, each with its values. A key that may not look at lists finds
 * none, unless some are named.
 */
export async function readValueLists(
  client: KibanaClient,
  pack: string | null,
  named: readonly ObjectName[],
): Promise<Reading<readonly LiveObject[]>> {
  const ids = new Set(named.map(({ id }) => id))
  if (pack !== null) {
    // Kibana makes what keeps lists when the first one is made; until then there are none.
    const all = await allPages(client, `${LISTS}/_find`, {}, 'list the value lists', [])
    if (all.kind === 'failed')
      return all.diagnostic.code === 'target/forbidden' && ids.size === 0 ? { kind: 'read', value: [] } : all
    for (const row of all.value)
      if (isJsonObject(row) && isPackList(textOf(row['id'])) && valueListPolicy.markOf(row)?.pack === pack)
        ids.add(textOf(row['id']))
  }
  const found: LiveObject[] = []
  for (const answer of await eachOf([...ids], AT_ONCE, (id) => readOne(client, id))) {
    if (answer.kind === 'failed') return answer
    found.push(...answer.value)
  }
  return { kind: 'read', value: found }
}

async function readOne(client: KibanaClient, id: string): Promise<Reading<readonly LiveObject[]>> {
  const doing = `read value-list "${id}"`
  const reply = await client.request({ method: 'GET', path: LISTS, query: { id }, doing })
  if (reply.kind === 'absent') return { kind: 'read', value: [] }
  if (reply.kind !== 'ok') return { kind: 'failed', diagnostic: unmet(reply, doing) }
  const { body } = reply
  if (!isJsonObject(body) || body['id'] !== id || typeof body['name'] !== 'string')
    return { kind: 'failed', diagnostic: replyFailure(kibana, doing, 'the answer is no value-list') }
  const values = await valuesIn(client, id)
  if (values.kind === 'failed') return values
  const content = { ...fieldsOf(body, ['id', 'name', 'description', 'type', 'meta']), values: values.value }
  const mark = valueListPolicy.markOf(content)
  const live = { kind: 'value-list', id, title: body['name'], content, mark } as const
  return { kind: 'read', value: [{ ...live, fingerprint: contentDigest(content) }] }
}

/** Each value once, in order. */
async function valuesIn(client: KibanaClient, id: string): Promise<Reading<readonly string[]>> {
  const doing = `read the values of value-list "${id}"`
  const request = { path: `${VALUES}/_export`, query: { list_id: id }, lines: true, timeout: PATIENCE, doing }
  const reply = await client.request({ method: 'POST', ...request })
  if (reply.kind !== 'ok') return { kind: 'failed', diagnostic: unmet(reply, doing) }
  return { kind: 'read', value: [...new Set((reply.body as readonly Json[]).map(textOf))].sort() }
}

/** Writes lists one after the other, each with its values; it returns when Kibana tells all of them. */
export async function writeValueLists(
  client: KibanaClient,
  work: readonly Work[],
  onWritten: (count: number) => void,
): Promise<WriteResult> {
  let tried = 0
  if (work.some(({ action }) => action.kind !== 'delete')) {
    const diagnostic = await prepare(client)
    if (diagnostic !== undefined) return { tried, failures: [{ object: null, diagnostic }] }
  }
  for (const { action } of work) {
    const diagnostic = await (action.kind === 'delete' ? remove(client, action.object.id, false) : put(client, action))
    onWritten(++tried)
    if (diagnostic !== undefined) return { tried, failures: [{ object: action.object, diagnostic }] }
  }
  return { tried, failures: [] }
}

/** Has the space keep lists, as opening the lists in Kibana does. */
async function prepare(client: KibanaClient): Promise<Diagnostic | undefined> {
  const doing = 'keep value lists in this space'
  const there = await client.request({ method: 'GET', path: `${LISTS}/index`, doing })
  if (there.kind === 'ok') return undefined
  if (there.kind !== 'absent') return unmet(there, doing)
  const made = await client.request({ method: 'POST', path: `${LISTS}/index`, doing })
  return made.kind === 'ok' || made.kind === 'conflict' ? undefined : unmet(made, doing)
}

/**
 * Exceptions of others may refer to a list: then Kibana keeps it, and that is told.
 *
 * @param forNew another takes its place at once, so that nobody looks who refers to it
 */
async function remove(client: KibanaClient, id: string, forNew: boolean): Promise<Diagnostic | undefined> {
  const doing = `delete value-list "${id}"`
  const query = { id, ...(forNew && { ignoreReferences: 'true' }) }
  const reply = await client.request({ method: 'DELETE', path: LISTS, query, doing })
  return reply.kind === 'ok' || reply.kind === 'absent' ? undefined : unmet(reply, doing)
}

async function put(
  client: KibanaClient,
  { kind, object: { id }, content }: Exclude<WritingAction, { readonly kind: 'delete' }>,
): Promise<Diagnostic | undefined> {
  const doing = `put value-list "${id}"`
  const said = { doing, path: LISTS } as const
  const asUpdate: KibanaRequest = {
    ...said,
    method: 'PUT',
    body: fieldsOf(content, ['id', 'name', 'description', 'meta']),
  }
  if (kind === 'replace') {
    const kept = await remove(client, id, true)
    if (kept !== undefined) return kept
  }
  const isNew = kind === 'create' || kind === 'replace'
  const body = fieldsOf(content, ['id', 'name', 'description', 'type', 'meta'])
  const made = await client.request(isNew ? { ...said, method: 'POST', body } : asUpdate)
  // An answer was lost: it is there, and is set right.
  const reply = made.kind === 'conflict' ? await client.request(asUpdate) : made
  return reply.kind === 'ok' ? fill(client, id, content) : unmet(reply, doing)
}

/**
 * Has a list hold these values and no others. Kibana answers an import before it has written the values, and would hold
 * twice what it is sent twice: so it is asked what it holds until nothing is missing.
 */
async function fill(client: KibanaClient, id: string, content: JsonObject): Promise<Diagnostic | undefined> {
  const wanted = new Set(valuesOf(content))
  const first = await valuesIn(client, id)
  if (first.kind === 'failed') return first.diagnostic
  const surplus = first.value.filter((value) => !wanted.has(value))
  const failed = (await eachOf(surplus, AT_ONCE, (value) => removeValue(client, id, value))).find((each) => each)
  if (failed !== undefined) return failed
  let missing = missingIn(first.value, wanted)
  for (let sent = 1; missing.length > 0; sent++) {
    const diagnostic = await importValues(client, id, missing)
    if (diagnostic !== undefined && diagnostic.code !== 'target/unreachable') return diagnostic
    const now = await persist({ ...client.pace, attempts: client.pace.attempts * 2 }, async () => {
      const value = await valuesIn(client, id)
      return { value, passing: value.kind === 'read' && missingIn(value.value, wanted).length > 0 }
    })
    if (now.kind === 'failed') return now.diagnostic
    missing = missingIn(now.value, wanted)
    if (missing.length > 0 && sent === IMPORTS)
      return diagnostic ?? replyFailure(kibana, `fill value-list "${id}"`, `${missing.length} values are not in it`)
  }
  return undefined
}

function missingIn(values: readonly string[], wanted: ReadonlySet<string>): readonly string[] {
  const there = new Set(values)
  return [...wanted].filter((value) => !there.has(value))
}

async function removeValue(client: KibanaClient, id: string, value: string): Promise<Diagnostic | undefined> {
  const doing = `take a value out of value-list "${id}"`
  const query = { list_id: id, value, refresh: 'true' }
  const reply = await client.request({ method: 'DELETE', path: VALUES, query, doing })
  return reply.kind === 'ok' || reply.kind === 'absent' ? undefined : unmet(reply, doing)
}

async function importValues(
  client: KibanaClient,
  id: string,
  values: readonly string[],
): Promise<Diagnostic | undefined> {
  const doing = `put ${values.length} values into value-list "${id}"`
  const request = { path: `${VALUES}/_import`, query: { list_id: id, refresh: 'wait_for' }, once: true } as const
  for (const text of textsOf(values)) {
    const file = { name: 'detpack.txt', text } as const
    const reply = await client.request({ method: 'POST', ...request, file, timeout: PATIENCE, doing })
    if (reply.kind !== 'ok') return unmet(reply, doing)
  }
  return undefined
}

/** Lines in texts that Kibana takes. */
function textsOf(values: readonly string[]): readonly string[] {
  const texts = ['']
  for (const value of values) {
    const last = texts.at(-1) ?? ''
    if (last.length > BATCH_LETTERS) texts.push(`${value}\n`)
    else texts[texts.length - 1] = `${last}${value}\n`
  }
  return texts
}
