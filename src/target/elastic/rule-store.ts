import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { packTag } from '../../artifact/kibana/mark.ts'
import { replyFailure } from './failure.ts'
import type { KibanaClient, KibanaRequest, Reply } from './kibana-client.ts'
import { isObject, readLiveRule, type LiveRule } from './live-rule.ts'

const RULES = '/detection_engine/rules'
const PAGE = 100
/** More rules of one pack than this are not expected; it ends a search whose pages never do. */
const MOST_PAGES = 1000

export type Reading<T> =
  { readonly kind: 'read'; readonly value: T } | { readonly kind: 'failed'; readonly diagnostic: Diagnostic }

/** Every rule that carries the pack's tag. */
export async function findRules(client: KibanaClient, pack: string): Promise<Reading<readonly LiveRule[]>> {
  const doing = `list the rules of pack "${pack}"`
  const quoted = packTag(pack).replace(/["\\]/g, String.raw`\$&`)
  const found = new Map<string, LiveRule>()
  for (let page = 1; page <= MOST_PAGES; page++) {
    const query = {
      filter: `alert.attributes.tags:"${quoted}"`,
      page: String(page),
      per_page: String(PAGE),
      sort_field: 'created_at',
      sort_order: 'asc',
    }
    const reply = await client.request({ method: 'GET', path: `${RULES}/_find`, query, doing })
    if (reply.kind !== 'ok') return { kind: 'failed', diagnostic: unmet(reply, doing) }
    const { body } = reply
    const rows = isObject(body) && Array.isArray(body.data) ? (body.data as readonly Json[]) : undefined
    if (!isObject(body) || rows === undefined || typeof body.total !== 'number')
      return { kind: 'failed', diagnostic: strange(doing) }
    for (const row of rows) {
      const rule = readLiveRule(row)
      if (rule === undefined) return { kind: 'failed', diagnostic: strange(doing) }
      // The filter matches the words of a tag; only the tag itself counts.
      if (rule.mark?.pack === pack) found.set(rule.ruleId, rule)
    }
    if (rows.length === 0 || page * PAGE >= body.total) break
  }
  return { kind: 'read', value: [...found.values()] }
}

/** One rule by its id; undefined when there is none. */
export async function getRule(client: KibanaClient, ruleId: string): Promise<Reading<LiveRule | undefined>> {
  const doing = `read rule "${ruleId}"`
  const reply = await client.request({ method: 'GET', path: RULES, query: { rule_id: ruleId }, doing })
  if (reply.kind === 'absent') return { kind: 'read', value: undefined }
  if (reply.kind !== 'ok') return { kind: 'failed', diagnostic: unmet(reply, doing) }
  const rule = readLiveRule(reply.body)
  return rule?.ruleId === ruleId ? { kind: 'read', value: rule } : { kind: 'failed', diagnostic: strange(doing) }
}

/** Creates a rule; a rule of that id that is there already is a `conflict`. */
export function createRule(client: KibanaClient, content: JsonObject, ruleId: string): Promise<Reply> {
  return client.request({ method: 'POST', path: RULES, body: content, doing: `create rule "${ruleId}"` })
}

/** Replaces a rule as a whole. */
export function replaceRule(client: KibanaClient, content: JsonObject, ruleId: string): Promise<Reply> {
  return client.request({ method: 'PUT', path: RULES, body: content, doing: `update rule "${ruleId}"` })
}

export function deleteRule(client: KibanaClient, ruleId: string): Promise<Reply> {
  const request: KibanaRequest = {
    method: 'DELETE',
    path: RULES,
    query: { rule_id: ruleId },
    doing: `delete rule "${ruleId}"`,
  }
  return client.request(request)
}

/** The diagnostic of a reply that should have been a success. */
export function unmet(reply: Exclude<Reply, { readonly kind: 'ok' }>, doing: string): Diagnostic {
  switch (reply.kind) {
    case 'failed':
      return reply.diagnostic
    case 'absent':
      return replyFailure('Kibana', doing, 'it does not know the Detection Engine or the rule (status 404)')
    case 'conflict':
      return replyFailure('Kibana', doing, 'it already has such a rule (status 409)')
  }
}

function strange(doing: string): Diagnostic {
  return replyFailure('Kibana', doing, 'the answer is no rule')
}
