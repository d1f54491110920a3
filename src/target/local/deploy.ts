import { existsSync } from 'node:fs'
import type Database from 'libsql'
import { contentDigest, sameJson } from '../../artifact/canonical.ts'
import type { LocalRule } from '../../artifact/local/local-rule.ts'
import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { change, differences } from '../difference.ts'
import {
  writes,
  type ApplyOptions,
  type ApplyResult,
  type BlockedRule,
  type FieldChange,
  type Outcome,
  type Plan,
  type PlanAction,
  type PlannedObject,
  type Planning,
} from '../plan.ts'
import { openDatabase, storeFailure } from './schema.ts'
import { inTransaction, readRules, type StoredRule } from './store.ts'

/** What a pack wants of the local target. */
export interface DesiredLocal {
  readonly pack: string
  readonly rules: readonly LocalRule[]
  readonly blocked: readonly BlockedRule[]
  /** These are all the rules of the pack: one of the pack that is not among them is deleted. */
  readonly complete: boolean
}

/** Reads the store, if there is one, and plans what a deployment would do. Makes no file. */
export async function planLocal(desired: DesiredLocal, file: string): Promise<Planning> {
  if (!existsSync(file)) return planStored(desired, [])
  const opening = await openDatabase(file)
  if (opening.kind === 'failed') return opening
  try {
    return planStored(desired, readRules(opening.database))
  } catch (thrown) {
    return { kind: 'failed', diagnostics: [storeFailure(thrown, file)] }
  } finally {
    opening.database.close()
  }
}

/**
 * What becomes of each rule. Pure. A rule of another pack is blocked; the switch of a rule that a person turned is
 * kept; two rules of one id are `target/duplicate-rule`.
 */
export function planStored(desired: DesiredLocal, live: readonly StoredRule[]): Planning {
  const wanted = new Map(desired.rules.map((rule) => [rule.rule, rule]))
  const twice = desired.rules.filter((rule) => wanted.get(rule.rule) !== rule)
  if (twice.length > 0) {
    const hint = 'give one of them an id of its own'
    const diagnostics = twice.map((rule) =>
      error('target/duplicate-rule', `two rules have the id "${rule.rule}"`, undefined, { hint }),
    )
    return { kind: 'failed', diagnostics }
  }
  const byId = new Map(live.map((rule) => [rule.rule, rule]))
  const known = new Set([...wanted.keys(), ...desired.blocked.map((each) => each.rule)])
  const gone = desired.complete ? live.filter((rule) => rule.pack === desired.pack && !known.has(rule.rule)) : []
  const actions: readonly PlanAction[] = [
    ...desired.rules.map((rule) => planRule(rule, byId.get(rule.rule), desired.pack)),
    ...desired.blocked.map(({ rule, title, reason }): PlanAction => {
      const stays = byId.get(rule)?.pack === desired.pack ? '; the deployed one stays as it is' : ''
      return { kind: 'blocked', object: named(rule, title), reason: `${reason}${stays}` }
    }),
    ...gone.map((rule): PlanAction => ({
      kind: 'delete',
      object: named(rule.rule, titleOf(rule)),
      seen: rule.fingerprint,
    })),
  ]
  return { kind: 'plan', plan: { target: 'local', pack: desired.pack, actions }, diagnostics: [] }
}

/**
 * Does exactly what a plan says, in one transaction: all of it, or nothing when a rule has changed since the plan
 * (`target/changed`) or the store fails. What was written is read back, and a receipt is kept.
 */
export async function applyLocal(plan: Plan, file: string, options: ApplyOptions = {}): Promise<ApplyResult> {
  if (!plan.actions.some(writes))
    return { outcomes: plan.actions.map((action) => ({ action, result: 'nothing' })), diagnostics: [] }
  const opening = await openDatabase(file)
  if (opening.kind === 'failed') return undone(plan, opening.diagnostics)
  const { database } = opening
  try {
    return inTransaction(database, () => {
      const value = applyWithin(plan, database, options)
      return { keep: value.diagnostics.length === 0, value }
    })
  } catch (thrown) {
    return undone(plan, [storeFailure(thrown, file)])
  } finally {
    database.close()
  }
}

