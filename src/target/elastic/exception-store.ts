import { isPackList } from '../../artifact/kibana/exception.ts'
import { packTag } from '../../artifact/kibana/mark.ts'
import { contentDigest } from '../../event/canonical.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { valueOf } from '../difference.ts'
import { isJsonObject, keyOf, textOf, type LiveObject, type ObjectName } from '../object.ts'
import { eachOf } from '../pace.ts'
import type { Work } from '../plan.ts'
import type { Reading } from '../reading.ts'
import type { WriteResult } from '../target.ts'
import { exceptionListPolicy, exceptionPolicy, requestOf } from './exception-policy.ts'
import { replyFailure } from '../failure.ts'
import { kibana } from './server.ts'
import { unmet, type KibanaClient } from './kibana-client.ts'
import { OTHERS } from './rule-policy.ts'
import { allPages } from './pages.ts'

const LISTS = '/exception_lists'
const ITEMS = '/exception_lists/items'
const AT_ONCE = 3
/** Of a pack there are others in no other space. */
const NAMESPACE = { namespace_type: 'single' } as const

/** Fields that Kibana adds to its answers. */
const ANSWER_ONLY = new Set([
  ...['id', 'created_at', 'created_by', 'updated_at', 'updated_by', '_version', 'tie_breaker_id', 'immutable'],
  'version',
])

/**
 * The lists that carry the pack's mark with what the pack put into them, and those named; items of others are only
 * counted. A key that may not look at exceptions finds none, unless some are named.
 */
export async function readExceptions(
  client: KibanaClient,
  pack: string | null,
  named: readonly ObjectName[],
): Promise<Reading<readonly LiveObject[]>> {
  const found = new Map<string, LiveObject>()
  const put = (one: LiveObject): void => void found.set(keyOf(one), one)
  const ours = pack === null ? undefined : await listsOf(client, pack)
  if (ours?.kind === 'failed')
    return ours.diagnostic.code === 'target/forbidden' && named.length === 0 ? { kind: 'read', value: [] } : ours
  for (const list of ours?.value ?? []) put(list)
  const wantedLists = named.filter((each) => each.kind === 'exception-list' && !found.has(keyOf(each)))
  for (const answer of await eachOf(wantedLists, AT_ONCE, (name) => readOne(client, LISTS, 'list_id', name))) {
    if (answer.kind === 'failed') return answer
    for (const list of answer.value) put(list)
  }
  const lists = [...found.values()]
  for (const [at, answer] of (await eachOf(lists, AT_ONCE, (list) => itemsOf(client, list))).entries()) {
    if (answer.kind === 'failed') return answer
    const list = lists[at]
    if (list === undefined) continue
    const own = answer.value.filter((item) => item.mark !== null && item.mark.pack === list.mark?.pack)
    put(withOthers(list, answer.value.length - own.length))
    for (const item of own) put(item)
  }
  const wantedItems = named.filter((each) => each.kind === 'exception' && !found.has(keyOf(each)))
  for (const answer of await eachOf(wantedItems, AT_ONCE, (name) => readOne(client, ITEMS, 'item_id', name))) {
    if (answer.kind === 'failed') return answer
    for (const item of answer.value) put(item)
  }
  // What is read by the way, of a list that was named, is no answer to what was asked.
  const names = new Set(named.map(keyOf))
  const asked = [...found.values()].filter(
    (each) => names.has(keyOf(each)) || (pack !== null && each.mark?.pack === pack),
  )
  return { kind: 'read', value: asked.sort(byKind) }
}

/** Lists first: an item stands in its list. */
function byKind(a: LiveObject, b: LiveObject): number {
  return Number(a.kind === 'exception') - Number(b.kind === 'exception')
}

/** Writes lists or items one after the other. That what is made is there already, or what is deleted is not, is no failure. */
export async function writeExceptions(
  client: KibanaClient,
  work: readonly Work[],
  onWritten: (count: number) => void,
): Promise<WriteResult> {
  let tried = 0
  for (const { action } of work) {
    const { object } = action
    const [path, idField] = object.kind === 'exception-list' ? [LISTS, 'list_id'] : [ITEMS, 'item_id']
    const query = { [idField]: object.id, ...NAMESPACE }
    const failed = async (method: 'POST' | 'PUT' | 'DELETE', body?: JsonObject): Promise<WriteResult | undefined> => {
      const doing = `${method === 'DELETE' ? 'delete' : 'put'} ${object.kind} "${object.id}"`
      const reply = await client.request({ method, path, doing, ...(body === undefined ? { query } : { body }) })
      if (reply.kind === 'ok') return undefined
      if (method === 'DELETE' ? reply.kind === 'absent' : method === 'POST' && reply.kind === 'conflict')
        return undefined
      return { tried: tried + 1, failures: [{ object, diagnostic: unmet(reply, doing) }] }
    }
    const problem =
      action.kind === 'delete'
        ? await failed('DELETE')
        : action.kind === 'create'
          ? await failed('POST', requestOf(action.content, false))
          : action.kind === 'replace'
            ? ((await failed('DELETE')) ?? (await failed('POST', requestOf(action.content, false))))
            : await failed('PUT', requestOf(action.content, true))
    if (problem !== undefined) return problem
    onWritten(++tried)
  }
  return { tried, failures: [] }
}

/**
 * The same work on rules, with Kibana's own id in each reference to a list of ours: it is another one when the list was
 * made anew. A list that is not there is told, since Kibana would drop the reference without a word.
 */
