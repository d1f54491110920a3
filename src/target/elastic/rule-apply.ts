import { ownedContent, tunableFields } from '../../artifact/kibana/mark.ts'
import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { differences, valueOf } from '../difference.ts'
import type { PlanAction } from '../plan.ts'
import type { KibanaClient } from './kibana-client.ts'
import { createRule, deleteRule, getRule, replaceRule, unmet } from './rule-store.ts'

/**
 * Looks, before the first write, whether each rule is still as the plan saw it: `target/changed` for each that is not.
 */
export async function checkRules(actions: readonly PlanAction[], client: KibanaClient): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = []
  for (const action of actions) {
    if (action.kind !== 'create' && action.kind !== 'update' && action.kind !== 'delete') continue
    const now = await getRule(client, action.object.id)
    if (now.kind === 'failed') return [...found, now.diagnostic]
    const seen = action.kind === 'create' ? undefined : action.seen
    // A rule to be created that is there as wanted is what an interrupted deployment leaves behind.
    const asWanted =
      action.kind === 'create' && now.value !== undefined && unlike(action.content, now.value.content).length === 0
    if (now.value?.fingerprint !== seen && !asWanted) found.push(changed(action))
  }
  return found
}

/** Does one writing action on a rule and reads it back. */
export async function applyRule(action: PlanAction, client: KibanaClient): Promise<readonly Diagnostic[]> {
  const { id } = action.object
  switch (action.kind) {
    case 'create': {
      const reply = await createRule(client, action.content, id)
      // A create that was tried again after a lost answer finds its own rule; reading back tells.
      if (reply.kind === 'ok' || reply.kind === 'conflict') return verify(action, action.content, client)
      return [unmet(reply, `create rule "${id}"`)]
    }
    case 'update': {
      const reply = await replaceRule(client, action.content, id)
      return reply.kind === 'ok' ? verify(action, action.content, client) : [unmet(reply, `update rule "${id}"`)]
    }
    case 'delete': {
      const reply = await deleteRule(client, id)
      if (reply.kind !== 'ok' && reply.kind !== 'absent') return [unmet(reply, `delete rule "${id}"`)]
      const left = await getRule(client, id)
      if (left.kind === 'failed') return [left.diagnostic]
      return left.value === undefined ? [] : [unverified(action, ['the rule is still there'])]
    }
    case 'unchanged':
    case 'blocked':
      return []
  }
}

async function verify(action: PlanAction, content: JsonObject, client: KibanaClient): Promise<readonly Diagnostic[]> {
  const back = await getRule(client, action.object.id)
  if (back.kind === 'failed') return [back.diagnostic]
  if (back.value === undefined) return [unverified(action, ['the rule is not there'])]
  const fields = unlike(content, back.value.content)
  return fields.length === 0 ? [] : [unverified(action, fields)]
}

/** The fields in which a stored rule is not as it was sent. */
function unlike(content: JsonObject, stored: JsonObject): readonly string[] {
  return differences(comparable(stored), comparable(content)).map((one) => one.field)
}

function comparable(rule: JsonObject): JsonObject {
  const tunable = tunableFields.flatMap((name) => {
    const value = valueOf(rule, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  const tags = valueOf(rule, 'tags')
  return {
    ...ownedContent(rule),
    ...Object.fromEntries(tunable),
    tags: Array.isArray(tags) ? (tags as readonly Json[]).map(String).sort() : [],
  }
}

function changed(action: PlanAction): Diagnostic {
  const message = `rule "${action.object.id}" has changed in Kibana since the plan was made`
  return error('target/changed', message, undefined, { hint: 'plan again' })
}

function unverified(action: PlanAction, fields: readonly string[]): Diagnostic {
  const message = `rule "${action.object.id}" reads back otherwise than it was written: ${fields.join(', ')}`
  return error('target/not-verified', message, undefined, { hint: 'look at the rule in Kibana, then plan again' })
}
