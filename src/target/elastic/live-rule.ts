import { contentDigest } from '../../event/canonical.ts'
import type { Json } from '../../event/field.ts'
import { isJsonObject, type LiveObject } from '../object.ts'
import { kibanaRulePolicy } from './rule-policy.ts'

/** Fields that Kibana adds to its answers, and that no request repeats. */
const ANSWER_ONLY = new Set([
  'id',
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
  'revision',
  'rule_source',
  'immutable',
  'execution_summary',
  'outcome',
  'alias_target_id',
  'alias_purpose',
])

/** Reads one rule of an answer; undefined when it is none. */
export function readLiveRule(value: Json): LiveObject | undefined {
  if (!isJsonObject(value)) return undefined
  const { id: handle, rule_id: id, name: title, tags } = value
  if (typeof id !== 'string' || typeof title !== 'string' || typeof handle !== 'string' || !isTexts(tags))
    return undefined
  const content = Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !ANSWER_ONLY.has(key))
      .map(([key, each]) => [
        key,
        key === 'actions' ? withoutKey(each, 'uuid') : key === 'required_fields' ? withoutKey(each, 'ecs') : each,
      ]),
  )
  const mark = kibanaRulePolicy.markOf(content)
  return { kind: 'rule', id, title, content, mark, fingerprint: contentDigest(content), handle }
}

function withoutKey(value: Json, key: string): Json {
  if (!Array.isArray(value)) return value
  return (value as readonly Json[]).map((item) =>
    isJsonObject(item) ? Object.fromEntries(Object.entries(item).filter(([name]) => name !== key)) : item,
  )
}

function isTexts(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && (value as readonly Json[]).every((each) => typeof each === 'string')
}
