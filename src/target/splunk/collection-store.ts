import { isValueLookup } from '../../artifact/splunk/value-lookup.ts'
import { contentDigest, sameJson } from '../../event/canonical.ts'
import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { valueOf } from '../difference.ts'
import { isJsonObject, textOf, type LiveObject, type ObjectName } from '../object.ts'
import { inGroups } from '../pace.ts'
import type { Work, WritingAction } from '../plan.ts'
import type { Reading } from '../reading.ts'
import type { WriteResult } from '../target.ts'
import { collectionPolicy } from './collection-policy.ts'
import { entityIn, listEntities } from './entity.ts'
import { replyFailure } from '../failure.ts'
import { splunkd } from './server.ts'
import { part, unmet, type Reply, type SplunkClient, type SplunkRequest } from './splunk-client.ts'

const CONFIG = 'storage/collections/config'
const DATA = 'storage/collections/data'
const LOOKUPS = 'data/transforms/lookups'
/** The KV store takes 1,000 documents at once. */
const BATCH = 500
/** What is taken out at once stands in the address, which is kept to some 4,000 letters. */
const TAKEN_OUT = 50
/** The key of the document that holds the mark. */
const MARK_KEY = 'detpack:mark'
const NEEDS = 'write permission to the app and its KV store'

/** Those named, as far as they are there. An empty one without a lookup is as if it were not: its making was cut off. */
export async function readCollections(
  client: SplunkClient,
  named: readonly ObjectName[],
): Promise<Reading<readonly LiveObject[]>> {
  const found: LiveObject[] = []
  for (const { id } of named) {
    const doing = `read collection "${id}"`
    const lookup = await client.request({ method: 'GET', path: { app: `${LOOKUPS}/${part(id)}` }, doing })
    if (lookup.kind !== 'ok' && lookup.kind !== 'absent') return { kind: 'failed', diagnostic: unmet(lookup, doing) }
    const rows = await readRows(client, id, doing)
    if (rows.kind === 'failed') return rows
    const entity = lookup.kind === 'ok' ? entityIn(lookup.body) : undefined
    if (rows.value.length === 0 && entity?.app !== client.app) continue
    const content = contentOf(rows.value, entity?.app === client.app ? entity.content : undefined)
    const mark = collectionPolicy.markOf(content)
    found.push({ kind: 'collection', id, title: id, content, mark, fingerprint: contentDigest(content) })
  }
  return { kind: 'read', value: found }
}

/** The lists of values that exceptions look up, whosever they are. */
export async function valueLists(client: SplunkClient): Promise<Reading<readonly ObjectName[]>> {
  const doing = `list the lookups of the app "${client.app}"`
  const listed = await listEntities(client, { app: LOOKUPS }, 'detpack', doing)
  if (listed.kind === 'failed') return listed
  const names = listed.value.map(({ name }) => name).filter(isValueLookup)
  return { kind: 'read', value: names.map((id) => ({ kind: 'collection', id })) }
}

async function readRows(client: SplunkClient, id: string, doing: string): Promise<Reading<readonly JsonObject[]>> {
  const rows: JsonObject[] = []
  for (;;) {
    const query = { sort: '_key', limit: String(BATCH), skip: String(rows.length) }
    const reply = await client.request({ method: 'GET', path: { app: `${DATA}/${part(id)}` }, query, doing })
    if (reply.kind === 'absent') return { kind: 'read', value: [] }
    if (reply.kind !== 'ok') return { kind: 'failed', diagnostic: unmet(reply, doing) }
    if (!Array.isArray(reply.body))
      return { kind: 'failed', diagnostic: replyFailure(splunkd, doing, 'the answer is no list') }
    const page = (reply.body as readonly Json[]).filter(isJsonObject)
    rows.push(...page)
    if (page.length < BATCH) return { kind: 'read', value: rows }
  }
}