export async function withListIds(client: KibanaClient, work: readonly Work[]): Promise<Reading<readonly Work[]>> {
  const ids = new Map<string, string>()
  const wanted = new Set(work.flatMap(({ action }) => (action.kind === 'delete' ? [] : listsIn(action.content))))
  for (const id of wanted) {
    const read = await readOne(client, LISTS, 'list_id', { kind: 'exception-list', id })
    if (read.kind === 'failed') return read
    const handle = read.value[0]?.handle
    if (handle === undefined) {
      const doing = 'refer to the exceptions of a rule'
      return { kind: 'failed', diagnostic: replyFailure(kibana, doing, `there is no list "${id}"`) }
    }
    ids.set(id, handle)
  }
  if (wanted.size === 0) return { kind: 'read', value: work }
  const resolved = work.map(({ action, live }): Work => {
    if (action.kind === 'delete' || listsIn(action.content).length === 0) return { action, live }
    const lists = withIds(referencesIn(action.content), ids)
    return { action: { ...action, content: { ...action.content, exceptions_list: lists } }, live }
  })
  return { kind: 'read', value: resolved }
}

/** References as requests say them, with Kibana's own ids of the lists. */
export function withIds(references: readonly JsonObject[], ids: ReadonlyMap<string, string>): readonly JsonObject[] {
  return references.map((each) => {
    const id = ids.get(textOf(each['list_id']))
    const said = Object.fromEntries(Object.entries(each).filter(([name]) => name !== OTHERS))
    return id === undefined ? said : { ...said, id }
  })
}

/** The same rules, with what others put into the lists of ours that they refer to. */
export async function withOthersIn(
  client: KibanaClient,
  rules: readonly LiveObject[],
  known: readonly LiveObject[],
): Promise<Reading<readonly LiveObject[]>> {
  const lists = new Map(known.map((each) => [each.id, each]))
  const missing = [...new Set(rules.flatMap((rule) => listsIn(rule.content)))].filter((id) => !lists.has(id))
  if (missing.length > 0) {
    const names = missing.map((id): ObjectName => ({ kind: 'exception-list', id }))
    const read = await readExceptions(client, null, names)
    if (read.kind === 'failed') return read
    for (const each of read.value) lists.set(each.id, each)
  }
  const told = rules.map((rule) => {
    if (listsIn(rule.content).length === 0) return rule
    const references = referencesIn(rule.content).map((each) => {
      const others = lists.get(textOf(each['list_id']))?.content[OTHERS]
      return others === undefined ? each : { ...each, [OTHERS]: others }
    })
    const content = { ...rule.content, exceptions_list: references }
    return { ...rule, content, fingerprint: contentDigest(content) }
  })
  return { kind: 'read', value: told }
}

/** The lists of ours that a rule refers to. */
export function listsIn(content: JsonObject): readonly string[] {
  return referencesIn(content)
    .map((each) => textOf(each['list_id']))
    .filter(isPackList)
}

export function referencesIn(content: JsonObject): readonly JsonObject[] {
  const lists = valueOf(content, 'exceptions_list')
  return Array.isArray(lists) ? (lists as readonly Json[]).filter(isJsonObject) : []
}

async function listsOf(client: KibanaClient, pack: string): Promise<Reading<readonly LiveObject[]>> {
  const tag = packTag(pack).replace(/["\\]/g, String.raw`\$&`)
  const filter = `exception-list.attributes.tags:"${tag}"`
  const found = await allPages(client, `${LISTS}/_find`, { filter, ...NAMESPACE }, 'list the exceptions of the pack')
  if (found.kind === 'failed') return found
  const lists = found.value.flatMap((row) => readLive('exception-list', row) ?? [])
  // The filter matches the words of a tag; only the tag itself counts.
  return { kind: 'read', value: lists.filter((list) => list.mark?.pack === pack) }
}

async function itemsOf(client: KibanaClient, list: LiveObject): Promise<Reading<readonly LiveObject[]>> {
  const doing = `read the exceptions in "${list.id}"`
  const found = await allPages(client, `${ITEMS}/_find`, { list_id: list.id, ...NAMESPACE }, doing)
  if (found.kind === 'failed') return found
  return { kind: 'read', value: found.value.flatMap((row) => readLive('exception', row) ?? []) }
}

async function readOne(
  client: KibanaClient,
  path: string,
  idField: 'list_id' | 'item_id',
  { kind, id }: ObjectName,
): Promise<Reading<readonly LiveObject[]>> {
  const doing = `read ${kind} "${id}"`
  const reply = await client.request({ method: 'GET', path, query: { [idField]: id, ...NAMESPACE }, doing })
  if (reply.kind === 'absent') return { kind: 'read', value: [] }
  if (reply.kind !== 'ok') return { kind: 'failed', diagnostic: unmet(reply, doing) }
  const live = readLive(kind === 'exception-list' ? kind : 'exception', reply.body)
  if (live?.id !== id) return { kind: 'failed', diagnostic: replyFailure(kibana, doing, `the answer is no ${kind}`) }
  return { kind: 'read', value: [live] }
}

function readLive(kind: 'exception-list' | 'exception', value: Json): LiveObject | undefined {
  if (!isJsonObject(value)) return undefined
  const { id: handle, name: title } = value
  const id = value[kind === 'exception-list' ? 'list_id' : 'item_id']
  if (typeof handle !== 'string' || typeof id !== 'string' || typeof title !== 'string') return undefined
  const content = Object.fromEntries(Object.entries(value).filter(([name]) => !ANSWER_ONLY.has(name)))
  const policy = kind === 'exception-list' ? exceptionListPolicy : exceptionPolicy
  return { kind, id, title, content, mark: policy.markOf(content), fingerprint: contentDigest(content), handle }
}

function withOthers(list: LiveObject, others: number): LiveObject {
  const content = others === 0 ? list.content : { ...list.content, [OTHERS]: others }
  return { ...list, content, fingerprint: contentDigest(content) }
}