function applyWithin(plan: Plan, database: Database.Database, options: ApplyOptions): ApplyResult {
  const changed = checkStored(plan, database)
  if (changed.length > 0) return undone(plan, changed)
  const now = new Date().toISOString()
  const total = plan.actions.filter(writes).length
  let done = 0
  const outcomes: Outcome[] = []
  for (const action of plan.actions) {
    outcomes.push({ action, result: writes(action) ? 'done' : 'nothing' })
    if (!writes(action)) continue
    write(action, plan.pack, database, now)
    options.onProgress?.({ done: ++done, total, action })
  }
  const after = new Map(readRules(database).map((rule) => [rule.rule, rule]))
  const wrong = plan.actions.filter((action) => !isAsPlanned(action, after.get(action.object.id)))
  if (wrong.length > 0) return undone(plan, wrong.map(unverified))
  const receipt = plan.actions
    .filter(writes)
    .map(({ kind, object }) => ({ kind, rule: object.id, digest: object.digest }))
  database
    .prepare('INSERT INTO receipts (pack, actions, applied_at) VALUES (?, ?, ?)')
    .run(plan.pack, JSON.stringify(receipt), now)
  return { outcomes, diagnostics: [] }
}

function write(action: PlanAction, pack: string, database: Database.Database, now: string): void {
  switch (action.kind) {
    case 'create':
    case 'update': {
      const { rule = null, enabled = false } = action.content
      database
        .prepare(
          'INSERT OR REPLACE INTO rules (rule, pack, enabled, digest, content, deployed_at) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(action.object.id, pack, enabled === true ? 1 : 0, action.object.digest ?? '', JSON.stringify(rule), now)
      return
    }
    case 'delete':
      database.prepare('DELETE FROM rules WHERE rule = ?').run(action.object.id)
      return
    case 'unchanged':
    case 'blocked':
      return
  }
}

function planRule(rule: LocalRule, live: StoredRule | undefined, pack: string): PlanAction {
  const object: PlannedObject = { ...named(rule.rule, rule.title), version: rule.version, digest: rule.digest }
  if (live === undefined) return { kind: 'create', object, content: { rule, enabled: rule.enabled } }
  if (live.pack !== pack) return { kind: 'blocked', object, reason: `the rule belongs to the pack "${live.pack}"` }
  const turned = live.enabled !== live.content.enabled
  const enabled = turned ? live.enabled : rule.enabled
  const kept: readonly FieldChange[] = enabled === rule.enabled ? [] : [change('enabled', enabled, rule.enabled)]
  const changes = differences(live.content, rule)
  if (changes.length === 0) return { kind: 'unchanged', object, kept }
  return {
    kind: 'update',
    object,
    content: { rule, enabled },
    changes,
    kept,
    drifted: drifted(live),
    seen: live.fingerprint,
  }
}

function drifted(live: StoredRule): boolean {
  const { digest, ...rest } = live.content
  return digest !== contentDigest(rest)
}

/** `target/changed` for each rule that is no longer as the plan saw it. */
function checkStored(plan: Plan, database: Database.Database): readonly Diagnostic[] {
  const now = new Map(readRules(database).map((rule) => [rule.rule, rule.fingerprint]))
  return plan.actions.filter(writes).flatMap((action) => {
    const seen = action.kind === 'update' || action.kind === 'delete' ? action.seen : undefined
    if (now.get(action.object.id) === seen) return []
    const message = `rule "${action.object.id}" has changed in the store since the plan was made`
    return [error('target/changed', message, undefined, { hint: 'plan again' })]
  })
}

function isAsPlanned(action: PlanAction, stored: StoredRule | undefined): boolean {
  switch (action.kind) {
    case 'create':
    case 'update':
      return stored?.enabled === action.content.enabled && sameJson(stored?.content, action.content.rule)
    case 'delete':
      return stored === undefined
    case 'unchanged':
    case 'blocked':
      return true
  }
}

/** The result of a deployment that changed nothing after all. */
function undone(plan: Plan, diagnostics: readonly Diagnostic[]): ApplyResult {
  return {
    outcomes: plan.actions.map((action) => ({ action, result: writes(action) ? 'skipped' : 'nothing' })),
    diagnostics,
  }
}

function unverified(action: PlanAction): Diagnostic {
  return error('target/not-verified', `rule "${action.object.id}" reads back otherwise than it was written`)
}

function named(rule: string, title: string): PlannedObject {
  return { kind: 'rule', id: rule, title, version: null, digest: null }
}

function titleOf(rule: StoredRule): string {
  return typeof rule.content.title === 'string' ? rule.content.title : rule.rule
}