function contentOf(documents: readonly JsonObject[], lookup: JsonObject | undefined): JsonObject {
  // What begins with an underscore is the KV store's own.
  const rows = documents.map((document): readonly [string, JsonObject] => {
    const fields = Object.entries(document).filter(([name]) => !name.startsWith('_'))
    return [textOf(document['_key']), Object.fromEntries(fields)]
  })
  const marked = rows.find(([key]) => key === MARK_KEY)?.[1]['mark']
  return {
    rows: Object.fromEntries(rows.filter(([key]) => key !== MARK_KEY)),
    ...(lookup !== undefined && {
      lookup: Object.fromEntries(
        ['external_type', 'collection', 'fields_list'].map((name) => [
          name,
          textOf(lookup[name] ?? '').replace(/,\s+/g, ','),
        ]),
      ),
    }),
    ...(typeof marked === 'string' && { mark: parsed(marked) }),
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}

export async function writeCollections(
  client: SplunkClient,
  work: readonly Work[],
  onWritten: (count: number) => void,
): Promise<WriteResult> {
  let tried = 0
  for (const { action, live } of work) {
    const diagnostic = await (action.kind === 'delete'
      ? remove(client, action.object.id)
      : put(client, action, live?.content ?? {}))
    onWritten(++tried)
    if (diagnostic !== undefined) return { tried, failures: [{ object: action.object, diagnostic }] }
  }
  return { tried, failures: [] }
}

/** The collection, its rows with the mark among the first, then the lookup: what is cut off is ours, and goes on. */
async function put(
  client: SplunkClient,
  { object, content }: Exclude<WritingAction, { readonly kind: 'delete' }>,
  live: JsonObject,
): Promise<Diagnostic | undefined> {
  const { id } = object
  const doing = `write collection "${id}"`
  const ask = (request: Omit<SplunkRequest, 'doing' | 'needs'>): Promise<Reply> =>
    client.request({ ...request, doing, needs: NEEDS })
  const { fields, lookup, rows, mark } = content
  const types = isJsonObject(fields)
    ? Object.entries(fields).map(([name, type]) => [`field.${name}`, textOf(type)] as const)
    : []
  const made = await ask({ method: 'POST', path: { app: CONFIG }, form: { name: id, ...Object.fromEntries(types) } })
  if (made.kind !== 'ok' && made.kind !== 'conflict') return unmet(made, doing)

  const wanted = isJsonObject(rows) ? rows : {}
  const there = isJsonObject(live['rows']) ? live['rows'] : {}
  const gone = Object.keys(there).filter((key) => !Object.hasOwn(wanted, key))
  const changed = Object.entries(wanted).filter(([key, row]) => !sameJson(row, valueOf(there, key)))
  const documents = [
    ...(mark === undefined ? [] : [{ _key: MARK_KEY, mark: JSON.stringify(mark) }]),
    ...changed.map(([key, row]) => ({ ...(isJsonObject(row) ? row : {}), _key: key })),
  ]
  for (const json of inGroups(documents, BATCH)) {
    const saved = await ask({ method: 'POST', path: { app: `${DATA}/${part(id)}/batch_save` }, json })
    if (saved.kind !== 'ok') return unmet(saved, doing)
  }
  for (const keys of inGroups(mark === undefined ? [...gone, MARK_KEY] : gone, TAKEN_OUT)) {
    const query = JSON.stringify({ $or: keys.map((key) => ({ _key: key })) })
    const deleted = await ask({ method: 'DELETE', path: { app: `${DATA}/${part(id)}` }, query: { query } })
    if (deleted.kind !== 'ok' && deleted.kind !== 'absent') return unmet(deleted, doing)
  }
  if (!isJsonObject(lookup) || sameJson(lookup, live['lookup'])) return undefined
  const form = Object.fromEntries(Object.entries(lookup).map(([name, value]) => [name, textOf(value)]))
  const defined = await ask({ method: 'POST', path: { app: LOOKUPS }, form: { name: id, ...form } })
  if (defined.kind === 'ok') return undefined
  if (defined.kind !== 'conflict') return unmet(defined, doing)
  const set = await ask({ method: 'POST', path: { app: `${LOOKUPS}/${part(id)}` }, form })
  return set.kind === 'ok' ? undefined : unmet(set, doing)
}

/** The lookup first: what is cut off is still ours by the mark among the rows. */
async function remove(client: SplunkClient, id: string): Promise<Diagnostic | undefined> {
  const doing = `delete collection "${id}"`
  for (const path of [LOOKUPS, CONFIG]) {
    const reply = await client.request({ method: 'DELETE', path: { app: `${path}/${part(id)}` }, doing, needs: NEEDS })
    if (reply.kind !== 'ok' && reply.kind !== 'absent') return unmet(reply, doing)
  }
  return undefined
}
