import { contentDigest } from '../../event/canonical.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import type { Level } from '../../ir/rule.ts'

/** What is to be done with each alert of rules of some levels, by a connector that is in Kibana. */
export interface ActionWish {
  /** The connector's id. */
  readonly connector: string
  /** Its type, such as `.webhook`. */
  readonly type: string
  /** Null: of all levels, and of rules without one. */
  readonly levels: readonly Level[] | null
  /** What the connector is given; secrets stand in the connector. */
  readonly params: JsonObject
}

/**
 * A rule with actions. People add actions of their own, and Kibana's ids of them do not last: which ones are the pack's is
 * told by a tag for each, with the digest of what it does.
 */
export function withActions<T extends { readonly tags: readonly string[] }>(
  rule: T,
  level: Level | null,
  wishes: readonly ActionWish[],
): T {
  const actions = wishes
    .filter(({ levels }) => levels === null || (level !== null && levels.includes(level)))
    .map(({ connector, type, params }) => ({
      ...{ id: connector, action_type_id: type, group: 'default', params },
      // For each alert, in each run.
      frequency: { summary: false, notifyWhen: 'onActiveAlert', throttle: null },
    }))
  return actions.length === 0 ? rule : { ...rule, actions, tags: [...rule.tags, ...actions.map(actionTag)] }
}

const ACTION = 'detpack:action='

export function isActionTag(tag: string): boolean {
  return tag.startsWith(ACTION)
}

/** The tag by which an action is known as the pack's. */
export function actionTag(action: JsonObject): string {
  const { id, action_type_id, params } = action as { readonly [key in 'id' | 'action_type_id' | 'params']?: Json }
  const digest = contentDigest({ id: id ?? null, action_type_id: action_type_id ?? null, params: params ?? null })
  return `${ACTION}${digest.slice(0, 16)}`
}
