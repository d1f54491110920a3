import { contentDigest } from '../../artifact/canonical.ts'
import { readMark, type Mark } from '../../artifact/kibana/mark.ts'
import type { Json, JsonObject } from '../../event/field.ts'

/** A rule as Kibana stores it. */
export interface LiveRule {
  readonly ruleId: string
  readonly name: string
  readonly tags: readonly string[]
  /** Null on rules that are not ours. */
  readonly mark: Mark | null
  /** What a request may say: the rule without the fields that only answers have. */
  readonly content: JsonObject
  /** Changes with anything a request may say. */
  readonly fingerprint: string
}

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
export function readLiveRule(value: Json): LiveRule | undefined {
  if (!isObject(value)) return undefined
  const { rule_id: ruleId, name, tags } = value
  if (typeof ruleId !== 'string' || typeof name !== 'string' || !isTexts(tags)) return undefined
  const content = Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !ANSWER_ONLY.has(key))
      .map(([key, each]) => [
        key,
        key === 'actions' ? withoutKey(each, 'uuid') : key === 'required_fields' ? withoutKey(each, 'ecs') : each,
      ]),
  )
  return { ruleId, name, tags, mark: readMark(tags) ?? null, content, fingerprint: contentDigest(content) }
}

function withoutKey(value: Json, key: string): Json {
  if (!Array.isArray(value)) return value
  return (value as readonly Json[]).map((item) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).filter(([name]) => name !== key)) : item,
  )
}

function isTexts(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && (value as readonly Json[]).every((each) => typeof each === 'string')
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
