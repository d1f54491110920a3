import { unset } from '../../artifact/splunk/mark.ts'
import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { JsonObject } from '../../event/field.ts'
import { valueOf } from '../difference.ts'
import { keyOf, textOf, type LiveObject, type NamedObject } from '../object.ts'
import { eachOf, inGroups } from '../pace.ts'
import type { Work, WritingAction } from '../plan.ts'
import type { Reading } from '../reading.ts'
import type { WriteResult } from '../target.ts'
import type { EntityKind } from './entity-kind.ts'
import { entityIn, listEntities } from './entity.ts'
import { part, unmet, type Reply, type SplunkClient } from './splunk-client.ts'

/** Requests at once: splunkd writes a file for each change. */
const AT_ONCE = 4
/** Stands in a name, a macro or the mark of everything of ours. */
const WORD = 'detpack'

type Put = Exclude<WritingAction, { readonly kind: 'delete' }>

/** All of one kind that carry the pack's mark, and those that are named. */
export async function readEntities(
  client: SplunkClient,
  kind: EntityKind,
  pack: string | null,
  named: readonly NamedObject[],
): Promise<Reading<readonly LiveObject[]>> {
  const doing = `list the ${kind.kind} objects of the app "${client.app}"`
  const listed = await listEntities(client, { app: kind.path }, WORD, doing)
  if (listed.kind === 'failed') return listed
  const names = new Set(named.map(keyOf))
  const live = kind.live(listed.value, named)
  const ours = (one: LiveObject): boolean => pack !== null && one.mark?.pack === pack
  return { kind: 'read', value: live.filter((one) => names.has(keyOf(one)) || ours(one)) }
}

/** Writes some at once, and stops after those among which one failed. */
export async function writeEntities(
  client: SplunkClient,
  kind: EntityKind,
  work: readonly Work[],
  onWritten: (count: number) => void,
): Promise<WriteResult> {
  let tried = 0
  for (const group of inGroups(work, AT_ONCE)) {
    const told = await eachOf(group, AT_ONCE, (each) => writeEntity(client, kind, each))
    tried += group.length
    onWritten(tried)
    const failures = group.flatMap(({ action: { object } }, at) => {
      const diagnostic = told[at]
      return diagnostic === undefined ? [] : [{ object, diagnostic }]
    })
    if (failures.length > 0) return { tried, failures }
  }
  return { tried, failures: [] }
}

async function writeEntity(
  client: SplunkClient,
  kind: EntityKind,
  { action, live }: Work,
): Promise<Diagnostic | undefined> {
  switch (action.kind) {
    case 'delete':
      return live === null ? undefined : remove(client, kind, live)
    case 'create':
      return create(client, kind, action)
    case 'replace':
      // The new one first: cut off in between, the old one still holds what was tuned.
      return (await create(client, kind, action)) ?? (live === null ? undefined : remove(client, kind, live))
    case 'update':
    case 'adopt':
      return live === null ? create(client, kind, action) : change(client, kind, action, live.content)
  }
}

/** Makes one. When there is one of that name already and it is this, an answer was lost: it is set right. */
async function create(client: SplunkClient, kind: EntityKind, action: Put): Promise<Diagnostic | undefined> {
  const { object, content } = action
  const name = nameOf(content)
  const doing = `create ${kind.kind} "${object.title}"`
  const needs = kind.needs(client.app)
  const form = { name, ...formOf(content, {}) }
  const reply = await client.request({ method: 'POST', path: { app: kind.path }, form, doing, needs })
  if (reply.kind === 'conflict') {
    const there = await readOne(client, kind, action)
    if (there.kind === 'failed') return there.diagnostic
    if (there.value !== undefined) return change(client, kind, action, there.value)
    const message = `there is a ${kind.kind} "${name}" already that is not this one`
    return error('target/refused', message, undefined, { hint: 'rename it in Splunk, or the rule in the pack' })
  }
  if (reply.kind !== 'ok') return unmet(reply, doing)
  return share(client, kind, action, entityIn(reply.body)?.access ?? {})
}

