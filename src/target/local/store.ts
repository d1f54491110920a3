import type Database from 'libsql'
import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { withHops, type Alert } from '../../event/alert.ts'
import type { JsonObject } from '../../event/field.ts'
import { openDatabase } from './schema.ts'

/** A rule in the store. */
export interface StoredRule {
  readonly rule: string
  readonly pack: string
  /** The switch as it is now. */
  readonly enabled: boolean
  /** That of the mark: of what the pack owns in it, as last written. */
  readonly digest: string
  /** What was deployed, a `LocalRule`. */
  readonly content: JsonObject
}

/** The one file of the local target: deployed rules, alerts, verdicts and receipts. */
export interface LocalStore {
  /** Sorted by id. */
  readonly rules: () => readonly StoredRule[]
  /** Whether anything was changed by others since the last time it was asked. */
  readonly hasChanged: () => boolean
  /** Keeps alerts; one whose id is there already is left as it is. Gives how many were new. */
  readonly insertAlerts: (alerts: readonly Alert[]) => number
  /** Adds the hops of alerts to what is kept of those that are there, and changes nothing else of them. */
  readonly addHops: (alerts: readonly Alert[]) => void
  /** The newest alerts by closing time, newest first; of one rule when it is named. */
  readonly alerts: (limit: number, rule?: string) => readonly Alert[]
  /** The alerts whose id begins so; `prefix` is hexadecimal. */
  readonly alertsWithId: (prefix: string, limit: number) => readonly Alert[]
  /** Puts a verdict on an alert; those before it stay. */
  readonly giveVerdict: (verdict: Omit<StoredVerdict, 'givenAt'>) => void
  /** Every alert that was stored in a stretch of time (RFC 3339, the end not included), the oldest first. */
  readonly storedAlerts: (from: string, to: string) => Iterable<StoredAlert>
  /** Every verdict, the oldest first. */
  readonly verdicts: () => readonly StoredVerdict[]
  readonly close: () => void
}

export interface StoredAlert {
  readonly alert: Alert
  /** RFC 3339 */
  readonly storedAt: string
}

/** What an analyst said of an alert. */
export interface StoredVerdict {
  /** Its id. */
  readonly alert: string
  readonly verdict: string
  readonly analyst: string
  readonly note: string | null
  /** RFC 3339 */
  readonly givenAt: string
}

export type LocalOpening =
  | { readonly kind: 'open'; readonly store: LocalStore }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/** Opens the local store, and makes it where there is none; refusals are those of `openDatabase`. */
export async function openLocalStore(file: string): Promise<LocalOpening> {
  const opening = await openDatabase(file)
  if (opening.kind === 'failed') return opening
  const { database } = opening
  let seen = versionOf(database)
  const store: LocalStore = {
    rules: () => readRules(database),
    hasChanged: () => {
      const before = seen
      seen = versionOf(database)
      return seen !== before
    },
    insertAlerts: (alerts) => insertAlerts(database, alerts),
    addHops: (alerts) => addHops(database, alerts),
    alerts: (limit, rule) => {
      const rows =
        rule === undefined
          ? database.prepare('SELECT content FROM alerts ORDER BY last DESC, id LIMIT ?').all(limit)
          : database
              .prepare('SELECT content FROM alerts WHERE rule = ? ORDER BY last DESC, id LIMIT ?')
              .all(rule, limit)
      return readAlerts(rows)
    },
    alertsWithId: (prefix, limit) =>
      readAlerts(
        database
          .prepare('SELECT content FROM alerts WHERE id >= ? AND id < ? LIMIT ?')
          .all(prefix, `${prefix}g`, limit),
      ),
    giveVerdict: ({ alert, verdict, analyst, note }) =>
      void database
        .prepare('INSERT INTO verdicts (alert, verdict, analyst, note, given_at) VALUES (?, ?, ?, ?, ?)')
        .run(alert, verdict, analyst, note, new Date().toISOString()),
    storedAlerts: (from, to) => readStored(database, from, to),
    verdicts: () =>
      database
        .prepare('SELECT alert, verdict, analyst, note, given_at AS givenAt FROM verdicts ORDER BY number')
        .all() as readonly StoredVerdict[],
    close: () => void database.close(),
  }
  return { kind: 'open', store }
}

/** SQLite counts what other connections commit. */
function versionOf(database: Database.Database): number {
  const row = database.prepare('PRAGMA data_version').get() as { readonly data_version: number }
  return row.data_version
}

/** Every rule of the store, sorted by id. */
export function readRules(database: Database.Database): readonly StoredRule[] {
  const rows = database.prepare('SELECT rule, pack, enabled, digest, content FROM rules ORDER BY rule').all()
  return (rows as readonly RuleRow[]).map(readRule)
}

/** Runs one transaction: all of it, or nothing when it throws or says so. */
export function inTransaction<T>(
  database: Database.Database,
  work: () => { readonly keep: boolean; readonly value: T },
): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const { keep, value } = work()
    database.exec(keep ? 'COMMIT' : 'ROLLBACK')
    return value
  } catch (thrown) {
    if (database.inTransaction) database.exec('ROLLBACK')
    throw thrown
  }
}

interface RuleRow {
  readonly rule: string
  readonly pack: string
  readonly enabled: number
  readonly digest: string
  readonly content: string
}

function readAlerts(rows: readonly unknown[]): readonly Alert[] {
  return (rows as readonly { readonly content: string }[]).map((row) => JSON.parse(row.content) as Alert)
}

function* readStored(database: Database.Database, from: string, to: string): Generator<StoredAlert> {
  const rows = database
    .prepare(
      'SELECT content, stored_at AS storedAt FROM alerts WHERE stored_at >= ? AND stored_at < ? ORDER BY stored_at, id',
    )
    .iterate(from, to) as Iterable<{ readonly content: string; readonly storedAt: string }>
  for (const { content, storedAt } of rows) yield { alert: JSON.parse(content) as Alert, storedAt }
}

function readRule({ rule, pack, enabled, digest, content }: RuleRow): StoredRule {
  return { rule, pack, enabled: enabled !== 0, digest, content: JSON.parse(content) as JsonObject }
}

function insertAlerts(database: Database.Database, alerts: readonly Alert[]): number {
  const insert = database.prepare(
    'INSERT OR IGNORE INTO alerts (id, rule, first, last, content, stored_at) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const now = new Date().toISOString()
  return inTransaction(database, () => {
    let fresh = 0
    for (const alert of alerts)
      fresh += insert.run(alert.id, alert.rule, alert.first, alert.last, JSON.stringify(alert), now).changes
    return { keep: true, value: fresh }
  })
}

function addHops(database: Database.Database, alerts: readonly Alert[]): void {
  const find = database.prepare('SELECT content FROM alerts WHERE id = ?')
  const write = database.prepare('UPDATE alerts SET content = ? WHERE id = ?')
  inTransaction(database, () => {
    for (const { id, hops = [] } of alerts)
      for (const kept of readAlerts(find.all(id))) write.run(JSON.stringify(withHops(kept, hops)), id)
    return { keep: true, value: undefined }
  })
}
