import { actionTag } from '../../artifact/kibana/action.ts'
import { error, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { valueOf } from '../difference.ts'
import { replyFailure } from '../failure.ts'
import { isJsonObject, textOf } from '../object.ts'
import type { WritingAction } from '../plan.ts'
import { unmet, type KibanaClient } from './kibana-client.ts'
import { kibana } from './server.ts'

/**
 * Whether the connectors are there that rules are to use by the pack's wish; none is ever made. `target/no-connector`: there
 * is none of that id, or it is of another type. `target/connector-secrets` (warning): it has lost its secrets, and fails.
 */
export async function checkConnectors(
  client: KibanaClient,
  actions: readonly WritingAction[],
): Promise<readonly Diagnostic[]> {
  const wanted = new Map<string, string>()
  for (const action of actions)
    if (action.kind !== 'delete' && action.object.kind === 'rule')
      for (const { id, action_type_id: type } of ownActions(action.content)) wanted.set(textOf(id), textOf(type))
  if (wanted.size === 0) return []
  const doing = 'list its connectors'
  const reply = await client.request({ method: 'GET', path: '/actions/connectors', doing })
  if (reply.kind !== 'ok') return [unmet(reply, doing)]
  if (!Array.isArray(reply.body)) return [replyFailure(kibana, doing, 'the answer is no list')]
  const known = (reply.body as readonly Json[]).filter(isJsonObject)
  return [...wanted].flatMap(([id, type]) => wrongWith(id, type, known))
}

function wrongWith(id: string, type: string, known: readonly JsonObject[]): readonly Diagnostic[] {
  const found = known.find((each) => each['id'] === id)
  if (found === undefined) {
    const ids = known.map((each) => textOf(each['id']))
    const there = known.map((each) => `${textOf(each['id'])} (${textOf(each['name'])})`).slice(0, 10)
    const listed = there.length === 0 ? 'there is none: make it in Kibana' : `there are: ${there.join(', ')}`
    return [
      error('target/no-connector', `there is no connector "${id}"`, undefined, { hint: didYouMean(id, ids) ?? listed }),
    ]
  }
  const its = textOf(found['connector_type_id'])
  if (its !== type) return [error('target/no-connector', `the connector "${id}" is of type ${its}, not ${type}`)]
  if (found['is_missing_secrets'] !== true) return []
  const hint = 'set them in Kibana, under Stack Management, Connectors'
  return [
    warning('target/connector-secrets', `the connector "${id}" has no secrets and will fail`, undefined, { hint }),
  ]
}

/** Those that the pack wants, as the tags say. */
export function ownActions(content: JsonObject): readonly JsonObject[] {
  const tags = valueOf(content, 'tags')
  const own = new Set(Array.isArray(tags) ? (tags as readonly Json[]).map(String) : [])
  const actions = valueOf(content, 'actions')
  return (Array.isArray(actions) ? (actions as readonly Json[]) : [])
    .filter(isJsonObject)
    .filter((action) => own.has(actionTag(action)))
}