/** Sets what differs; a setting that is to go is emptied. */
async function change(
  client: SplunkClient,
  kind: EntityKind,
  action: Put,
  live: JsonObject,
): Promise<Diagnostic | undefined> {
  const { object, content } = action
  const doing = `change ${kind.kind} "${object.title}"`
  const form = formOf(content, live)
  if (Object.keys(form).length > 0) {
    const path = { app: `${kind.path}/${part(nameOf(content))}` }
    const reply = await client.request({ method: 'POST', path, form, doing, needs: kind.needs(client.app) })
    if (reply.kind !== 'ok') return unmet(reply, doing)
  }
  return share(client, kind, action, live)
}

/** Says who may see and change it, where that differs. */
async function share(
  client: SplunkClient,
  kind: EntityKind,
  { object, content }: Put,
  live: JsonObject,
): Promise<Diagnostic | undefined> {
  const names = ['acl.sharing', 'acl.read', 'acl.write']
  if (names.every((name) => valueOf(content, name) === valueOf(live, name))) return undefined
  const [sharing, read, write] = names.map((name) => textOf(valueOf(content, name) ?? ''))
  const doing = `share ${kind.kind} "${object.title}"`
  const reply = await client.request({
    method: 'POST',
    path: { app: `${kind.path}/${part(nameOf(content))}/acl` },
    form: { owner: 'nobody', sharing: sharing ?? '', 'perms.read': read ?? '', 'perms.write': write ?? '' },
    doing,
    needs: `write permission to the app "${client.app}" and the capability admin_all_objects, or a role that administers`,
  })
  return reply.kind === 'ok' ? undefined : unmet(reply, doing)
}

async function remove(client: SplunkClient, kind: EntityKind, live: LiveObject): Promise<Diagnostic | undefined> {
  const doing = `delete ${kind.kind} "${live.title}"`
  const path = { app: `${kind.path}/${part(live.handle ?? live.id)}` }
  const reply = await client.request({ method: 'DELETE', path, doing, needs: kind.needs(client.app) })
  if (reply.kind === 'ok' || reply.kind === 'absent') return undefined
  const said = unmet(reply, doing)
  if (said.code !== 'target/refused') return said
  return { ...said, hint: "what came with the package of the app goes when the app's package without it is installed" }
}

/** The content of the one of that name, when it is what the action is about. */
async function readOne(
  client: SplunkClient,
  kind: EntityKind,
  { object, content }: Put,
): Promise<Reading<JsonObject | undefined>> {
  const doing = `read ${kind.kind} "${object.title}"`
  const path = { app: `${kind.path}/${part(nameOf(content))}` }
  const reply: Reply = await client.request({ method: 'GET', path, doing })
  if (reply.kind !== 'ok') return { kind: 'failed', diagnostic: unmet(reply, doing) }
  const entity = entityIn(reply.body)
  const live = entity === undefined ? [] : kind.live([entity], [])
  const pack = kind.policy.markOf(content)?.pack
  return { kind: 'read', value: live.find((one) => one.id === object.id && one.mark?.pack === pack)?.content }
}

/** The settings of a content that differ from what is there, as a form. */
function formOf(content: JsonObject, live: JsonObject): Readonly<Record<string, string>> {
  const names = new Set([...Object.keys(live), ...Object.keys(content)])
  const changed = [...names].flatMap((name) => {
    const [before, after] = [valueOf(live, name) ?? unset(name), valueOf(content, name) ?? unset(name)]
    return name === 'name' || name.startsWith('acl.') || before === after ? [] : [[name, textOf(after)] as const]
  })
  return Object.fromEntries(changed)
}

function nameOf(content: JsonObject): string {
  return textOf(valueOf(content, 'name'))
}
