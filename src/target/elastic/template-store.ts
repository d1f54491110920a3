import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import type { PlanAction, PlannedObject } from '../plan.ts'
import type { ClusterClient, ClusterReply } from './cluster-client.ts'
import { replyFailure } from './failure.ts'
import { isObject } from './live-rule.ts'
import type { Reading } from './rule-store.ts'
import { templateDifferences, templateFingerprint, type DesiredTemplate } from './template-plan.ts'

type TemplateKind = DesiredTemplate['kind']

/** How the two kinds of template are called in paths and answers. */
const NAMES = {
  'component-template': { path: '_component_template', list: 'component_templates', one: 'component_template' },
  'index-template': { path: '_index_template', list: 'index_templates', one: 'index_template' },
} as const satisfies Record<TemplateKind, object>

/** One template by its name; undefined when there is none. */
export async function getTemplate(
  client: ClusterClient,
  kind: TemplateKind,
  name: string,
): Promise<Reading<JsonObject | undefined>> {
  const doing = `read template "${name}"`
  const { path, list, one } = NAMES[kind]
  const reply = await client.request({ method: 'GET', path: `/${path}/${encodeURIComponent(name)}`, doing })
  if (reply.kind === 'absent') return { kind: 'read', value: undefined }
  if (reply.kind === 'failed') return reply
  const rows = isObject(reply.body) ? reply.body[list] : undefined
  const row = Array.isArray(rows)
    ? (rows as readonly Json[]).find((each) => isObject(each) && each.name === name)
    : undefined
  const template = isObject(row) ? row[one] : undefined
  return isObject(template)
    ? { kind: 'read', value: template }
    : { kind: 'failed', diagnostic: replyFailure('Elasticsearch', doing, 'the answer is no template') }
}

/** Looks, before the first write, whether each template is still as the plan saw it. */
export async function checkTemplates(
  actions: readonly PlanAction[],
  client: ClusterClient,
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = []
  for (const action of actions) {
    const kind = templateKind(action.object)
    if (kind === undefined || (action.kind !== 'create' && action.kind !== 'update')) continue
    const now = await getTemplate(client, kind, action.object.id)
    if (now.kind === 'failed') return [...found, now.diagnostic]
    const seen = action.kind === 'update' ? action.seen : undefined
    const fingerprint = now.value === undefined ? undefined : templateFingerprint(now.value)
    const asWanted = now.value !== undefined && templateDifferences(now.value, action.content).length === 0
    if (fingerprint !== seen && !asWanted)
      found.push(
        error(
          'target/changed',
          `template "${action.object.id}" has changed in Elasticsearch since the plan was made`,
          undefined,
          { hint: 'plan again' },
        ),
      )
  }
  return found
}

/** Puts one template and reads it back. */
export async function applyTemplate(action: PlanAction, client: ClusterClient): Promise<readonly Diagnostic[]> {
  const kind = templateKind(action.object)
  if (kind === undefined || (action.kind !== 'create' && action.kind !== 'update')) return []
  const { id } = action.object
  const path = `/${NAMES[kind].path}/${encodeURIComponent(id)}`
  const doing = `put template "${id}"`
  const reply: ClusterReply = await client.request({ method: 'PUT', path, body: action.content, doing })
  if (reply.kind === 'failed') return [reply.diagnostic]
  const back = await getTemplate(client, kind, id)
  if (back.kind === 'failed') return [back.diagnostic]
  const fields =
    back.value === undefined
      ? ['it is not there']
      : templateDifferences(back.value, action.content).map((one) => one.field)
  if (fields.length === 0) return []
  const message = `template "${id}" reads back otherwise than it was written: ${fields.slice(0, 10).join(', ')}`
  return [error('target/not-verified', message, undefined, { hint: 'look at the template, then plan again' })]
}

/** The kind of a planned template; undefined for other objects. */
export function templateKind(object: PlannedObject): TemplateKind | undefined {
  return object.kind === 'rule' ? undefined : object.kind
}
