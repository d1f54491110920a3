import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import path from 'node:path'
import type Database from 'libsql'
import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'

/** Marks the file as a store of detpack (SQLite's application id, "detp" in ASCII). */
const APPLICATION = 0x64_65_74_70
/** The version of the tables below. */
const VERSION = 2
/** Milliseconds to wait for another process that writes, unless told otherwise. */
const PATIENCE = 5000

/**
 * The tables of version 1. `content` columns hold JSON. `rules.enabled` is the switch as it is now; the one that the
 * pack wants lies in the content, so that a difference is a person's choice.
 */
const FIRST_TABLES = `
CREATE TABLE rules (
  rule TEXT PRIMARY KEY,
  pack TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  digest TEXT NOT NULL,
  content TEXT NOT NULL,
  deployed_at TEXT NOT NULL
) STRICT;
CREATE TABLE alerts (
  id TEXT PRIMARY KEY,
  rule TEXT NOT NULL,
  first INTEGER,
  last INTEGER,
  content TEXT NOT NULL,
  stored_at TEXT NOT NULL
) STRICT;
CREATE INDEX alerts_by_rule ON alerts (rule, last);
CREATE INDEX alerts_by_time ON alerts (last);
CREATE TABLE verdicts (
  number INTEGER PRIMARY KEY,
  alert TEXT NOT NULL REFERENCES alerts (id),
  verdict TEXT NOT NULL,
  analyst TEXT NOT NULL,
  note TEXT,
  given_at TEXT NOT NULL
) STRICT;
CREATE INDEX verdicts_by_alert ON verdicts (alert);
`

/** What version 2 has besides: receipts that say what was there before. Those of version 1 did not, and go. */
const SECOND_TABLES = `
DROP TABLE IF EXISTS receipts;
CREATE TABLE deployments (
  id TEXT PRIMARY KEY,
  pack TEXT NOT NULL,
  content TEXT NOT NULL
) STRICT;
CREATE TABLE changes (
  deployment TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (deployment, number)
) STRICT;
CREATE INDEX changes_by_object ON changes (kind, id, deployment);
`

export type DatabaseOpening =
  | { readonly kind: 'open'; readonly database: Database.Database }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/**
 * Opens the SQLite file of the local target, and makes it, readable by its owner only, where there is none. Refused:
 * a file that is no store of ours (`target/not-a-store`), one that a newer detpack made (`target/newer-store`), one
 * that cannot be opened (`target/store`).
 */
export async function openDatabase(file: string, patience = PATIENCE): Promise<DatabaseOpening> {
  const { default: Sqlite } = await import('libsql')
  let database: Database.Database | undefined
  try {
    makeFile(file)
    database = new Sqlite(file, { timeout: patience })
    const refusal = settle(database, file)
    if (refusal === undefined) {
      // Alerts hold paths and arguments: nobody else may read them, whatever the file's rights were.
      chmodSync(file, 0o600)
      return { kind: 'open', database }
    }
    database.close()
    return { kind: 'failed', diagnostics: [refusal] }
  } catch (thrown) {
    database?.close()
    return { kind: 'failed', diagnostics: [storeFailure(thrown, file)] }
  }
}

/** What a failure of SQLite or of the file system means to a user. */
export function storeFailure(thrown: unknown, file: string): Diagnostic {
  if (!(thrown instanceof Error)) throw thrown
  const { code } = thrown as NodeJS.ErrnoException
  if (code === 'SQLITE_NOTADB') return notAStore(file)
  if (code === 'SQLITE_BUSY')
    return error('target/busy', `another process is writing to the local store "${file}"`, undefined, {
      hint: 'try again',
    })
  return error('target/store', `the local store "${file}" cannot be used: ${thrown.message}`, undefined, {
    hint: 'check that the path is right, that there is room on the disk, and that you may write there',
  })
}

function makeFile(file: string): void {
  if (existsSync(file)) return
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true, mode: 0o700 })
  closeSync(openSync(file, 'a', 0o600))
}

function settle(database: Database.Database, file: string): Diagnostic | undefined {
  const version = pragma(database, 'user_version')
  const application = pragma(database, 'application_id')
  if (application !== APPLICATION) {
    const tables = database.prepare('SELECT count(*) AS count FROM sqlite_master').get() as { readonly count: number }
    if (application !== 0 || version !== 0 || tables.count > 0) return notAStore(file)
  }
  if (version > VERSION) {
    const message = `the local store "${file}" was made by a newer detpack (tables of version ${version}, this one knows ${VERSION})`
    return error('target/newer-store', message, undefined, { hint: 'update detpack, or name another file' })
  }
  database.pragma('journal_mode = WAL')
  database.pragma('foreign_keys = ON')
  if (version < VERSION) bringUp(database)
  return undefined
}

function bringUp(database: Database.Database): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    // Another process may have done it while this one waited for its turn.
    const version = pragma(database, 'user_version')
    if (version < 1) database.exec(FIRST_TABLES)
    if (version < 2) database.exec(SECOND_TABLES)
    database.exec(`PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${VERSION}`)
    database.exec('COMMIT')
  } catch (thrown) {
    database.exec('ROLLBACK')
    throw thrown
  }
}

function pragma(database: Database.Database, name: 'user_version' | 'application_id'): number {
  const row = database.prepare(`PRAGMA ${name}`).get() as Readonly<Record<string, unknown>> | undefined
  const value = row?.[name]
  return typeof value === 'number' ? value : 0
}

function notAStore(file: string): Diagnostic {
  return error('target/not-a-store', `"${file}" is not a store of detpack`, undefined, { hint: 'name another file' })
}
