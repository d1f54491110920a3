import { contentDigest } from '../../event/canonical.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { isJsonObject, keyOf, type LiveObject, type ObjectKind, type ObjectName } from '../object.ts'
import { eachOf } from '../pace.ts'
import type { Work } from '../plan.ts'
import type { Reading } from '../reading.ts'
import type { WriteResult } from '../target.ts'
import type { ClusterClient } from './cluster-client.ts'
import { replyFailure } from '../failure.ts'
import { elasticsearch } from './server.ts'
import { lifecyclePolicy, templatePolicy } from './template-policy.ts'

/** What Elasticsearch keeps by name. */
export type ResourceKind = Extract<
  ObjectKind,
  'lifecycle-policy' | 'ingest-pipeline' | 'component-template' | 'index-template'
>

const AT_ONCE = 4

/** Where each kind lies, and what an answer holds: the bodies by name. */
const RESOURCES: Readonly<
  Record<ResourceKind, { readonly path: string; readonly bodies: (answer: JsonObject) => readonly NamedBody[] }>
> = {
  'component-template': {
    path: '_component_template',
    bodies: (answer) => inList(answer['component_templates'], 'component_template'),
  },
  'index-template': {
    path: '_index_template',
    bodies: (answer) => inList(answer['index_templates'], 'index_template'),
  },
  'ingest-pipeline': { path: '_ingest/pipeline', bodies: (answer) => Object.entries(answer) },
  'lifecycle-policy': {
    path: '_ilm/policy',
    bodies: (answer) =>
      Object.entries(answer).map(([name, one]) => [name, isJsonObject(one) ? { policy: one['policy'] ?? null } : one]),
  },
}

type NamedBody = readonly [name: string, body: Json | undefined]

export function isResource(kind: ObjectKind): kind is ResourceKind {
  return Object.hasOwn(RESOURCES, kind)
}

/** Those named, and all of the given kinds that carry the pack's mark; the names of ours hold "detpack". */
export async function readResources(
  client: ClusterClient,
  kinds: readonly ResourceKind[],
  pack: string | null,
  named: readonly ObjectName[],
): Promise<Reading<readonly LiveObject[]>> {
  const asked = [...(pack === null ? [] : kinds.map((kind) => ({ kind, id: '*detpack*' }))), ...named]
  const answers = await eachOf(asked, AT_ONCE, (name) => readResource(client, name))
  const found = new Map<string, LiveObject>()
  const names = new Set(named.map(keyOf))
  for (const answer of answers) {
    if (answer.kind === 'failed') return answer
    for (const one of answer.value) if (names.has(keyOf(one)) || one.mark?.pack === pack) found.set(keyOf(one), one)
  }
  return { kind: 'read', value: [...found.values()] }
}

async function readResource(client: ClusterClient, { kind, id }: ObjectName): Promise<Reading<readonly LiveObject[]>> {
  if (!isResource(kind)) return { kind: 'read', value: [] }
  const doing = `read ${kind} "${id}"`
  const { path, bodies } = RESOURCES[kind]
  const name = id.includes('*') ? id : encodeURIComponent(id)
  const reply = await client.request({ method: 'GET', path: `/${path}/${name}`, doing })
  if (reply.kind === 'absent') return { kind: 'read', value: [] }
  if (reply.kind === 'failed') return reply
  const { markOf } = policyOf(kind)
  const found: LiveObject[] = []
  for (const [name, content] of isJsonObject(reply.body) ? bodies(reply.body) : [['', undefined] as const]) {
    if (!isJsonObject(content))
      return { kind: 'failed', diagnostic: replyFailure(elasticsearch, doing, `the answer is no ${kind}`) }
    found.push({ kind, id: name, title: name, content, mark: markOf(content), fingerprint: contentDigest(content) })
  }
  return { kind: 'read', value: found }
}

/**
 * The kinds that this Elasticsearch keeps: some are left out of a distribution, or of a service. What else goes wrong is
 * told when the kind is read.
 */
export async function keptKinds(
  client: ClusterClient,
  kinds: readonly ResourceKind[],
): Promise<Reading<readonly ResourceKind[]>> {
  const kept: ResourceKind[] = []
  for (const kind of kinds) {
    const doing = `look for ${kind} objects`
    const reply = await client.request({ method: 'GET', path: `/${RESOURCES[kind].path}/detpack`, doing })
    if (reply.kind !== 'failed') kept.push(kind)
    // Refused: it has no such thing. Forbidden: the key is for less.
    else if (reply.diagnostic.code !== 'target/refused' && reply.diagnostic.code !== 'target/forbidden') return reply
  }
  return { kind: 'read', value: kept }
}

/** Puts or deletes one after the other. What cannot be deleted since it is in use keeps nothing else from going. */
export async function writeResources(
  client: ClusterClient,
  work: readonly Work[],
  onWritten: (count: number) => void,
): Promise<WriteResult> {
  let tried = 0
  const failures: WriteResult['failures'][number][] = []
  for (const { action } of work) {
    const { object } = action
    if (!isResource(object.kind)) throw new Error(`no resource of Elasticsearch: ${object.kind}`)
    const path = `/${RESOURCES[object.kind].path}/${encodeURIComponent(object.id)}`
    const reply = await client.request(
      action.kind === 'delete'
        ? { method: 'DELETE', path, doing: `delete ${object.kind} "${object.id}"` }
        : { method: 'PUT', path, body: action.content, doing: `put ${object.kind} "${object.id}"` },
    )
    onWritten(++tried)
    if (reply.kind !== 'failed') continue
    const kept = action.kind === 'delete' && reply.diagnostic.code === 'target/refused'
    failures.push({ object, diagnostic: kept ? { ...reply.diagnostic, hint: IN_USE } : reply.diagnostic })
    if (!kept) break
  }
  return { tried, failures }
}

const IN_USE =
  'what data streams need stays with them; "DELETE _data_stream/NAME" takes one away with all that is in it, after which this goes too'

export function policyOf(kind: ResourceKind): typeof templatePolicy {
  return kind === 'lifecycle-policy' ? lifecyclePolicy : templatePolicy
}

function inList(rows: Json | undefined, one: string): readonly NamedBody[] {
  if (!Array.isArray(rows)) return [['', undefined]]
  return (rows as readonly Json[]).map((row) =>
    isJsonObject(row) && typeof row['name'] === 'string' ? [row['name'], row[one]] : ['', undefined],
  )
}
