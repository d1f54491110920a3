import { existsSync } from 'node:fs'
import type Database from 'libsql'
import { contentDigest } from '../../event/canonical.ts'
import { error } from '../../diagnostic/diagnostic.ts'
import type { JsonObject } from '../../event/field.ts'
import { valueOf } from '../difference.ts'
import type { LiveObject, Mark, ObjectName } from '../object.ts'
import type { Place, Work } from '../plan.ts'
import type { Reading } from '../reading.ts'
import type { Target, WriteResult } from '../target.ts'
import { localReceipts } from './receipts.ts'
import { localRulePolicy } from './rule-policy.ts'
import { openDatabase, storeFailure } from './schema.ts'
import { inTransaction, readRules, type StoredRule } from './store.ts'

/**
 * The SQLite file of one machine as a target. Reading makes no file. What is written is written in one transaction: all
 * of it, or nothing.
 *
 * @param patience as of `openDatabase`
 */
export function localTarget(file: string, name = 'local', patience?: number): Target {
  const place: Place = { kind: 'local', name, at: file }
  /** What SQLite or the file system refuse is thrown here, as it is. */
  const use = async <T>(make: boolean, work: (database: Database.Database) => T, none: T): Promise<Reading<T>> => {
    if (!make && !existsSync(file)) return { kind: 'read', value: none }
    const opening = await openDatabase(file, patience)
    if (opening.kind === 'failed') {
      const [diagnostic] = opening.diagnostics
      if (diagnostic === undefined) throw new Error('the store failed without a reason')
      return { kind: 'failed', diagnostic }
    }
    try {
      return { kind: 'read', value: work(opening.database) }
    } catch (thrown) {
      return { kind: 'failed', diagnostic: storeFailure(thrown, file) }
    } finally {
      opening.database.close()
    }
  }
  return {
    place,
    kinds: ['rule'],
    policy: () => localRulePolicy,
    read: (pack, named) => use(false, (database) => select(readRules(database), pack, named), []),
    write: async (work, onWritten) => {
      const written = await use(true, (database) => writeRules(database, work), undefined)
      if (written.kind === 'failed') return { tried: 0, failures: [{ object: null, diagnostic: written.diagnostic }] }
      if (written.value === undefined) onWritten(work.length)
      return written.value ?? { tried: work.length, failures: [] }
    },
    receipts: localReceipts(use),
    status: async (_pack, since) => {
      const alerts = await use(false, (database) => alertCounts(database, since), new Map())
      if (alerts.kind === 'failed') return alerts
      return { kind: 'read', value: { runs: new Map(), alerts: alerts.value, events: null, late: [] } }
    },
    runAgain: null,
    close: () => Promise.resolve(),
  }
}

function select(
  rules: readonly StoredRule[],
  pack: string | null,
  named: readonly ObjectName[],
): readonly LiveObject[] {
  const ids = new Set(named.map((each) => each.id))
  return rules.filter((rule) => rule.pack === pack || ids.has(rule.rule)).map(liveRule)
}

function liveRule({ rule, pack, enabled, digest, content }: StoredRule): LiveObject {
  const version = valueOf(content, 'version')
  const title = valueOf(content, 'title')
  const wish = valueOf(content, 'enabled') ?? false
  const mark: Mark = {
    ...{ pack, digest, version: typeof version === 'number' ? version : null },
    applied: { enabled: wish },
  }
  const whole = { ...content, enabled, mark }
  const name = { kind: 'rule', id: rule, title: typeof title === 'string' ? title : rule } as const
  return { ...name, content: whole, mark, fingerprint: contentDigest(whole) }
}

/** Undefined when all was written; nothing was when a rule has changed in between. */
function writeRules(database: Database.Database, all: readonly Work[]): WriteResult | undefined {
  const now = new Date().toISOString()
  return inTransaction(database, () => {
    const there = new Map(readRules(database).map((rule) => [rule.rule, liveRule(rule).fingerprint]))
    const moved = all.find(({ action, live }) => there.get(action.object.id) !== live?.fingerprint)
    if (moved !== undefined) {
      const { object } = moved.action
      const message = `rule "${object.id}" has changed in the store since the plan was made`
      const diagnostic = error('target/changed', message, undefined, { hint: 'plan again' })
      return { keep: false, value: { tried: 0, failures: [{ object, diagnostic }] } }
    }
    for (const { action } of all) {
      const { object } = action
      if (action.kind === 'delete') database.prepare('DELETE FROM rules WHERE rule = ?').run(object.id)
      else if (!put(database, object.id, action.content, now)) {
        const diagnostic = error('target/refused', `rule "${object.id}" carries no mark, and cannot be kept`)
        return { keep: false, value: { tried: 0, failures: [{ object, diagnostic }] } }
      }
    }
    return { keep: true, value: undefined }
  })
}

/** False when the rule is nobody's. */
function put(database: Database.Database, id: string, whole: JsonObject, now: string): boolean {
  const mark = localRulePolicy.markOf(whole)
  if (mark === null) return false
  const { enabled } = whole
  const content = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== 'mark' && name !== 'enabled'))
  const { pack, digest, applied } = mark
  // The wish lies in the content, so that a difference from the switch is a person's choice.
  const stored = { ...content, enabled: applied?.['enabled'] ?? false }
  database
    .prepare(
      'INSERT OR REPLACE INTO rules (rule, pack, enabled, digest, content, deployed_at) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(id, pack, enabled === true ? 1 : 0, digest ?? '', JSON.stringify(stored), now)
  return true
}

/** Alerts by rule that were kept since then, ms. */
function alertCounts(database: Database.Database, since: number): Map<string, number> {
  const rows = database
    .prepare('SELECT rule, count(*) AS count FROM alerts WHERE stored_at >= ? GROUP BY rule')
    .all(new Date(since).toISOString())
  return new Map((rows as readonly { rule: string; count: number }[]).map(({ rule, count }) => [rule, count]))
}
