import { contentDigest, sameJson } from '../event/canonical.ts'
import { error, hasErrors, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import type { Json, JsonObject } from '../event/field.ts'
import { change, differences, fieldsOf, valueOf, type FieldChange } from './difference.ts'
import { keyOf, type Desired, type DesiredObject, type KindPolicy, type LiveObject, type Mark } from './object.ts'
import { writes, type PackIdentity, type PlanAction, type PlannedObject, type Planning } from './plan.ts'
import type { Target } from './target.ts'

export interface DeploymentOptions {
  readonly pack: PackIdentity
  /** Delete what carries the pack's mark and is no longer wanted. */
  readonly prune: boolean
  /** Fields that are set to the pack's wish although a person tuned them. */
  readonly overwrite: ReadonlySet<string>
  /** Ids of objects that are to become the pack's although detpack did not make them. */
  readonly adopt: ReadonlySet<string>
}

/**
 * Reads the target and plans what a deployment would do. Nothing is written.
 *
 * Refused: an object to be taken over that the pack has not (`target/no-such-object`), and a field to be set again that
 * nothing has (`target/no-such-field`).
 *
 * What was last written is asked of the receipts for the objects that a hand has changed and the pack as well, so that
 * the one can be told from the other.
 */
export async function planDeployment(desired: Desired, target: Target, options: DeploymentOptions): Promise<Planning> {
  const twice = duplicates(desired.objects)
  if (twice.length > 0) return { kind: 'failed', diagnostics: twice }
  const named = [...desired.objects, ...desired.blocked]
  const live = await target.read(options.pack.name, named)
  if (live.kind === 'failed') return { kind: 'failed', diagnostics: [live.diagnostic] }
  const mistaken = mistakes(desired, live.value, target, options)
  if (mistaken.length > 0) return { kind: 'failed', diagnostics: mistaken }
  const byKey = new Map(live.value.map((each) => [keyOf(each), each]))
  const unclear = desired.objects.filter((object) => {
    const policy = target.policy(object.kind)
    const there = byKey.get(keyOf(object))
    return there !== undefined && hasDrifted(there, policy) && there.mark?.digest !== digestOf(object.content, policy)
  })
  const written =
    unclear.length === 0 || target.receipts === null ? undefined : await target.receipts.lastWritten(unclear)
  if (written?.kind === 'failed') return { kind: 'failed', diagnostics: [written.diagnostic] }
  const planned = planObjects(desired, live.value, target, options, written?.value ?? new Map())
  const { actions } = planned
  const inspected = hasErrors(planned.diagnostics) ? [] : ((await target.inspect?.(actions.filter(writes))) ?? [])
  const diagnostics = [...planned.diagnostics, ...inspected]
  if (hasErrors(diagnostics)) return { kind: 'failed', diagnostics }
  return { kind: 'plan', plan: { purpose: 'deploy', place: target.place, pack: options.pack, actions }, diagnostics }
}

/**
 * What becomes of each object, from what the pack wants and what is there. Pure.
 *
 * A live object of the same id without the pack's mark is never touched (blocked), unless it is to be adopted. Of our
 * own, what the pack owns is set again; what a person tuned since it was last written is kept, and so is what others
 * added, unless it is to be overwritten. What is wrong with an object as it would be comes as warnings of its kind.
 *
 * @param written what was last written to objects that a hand has changed, by `keyOf`
 */
export function planObjects(
  desired: Desired,
  live: readonly LiveObject[],
  { policy }: Pick<Target, 'policy'>,
  options: DeploymentOptions,
  written: ReadonlyMap<string, JsonObject> = new Map(),
): { readonly actions: readonly PlanAction[]; readonly diagnostics: readonly Diagnostic[] } {
  const byKey = new Map(live.map((each) => [keyOf(each), each]))
  const diagnostics: Diagnostic[] = []
  const actions = desired.objects.map((object): PlanAction => {
    const key = keyOf(object)
    const planned = planObject(object, byKey.get(key), policy(object.kind), options, written.get(key))
    diagnostics.push(...planned.diagnostics)
    return planned.action
  })
  for (const { kind, id, title, reason } of desired.blocked) {
    const stays = byKey.get(keyOf({ kind, id }))?.mark?.pack === options.pack.name
    const object: PlannedObject = { kind, id, title, version: null, digest: null }
    actions.push({ kind: 'blocked', object, reason: `${reason}${stays ? '; the deployed one stays as it is' : ''}` })
  }
  if (!options.prune) return { actions, diagnostics }
  const wanted = new Set([...desired.objects, ...desired.blocked].map(keyOf))
  const gone = live.filter((each) => each.mark?.pack === options.pack.name && !wanted.has(keyOf(each)))
  // What stands on others goes first.
  const deletions = [...gone].reverse().map((each) => deletion(each, policy(each.kind)))
  return { actions: [...actions, ...deletions], diagnostics }
}

/** The digest that the mark carries: of what the pack owns in an object. */
export function digestOf(content: JsonObject, policy: KindPolicy): string {
  return contentDigest(policy.owned(content))
}

/** A hand changed what detpack wrote. */
export function hasDrifted({ mark, content }: LiveObject, policy: KindPolicy): boolean {
  return mark !== null && mark.digest !== digestOf(content, policy)
}

/** What becomes of an object that nobody wants: it goes, unless others have put something into it. */
export function deletion({ kind, id, title, mark, content, fingerprint }: LiveObject, policy: KindPolicy): PlanAction {
  const object = { kind, id, title, version: mark?.version ?? null, digest: mark?.digest ?? null }
  const reason = policy.stays?.(content)
  return reason === undefined ? { kind: 'delete', object, seen: fingerprint } : { kind: 'blocked', object, reason }
}

function planObject(
  wanted: DesiredObject,
  live: LiveObject | undefined,
  policy: KindPolicy,
  options: DeploymentOptions,
  written: JsonObject | undefined,
): { readonly action: PlanAction; readonly diagnostics: readonly Diagnostic[] } {
  const { kind, id, title, version } = wanted
  const digest = digestOf(wanted.content, policy)
  const object: PlannedObject = { kind, id, title, version, digest }
  const names = policy.tunable.flat()
  const mark: Mark = { pack: options.pack.name, version, digest, applied: fieldsOf(wanted.content, names) }
  if (live === undefined) {
    const whole = policy.compose(wanted.content, null, fieldsOf(wanted.content, names), options.overwrite)
    return { action: { kind: 'create', object, content: policy.sign(whole, mark) }, diagnostics: [] }
  }
  const adopted = live.mark === null && options.adopt.has(id)
  const reason = adopted ? undefined : whyForeign(live, options.pack.name)
  if (reason !== undefined) return { action: { kind: 'blocked', object, reason }, diagnostics: [] }

  const tuned = tune(wanted, live, policy, options.overwrite, adopted)
  const theirs = policy.theirs(live.content, wanted.content).filter(({ field }) => !options.overwrite.has(field))
  const kept = [...tuned.kept, ...theirs]
  const content = policy.sign(policy.compose(wanted.content, live.content, tuned.values, options.overwrite), mark)
  const drifted = hasDrifted(live, policy)
  // What was put there as it is wanted now is known without a receipt.
  const before = !drifted ? undefined : live.mark?.digest === digest ? wanted.content : written
  const changes = [
    ...withWritten(differences(policy.owned(live.content), policy.owned(content)), before && policy.owned(before)),
    ...differences(policy.loose(live.content), policy.loose(content)),
  ]
  const diagnostics = policy.check?.(wanted.content, content) ?? []
  if (changes.length === 0 && sameJson(live.mark, mark))
    return { action: { kind: 'unchanged', object, kept }, diagnostics }
  const how = adopted ? 'adopt' : policy.replaces(live.content, content) ? 'replace' : 'update'
  return { action: { kind: how, object, content, changes, kept, drifted, seen: live.fingerprint }, diagnostics }
}

function whyForeign({ mark, title }: LiveObject, pack: string): string | undefined {
  if (mark === null) return `there is one of this id that detpack did not make: "${title}"; --adopt takes it over`
  return mark.pack === pack ? undefined : `it belongs to the pack "${mark.pack}"`
}

/** What a person may tune, as it shall be: the pack's, unless a hand chose another since it was last written. */
function tune(
  { content }: DesiredObject,
  live: LiveObject,
  policy: KindPolicy,
  overwrite: ReadonlySet<string>,
  adopted: boolean,
): { readonly values: JsonObject; readonly kept: readonly FieldChange[] } {
  const values: Record<string, Json> = {}
  const kept: FieldChange[] = []
  const applied = live.mark?.applied ?? null
  for (const group of policy.tunable) {
    const byHand =
      !group.some((name) => overwrite.has(name)) &&
      (adopted || group.some((name) => !sameJson(valueOf(live.content, name), applied?.[name])))
    for (const name of group) {
      const [current, wish] = [valueOf(live.content, name), valueOf(content, name)]
      const value = byHand ? (current ?? wish) : wish
      if (value !== undefined) values[name] = value
      if (byHand && !sameJson(current, wish)) kept.push(change(name, current, wish))
    }
  }
  return { values, kept }
}

function withWritten(changes: readonly FieldChange[], written: JsonObject | undefined): readonly FieldChange[] {
  if (written === undefined) return changes
  return changes.map((each) => {
    const value = valueOf(written, each.field)
    return value === undefined ? each : { ...each, written: value }
  })
}

function mistakes(
  { objects }: Desired,
  live: readonly LiveObject[],
  { kinds, policy }: Target,
  { adopt, overwrite }: DeploymentOptions,
): readonly Diagnostic[] {
  const ids = new Set(objects.map(({ id }) => id))
  const strangers = [...adopt].filter((id) => !ids.has(id))
  const tunable = kinds.flatMap((kind) => [...policy(kind).tunable.flat(), ...Object.keys(policy(kind).loose({}))])
  const fields = new Set([...tunable, ...[...objects, ...live].flatMap(({ content }) => Object.keys(content))])
  const unknown = overwrite.size === 0 ? [] : [...overwrite].filter((name) => !fields.has(name))
  return [
    ...strangers.map((id) => {
      const hint = didYouMean(id, ids) ?? '"detpack deploy --dry-run --format json" shows the ids'
      return error('target/no-such-object', `nothing that is deployed here has the id "${id}"`, undefined, { hint })
    }),
    ...unknown.map((name) => {
      const hint = didYouMean(name, new Set(tunable))
      return error('target/no-such-field', `nothing that is deployed here has a field "${name}"`, undefined, { hint })
    }),
  ]
}

function duplicates(objects: readonly DesiredObject[]): readonly Diagnostic[] {
  const seen = new Set<string>()
  return objects.flatMap((object) => {
    const key = keyOf(object)
    if (!seen.has(key)) {
      seen.add(key)
      return []
    }
    const hint = 'give one of them an id of its own'
    return [error('target/duplicate-rule', `two ${object.kind}s have the id "${object.id}"`, undefined, { hint })]
  })
}
