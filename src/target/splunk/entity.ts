import type { Json, JsonObject } from '../../event/field.ts'
import { roles } from '../../artifact/splunk/rest-search.ts'
import { isJsonObject } from '../object.ts'
import type { Reading } from '../reading.ts'
import { replyFailure } from '../failure.ts'
import { splunkd } from './server.ts'
import { unmet, type Path, type SplunkClient } from './splunk-client.ts'

/** One object in an answer: a saved search, a macro, an app. */
export interface Entity {
  readonly name: string
  readonly app: string
  /** False on what an app's package brought along: it can be changed, and not be deleted. */
  readonly removable: boolean
  /** Who may see and change it, as settings under `acl.`. */
  readonly access: JsonObject
  readonly content: JsonObject
}

/** So many are asked for at once. */
const PAGE = 100
/** More than this is not expected; it ends a list whose pages never do. */
const MOST_PAGES = 1000

/** All objects of one kind in the client's app whose answer holds a word. */
export async function listEntities(
  client: SplunkClient,
  path: Path,
  word: string,
  doing: string,
): Promise<Reading<readonly Entity[]>> {
  const listed = await listEntries(client, path, { search: word, sort_key: 'name' }, doing)
  if (listed.kind === 'failed') return listed
  const found = new Map<string, Entity>()
  for (const entry of listed.value) {
    const entity = entityOf(entry)
    if (entity === undefined)
      return { kind: 'failed', diagnostic: replyFailure(splunkd, doing, 'the answer is no list') }
    // What other apps share is listed as well.
    if (entity.app === client.app) found.set(entity.name, entity)
  }
  return { kind: 'read', value: [...found.values()] }
}

/** All entries of a list, page by page. */
export async function listEntries(
  client: SplunkClient,
  path: Path,
  how: Readonly<Record<string, string>>,
  doing: string,
): Promise<Reading<readonly Json[]>> {
  const found: Json[] = []
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = { count: String(PAGE), offset: String(found.length), ...how }
    const reply = await client.request({ method: 'GET', path, query, doing })
    if (reply.kind !== 'ok') return { kind: 'failed', diagnostic: unmet(reply, doing) }
    const entries = isJsonObject(reply.body) ? reply.body['entry'] : undefined
    if (!isJsonObject(reply.body) || !Array.isArray(entries))
      return { kind: 'failed', diagnostic: replyFailure(splunkd, doing, 'the answer is no list') }
    found.push(...(entries as readonly Json[]))
    const { paging } = reply.body
    const total = isJsonObject(paging) && typeof paging['total'] === 'number' ? paging['total'] : found.length
    if (entries.length === 0 || found.length >= total) break
  }
  return { kind: 'read', value: found }
}

/** The one object of an answer; undefined when it is no such answer. */
export function entityIn(body: Json): Entity | undefined {
  const entries = isJsonObject(body) ? body['entry'] : undefined
  return Array.isArray(entries) && entries.length > 0 ? entityOf(entries[0] as Json) : undefined
}

function entityOf(entry: Json): Entity | undefined {
  if (!isJsonObject(entry)) return undefined
  const { name, acl, content } = entry
  if (typeof name !== 'string' || !isJsonObject(acl) || !isJsonObject(content)) return undefined
  const { app, sharing, perms, removable } = acl
  const access = {
    'acl.sharing': typeof sharing === 'string' ? sharing : '',
    'acl.read': rolesOf(perms, 'read'),
    'acl.write': rolesOf(perms, 'write'),
  }
  return { name, app: typeof app === 'string' ? app : '', removable: removable !== false, access, content }
}

function rolesOf(perms: Json | undefined, name: string): string {
  const list = isJsonObject(perms) ? perms[name] : undefined
  return Array.isArray(list) ? roles((list as readonly Json[]).map(String)) : ''
}
