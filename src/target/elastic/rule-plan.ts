import {
  isMarkTag,
  ownedContent,
  ownedFields,
  readMark,
  ruleDigest,
  tunableFields,
  type Applied,
} from '../../artifact/kibana/mark.ts'
import type { KibanaRule } from '../../artifact/kibana/rule.ts'
import { sameJson } from '../../artifact/canonical.ts'
import { error, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { change, differences, valueOf } from '../difference.ts'
import type { BlockedRule, FieldChange, PlanAction, PlannedObject } from '../plan.ts'
import type { LiveRule } from './live-rule.ts'

export interface DesiredRules {
  readonly pack: string
  readonly rules: readonly KibanaRule[]
  readonly blocked: readonly BlockedRule[]
  /** These are all the rules of the pack: a live one of the pack that is not among them is deleted. */
  readonly complete: boolean
}

/** The fields that only one type of rule has; they do not survive a change of type. */
const TYPE_FIELDS = new Set(['type', 'language', 'index', 'data_view_id', 'filters', 'event_category_override'])
const SCHEDULE = ['interval', 'from', 'to'] as const

/**
 * What becomes of each rule, from what the pack wants and what Kibana has. Pure.
 *
 * A live rule of the same id without the pack's mark is never touched (blocked). Of our own, the fields that detpack
 * owns are set again; what a person tuned is kept: the switch and the schedule when they differ from what was last
 * deployed, tags of others, and every field that detpack never writes (exceptions, actions, timeline). A kept schedule
 * that is too short for the rule's chains is `target/short-lookback` (warning). Two rules of one id:
 * `target/duplicate-rule`.
 *
 * @param live every rule that carries the pack's tag, and every rule whose id is wanted
 */
export function planRules(
  desired: DesiredRules,
  live: readonly LiveRule[],
): { readonly actions: readonly PlanAction[]; readonly diagnostics: readonly Diagnostic[] } {
  const byId = new Map(live.map((rule) => [rule.ruleId, rule]))
  const wanted = new Map(desired.rules.map((rule) => [rule.rule_id, rule]))
  const diagnostics: Diagnostic[] = []
  const actions: PlanAction[] = []
  if (wanted.size < desired.rules.length) {
    const twice = desired.rules.filter((rule) => wanted.get(rule.rule_id) !== rule)
    for (const rule of twice)
      diagnostics.push(
        error('target/duplicate-rule', `two rules have the id "${rule.rule_id}"`, undefined, {
          hint: 'give one of them an id of its own',
        }),
      )
    return { actions, diagnostics }
  }
  for (const rule of desired.rules) {
    const planned = planRule(rule, byId.get(rule.rule_id), desired.pack)
    actions.push(planned.action)
    diagnostics.push(...planned.diagnostics)
  }
  for (const { rule, title, reason } of desired.blocked) {
    const object: PlannedObject = { kind: 'rule', id: rule, title, version: null, digest: null }
    const stays = byId.get(rule)?.mark?.pack === desired.pack ? '; the deployed one stays as it is' : ''
    actions.push({ kind: 'blocked', object, reason: `${reason}${stays}` })
  }
  const known = new Set([...wanted.keys(), ...desired.blocked.map((each) => each.rule)])
  for (const rule of desired.complete ? live : []) {
    if (rule.mark?.pack !== desired.pack || known.has(rule.ruleId)) continue
    const object: PlannedObject = {
      kind: 'rule',
      id: rule.ruleId,
      title: rule.name,
      version: null,
      digest: rule.mark.digest,
    }
    actions.push({ kind: 'delete', object, seen: rule.fingerprint })
  }
  return { actions, diagnostics }
}

function planRule(
  rule: KibanaRule,
  live: LiveRule | undefined,
  pack: string,
): { readonly action: PlanAction; readonly diagnostics: readonly Diagnostic[] } {
  const object: PlannedObject = {
    kind: 'rule',
    id: rule.rule_id,
    title: rule.name,
    version: rule.version,
    digest: readMark(rule.tags)?.digest ?? null,
  }
  if (live === undefined) return { action: { kind: 'create', object, content: rule }, diagnostics: [] }
  if (live.mark === null)
    return blocked(object, `Kibana has a rule of this id that detpack did not make: "${live.name}"`)
  if (live.mark.pack !== pack) return blocked(object, `the rule belongs to the pack "${live.mark.pack}"`)

  const tuned = tune(rule, live, live.mark.applied)
  const content = merge(rule, live, tuned.values)
  const changes = [
    ...differences(ownedContent(live.content), ownedContent(content)),
    ...tunableFields.flatMap((name) => difference(name, live.content, content)),
    ...difference('tags', live.content, content),
  ]
  const drifted = live.mark.digest !== ruleDigest(live.content)
  const diagnostics = shortLookback(rule, content)
  const action: PlanAction =
    changes.length === 0
      ? { kind: 'unchanged', object, kept: tuned.kept }
      : { kind: 'update', object, content, changes, kept: tuned.kept, drifted, seen: live.fingerprint }
  return { action, diagnostics }
}

function blocked(object: PlannedObject, reason: string): ReturnType<typeof planRule> {
  return { action: { kind: 'blocked', object, reason }, diagnostics: [] }
}

/** The switch and the schedule as they shall be: the pack's, unless a hand chose another since the last deployment. */
function tune(
  rule: KibanaRule,
  live: LiveRule,
  applied: Applied | null,
): { readonly values: JsonObject; readonly kept: readonly FieldChange[] } {
  const values: Record<string, Json> = {}
  const kept: FieldChange[] = []
  for (const group of [['enabled'], SCHEDULE] as const) {
    const byHand = group.some((name) => !sameJson(valueOf(live.content, name), applied?.[name]))
    for (const name of group) {
      const current = valueOf(live.content, name)
      values[name] = byHand ? (current ?? rule[name]) : rule[name]
      if (byHand && !sameJson(current, rule[name])) kept.push(change(name, current, rule[name]))
    }
  }
  const theirs = live.tags.filter((tag) => !isMarkTag(tag) && !rule.tags.includes(tag))
  if (theirs.length > 0) kept.push({ field: 'tags', live: theirs })
  for (const name of ['exceptions_list', 'actions']) {
    const current = valueOf(live.content, name)
    if (Array.isArray(current) && current.length > 0) kept.push({ field: name, live: current })
  }
  return { values, kept }
}

/** The whole rule as it shall be: fields of others as they are, owned fields from the pack, and the tuned ones. */
function merge(rule: KibanaRule, live: LiveRule, tuned: JsonObject): JsonObject {
  const owned = new Set<string>(ownedFields)
  const sameType = valueOf(live.content, 'type') === rule.type
  const others = Object.entries(live.content).filter(
    ([name]) => !owned.has(name) && (sameType || !TYPE_FIELDS.has(name)),
  )
  const theirs = live.tags.filter((tag) => !isMarkTag(tag) && !rule.tags.includes(tag))
  return { ...Object.fromEntries(others), ...rule, ...tuned, tags: [...theirs, ...rule.tags] }
}

function difference(name: string, live: JsonObject, desired: JsonObject): readonly FieldChange[] {
  const before = valueOf(live, name)
  const after = valueOf(desired, name)
  const same = name === 'tags' ? sameJson(asSet(before), asSet(after)) : sameJson(before, after)
  return same ? [] : [change(name, before, after)]
}

function asSet(value: Json | undefined): Json | undefined {
  return Array.isArray(value) ? [...(value as readonly Json[])].map(String).sort() : value
}

/** Chains that cross the boundary of two runs are lost when a run looks back less than interval, chain and delay. */
function shortLookback(rule: KibanaRule, content: JsonObject): readonly Diagnostic[] {
  const needed = lookbackOf(rule) - secondsOf(rule.interval)
  const given = lookbackOf(content) - secondsOf(valueOf(content, 'interval'))
  if (!(given < needed)) return []
  const message = `"${rule.name}" looks back too little for its chains with the schedule that was set by hand`
  return [
    warning('target/short-lookback', message, undefined, {
      hint: `let it look back ${needed} s more than its interval`,
    }),
  ]
}

function lookbackOf(rule: JsonObject): number {
  const from = valueOf(rule, 'from')
  return typeof from === 'string' && from.startsWith('now-') ? secondsOf(from.slice(4)) : NaN
}

/** NaN for what is no length of time. */
function secondsOf(written: Json | undefined): number {
  const match = typeof written === 'string' ? /^(\d{1,9})([smhd])$/.exec(written) : null
  return match === null ? NaN : Number(match[1]) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[match[2] ?? ''] ?? NaN)
}
