import { sameJson } from '../event/canonical.ts'
import { error, hasErrors, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { JsonObject } from '../event/field.ts'
import { differences } from './difference.ts'
import { keyOf, type KindPolicy, type LiveObject } from './object.ts'
import { contentAfter, seenBy, writes, type Plan, type PlanAction, type Work } from './plan.ts'
import { closeReceipt, openReceipt, type ChangeResult } from './receipt.ts'
import type { Target } from './target.ts'

export interface ApplyOptions {
  /** Who runs detpack, for the receipt. */
  readonly by: string
  /** Take back what was done when something fails. */
  readonly atomic?: boolean
  readonly onProgress?: (progress: Progress) => void
}

export interface Progress {
  readonly done: number
  readonly total: number
  readonly action: PlanAction
}

/** What applying a plan did, action by action, in the order of the plan. */
export interface ApplyResult {
  readonly outcomes: readonly Outcome[]
  /** Empty when all went well. */
  readonly diagnostics: readonly Diagnostic[]
  /** The id of the receipt; null where nothing was written or none could be kept. */
  readonly receipt: string | null
}

export interface Outcome {
  readonly action: PlanAction
  /**
   * `done`: written and read back the same. `nothing`: nothing was to be done. `failed`: see the diagnostics; it may
   * or may not have been written. `skipped`: not tried, because something before it failed. `undone`: written, and
   * taken back because something else failed.
   */
  readonly result: ChangeResult | 'nothing'
}

/**
 * Does exactly what a plan says. Before the first write every object is looked at again: when one has changed since the
 * plan (`target/changed`), nothing is written. A receipt is kept before the first write and closed after the last. Each
 * kind is written in bulk and read back before the next; what is there as wanted counts as done, whatever was answered.
 * At the first failure it stops: running the deployment again goes on from there.
 */
export async function applyPlan(plan: Plan, target: Target, options: ApplyOptions): Promise<ApplyResult> {
  const actions = plan.actions.filter(writes)
  const results = new Map<PlanAction, ChangeResult>()
  const ended = (diagnostics: readonly Diagnostic[], receipt: string | null = null): ApplyResult => ({
    outcomes: plan.actions.map((action) => ({
      action,
      result: writes(action) ? (results.get(action) ?? 'skipped') : 'nothing',
    })),
    diagnostics,
    receipt,
  })
  if (actions.length === 0) return ended([])
  const misplaced = whyElsewhere(plan, target)
  if (misplaced !== undefined) return ended([misplaced])
  const now = await target.read(
    null,
    actions.map((action) => action.object),
  )
  if (now.kind === 'failed') return ended([now.diagnostic])
  const live = new Map(now.value.map((each) => [keyOf(each), each]))
  const all = actions.map((action): Work => ({ action, live: live.get(keyOf(action.object)) ?? null }))
  const changed = all.filter((work) => seenBy(work.action) !== work.live?.fingerprint && !isAsWanted(work, target))
  if (changed.length > 0) return ended(changed.map((work) => hasChanged(work.action)))
  const wrong = (await target.inspect?.(actions)) ?? []
  if (hasErrors(wrong)) return ended(wrong)

  const receipt = openReceipt(plan, all, options.by, new Date())
  const refusal = (await target.receipts?.put(receipt)) ?? []
  if (hasErrors(refusal)) return ended(refusal)
  const diagnostics: Diagnostic[] = [...refusal]
  const todo = all.filter((work) => {
    // What an interrupted run left behind.
    if (isAsWanted(work, target)) results.set(work.action, 'done')
    return !results.has(work.action)
  })
  let done = 0
  for (const group of groupsOf(todo)) {
    if (hasErrors(diagnostics)) break
    const step = await writeGroup(group, target, (count) => {
      const last = group[Math.min(count, group.length) - 1]
      if (last !== undefined) options.onProgress?.({ done: done + count, total: todo.length, action: last.action })
    })
    done += group.length
    for (const [action, result] of step.results) results.set(action, result)
    diagnostics.push(...step.diagnostics)
  }
  if (hasErrors(diagnostics) && options.atomic === true) diagnostics.push(...(await takeBack(all, results, target)))
  const closed = closeReceipt(
    receipt,
    all.map(({ action }) => results.get(action) ?? 'skipped'),
  )
  diagnostics.push(...((await target.receipts?.put(closed)) ?? []))
  return ended(diagnostics, target.receipts === null ? null : receipt.id)
}

/** Whether the object is there as the action shall leave it, the mark included. */
export function isAsWanted({ action, live }: Work, { policy }: Pick<Target, 'policy'>): boolean {
  const after = contentAfter(action)
  if (after === null || live === null) return after === null && live === null
  return unlike(after, live.content, policy(action.object.kind)).length === 0
}

/** The fields in which a stored object is not as it was written. */
export function unlike(written: JsonObject, stored: JsonObject, policy: KindPolicy): readonly string[] {
  const whole = (content: JsonObject): JsonObject => ({ ...policy.owned(content), ...policy.loose(content) })
  const fields = differences(whole(stored), whole(written)).map((one) => one.field)
  return fields.length > 0 || sameJson(policy.markOf(stored), policy.markOf(written)) ? fields : ['the mark']
}

interface Step {
  readonly results: ReadonlyMap<PlanAction, ChangeResult>
  readonly diagnostics: readonly Diagnostic[]
}

/** Writes one group, then decides by what is there what became of each. */
async function writeGroup(group: readonly Work[], target: Target, onWritten: (count: number) => void): Promise<Step> {
  const { tried, failures } = await target.write(group, onWritten)
  const attempted = group.slice(0, tried)
  const told = failures.map((failure) => failure.diagnostic)
  const results = new Map<PlanAction, ChangeResult>()
  const after = await target.read(
    null,
    attempted.map(({ action }) => action.object),
  )
  if (after.kind === 'failed') {
    for (const { action } of attempted) results.set(action, 'failed')
    return { results, diagnostics: [...told, after.diagnostic] }
  }
  const live = new Map<string, LiveObject>(after.value.map((each) => [keyOf(each), each]))
  const diagnostics: Diagnostic[] = []
  const blamed = new Set(failures.map(({ object }) => (object === null ? '' : keyOf(object))))
  for (const { action } of attempted) {
    const key = keyOf(action.object)
    const back = { action, live: live.get(key) ?? null }
    const good = isAsWanted(back, target)
    results.set(action, good ? 'done' : 'failed')
    if (!good && !blamed.has(key) && !blamed.has('')) diagnostics.push(notVerified(back, target))
  }
  // A failure of what is there nevertheless was only a lost answer, unless something was not tried for it.
  const real = failures.filter(
    ({ object }) =>
      tried < group.length ||
      (object === null
        ? [...results.values()].includes('failed')
        : attempted.some(({ action }) => keyOf(action.object) === keyOf(object) && results.get(action) === 'failed')),
  )
  return { results, diagnostics: [...real.map((failure) => failure.diagnostic), ...diagnostics] }
}

/** Puts everything back as it was that this run has touched, the last first. */
async function takeBack(
  all: readonly Work[],
  results: Map<PlanAction, ChangeResult>,
  target: Target,
): Promise<readonly Diagnostic[]> {
  const touched = all.filter(({ action }) => ['done', 'failed'].includes(results.get(action) ?? 'skipped'))
  const now = await target.read(
    null,
    touched.map(({ action }) => action.object),
  )
  if (now.kind === 'failed') return [now.diagnostic]
  const live = new Map(now.value.map((each) => [keyOf(each), each]))
  const back = [...touched].reverse().flatMap((work): readonly { readonly was: Work; readonly work: Work }[] => {
    const there = live.get(keyOf(work.action.object)) ?? null
    const inverse = inverseOf(work, there, target)
    return inverse === undefined ? [] : [{ was: work, work: { action: inverse, live: there } }]
  })
  const diagnostics: Diagnostic[] = []
  for (const group of groupsOf(back.map((each) => each.work))) {
    const step = await writeGroup(group, target, () => undefined)
    diagnostics.push(...step.diagnostics)
    for (const { was, work } of back) if (step.results.get(work.action) === 'done') results.set(was.action, 'undone')
  }
  return diagnostics
}

/** The action that puts an object back; undefined when it is as it was. */
function inverseOf(
  { action, live: before }: Work,
  now: LiveObject | null,
  { policy }: Target,
): Work['action'] | undefined {
  const { object } = action
  if (before === null) return now === null ? undefined : { kind: 'delete', object, seen: now.fingerprint }
  if (now === null) return { kind: 'create', object, content: before.content }
  if (now.fingerprint === before.fingerprint) return undefined
  const common = { object, content: before.content, changes: [], kept: [], drifted: false, seen: now.fingerprint }
  return { kind: policy(object.kind).replaces(now.content, before.content) ? 'replace' : 'update', ...common }
}

/** Neighbours of one kind that are written, or deleted, alike. */
function groupsOf(all: readonly Work[]): readonly (readonly Work[])[] {
  const groups: Work[][] = []
  let last = ''
  for (const work of all) {
    const name = `${work.action.object.kind} ${work.action.kind === 'delete' ? 'delete' : 'put'}`
    if (name === last) groups.at(-1)?.push(work)
    else groups.push([work])
    last = name
  }
  return groups
}

function whyElsewhere(plan: Plan, { place, kinds, policy }: Target): Diagnostic | undefined {
  const hint = 'plan again for this target'
  if (!sameJson({ ...plan.place }, { ...place })) {
    const here = `${place.name} (${place.at})`
    const message = `the plan was made for ${plan.place.name} (${plan.place.at}), and this is ${here}`
    return error('target/other-place', message, undefined, { hint })
  }
  for (const action of plan.actions.filter(writes)) {
    const { kind, id } = action.object
    const after = contentAfter(action)
    if (!kinds.includes(kind))
      return error('target/other-place', `${place.name} keeps no ${kind} "${id}"`, undefined, { hint })
    if (after === null) continue
    const { idIn, markOf } = policy(kind)
    const other = idIn?.(after) ?? id
    if (other !== id)
      return error('target/other-object', `the plan shows ${kind} "${id}" and would write another one`, undefined, {
        hint,
      })
    if (plan.purpose === 'deploy' && markOf(after)?.pack !== plan.pack.name)
      return error('target/other-object', `${kind} "${id}" of the plan does not carry its pack`, undefined, { hint })
  }
  return undefined
}

function hasChanged({ object }: PlanAction): Diagnostic {
  const message = `${object.kind} "${object.id}" has changed in the target since the plan was made`
  return error('target/changed', message, undefined, { hint: 'plan again' })
}

function notVerified({ action, live }: Work, { policy }: Target): Diagnostic {
  const { kind, id } = action.object
  const after = contentAfter(action)
  const how =
    after === null
      ? 'it is still there'
      : live === null
        ? 'it is not there'
        : unlike(after, live.content, policy(kind)).slice(0, 10).join(', ')
  const message = `${kind} "${id}" reads back otherwise than it was written: ${how}`
  return error('target/not-verified', message, undefined, { hint: 'look at it in the target, then plan again' })
}
