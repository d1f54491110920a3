import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import path from 'node:path'
import type Database from 'libsql'
import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'

/** Marks the file as a spool of detpack (SQLite's application id, "dets" in ASCII). */
const APPLICATION = 0x64_65_74_73
/** The version of the tables below, and of the records in them. */
const VERSION = 1
/** Large pages: a piece of the spool is some hundred KB, and is written and freed as a whole. */
const PAGE = 16_384

/**
 * The tables of version 1. `chunk.data` holds records (`record.ts`), `chunk.tallies` how many of which action and class
 * as JSON, `chunk.since` when they came (ms). A chunk that stands in `attempt` may have been sent: `place` is the index
 * that was written to when it first was. Numbers are never given twice.
 */
const TABLES = `
CREATE TABLE chunk (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  lane TEXT NOT NULL,
  count INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  since INTEGER NOT NULL,
  tallies TEXT NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE INDEX chunk_by_lane ON chunk (lane, number);
CREATE TABLE attempt (chunk INTEGER PRIMARY KEY, place TEXT) STRICT;
CREATE TABLE position (source TEXT PRIMARY KEY, place TEXT NOT NULL) STRICT;
CREATE TABLE loss (action TEXT, class TEXT, count INTEGER NOT NULL, PRIMARY KEY (action, class)) STRICT;
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`

export type SpoolDatabaseOpening =
  | { readonly kind: 'open'; readonly database: Database.Database }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/**
 * Opens the spool's file in a folder, and makes it, readable by its owner only, where there is none. One process has it
 * at a time. Each commit is on the disk when it returns, unless it says otherwise. Refused: `ship/not-a-spool`,
 * `ship/newer-spool`, `ship/spool-in-use`, `ship/spool`.
 */
export async function openSpoolDatabase(folder: string): Promise<SpoolDatabaseOpening> {
  const { default: Sqlite } = await import('libsql')
  const file = path.join(folder, 'spool.db')
  let database: Database.Database | undefined
  try {
    makeFolder(folder)
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
    chmodSync(file, 0o600)
    database = new Sqlite(file)
    const refusal = settle(database, folder)
    if (refusal === undefined) return { kind: 'open', database }
    database.close()
    return { kind: 'failed', diagnostics: [refusal] }
  } catch (thrown) {
    database?.close()
    return { kind: 'failed', diagnostics: [spoolFailure(thrown, folder)] }
  }
}

/** Not by `recursive` at once: where nothing can be made in a folder that is there, such as /proc, Node then tries forever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  const parent = path.dirname(path.resolve(folder))
  if (!existsSync(parent)) makeFolder(parent)
  mkdirSync(folder, { mode: 0o700 })
}

/** Closes it so that it can be opened anew at once: statements that are not collected yet would keep its lock. */
export function closeSpoolDatabase(database: Database.Database): void {
  try {
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT count(*) FROM fact')
  } catch {
    // The journal stays, and is read at the next start.
  }
  database.close()
}

/** Writes the journal into the file, as far as there is room for that, so that it can begin anew. */
export function foldJournal(database: Database.Database): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch (thrown) {
    if (!isFull(thrown)) throw thrown
  }
}

/** The disk behind the spool has no room. */
export function isFull(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown as NodeJS.ErrnoException).code === 'SQLITE_FULL'
}

/** What a failure of SQLite or of the file system means to a user. */
export function spoolFailure(thrown: unknown, folder: string): Diagnostic {
  if (!(thrown instanceof Error)) throw thrown
  const code = (thrown as NodeJS.ErrnoException).code ?? ''
  if (code === 'SQLITE_NOTADB') return notASpool(folder)
  if (code.startsWith('SQLITE_CORRUPT'))
    return error('ship/spool', `the spool in "${folder}" is damaged: ${thrown.message}`, undefined, {
      hint: 'move the folder away and start again; what can be read of it can be shipped from a copy',
    })
  if (code.startsWith('SQLITE_BUSY'))
    return error('ship/spool-in-use', `another process ships from the spool in "${folder}"`, undefined, {
      hint: 'give each shipper a spool of its own',
    })
  if (isFull(thrown) || code === 'ENOSPC')
    return error('ship/spool', `there is no room on the disk for the spool in "${folder}"`, undefined, {
      hint: 'make room there; until then nothing can be taken in or sent',
    })
  return error('ship/spool', `the spool in "${folder}" cannot be used: ${thrown.message}`, undefined, {
    hint: 'check that the path is right and that you may write there',
  })
}

function settle(database: Database.Database, folder: string): Diagnostic | undefined {
  database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = ${PAGE}`)
  const version = pragma(database, 'user_version')
  const application = pragma(database, 'application_id')
  if (application !== APPLICATION) {
    const tables = database.prepare('SELECT count(*) AS count FROM sqlite_master').get() as { readonly count: number }
    if (application !== 0 || version !== 0 || tables.count > 0) return notASpool(folder)
  }
  if (version > VERSION) {
    const message = `the spool in "${folder}" was made by a newer detpack (version ${version}, this one knows ${VERSION})`
    return error('ship/newer-spool', message, undefined, { hint: 'update detpack, or name another folder' })
  }
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -4096')
  // The journal stays at some 8 MB: when the disk is full, the reserve is enough to write it into the file.
  database.exec('PRAGMA wal_autocheckpoint = 500')
  database.exec('BEGIN IMMEDIATE')
  if (version < VERSION) {
    database.exec(TABLES)
    database.exec(`PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${VERSION}`)
  }
  database.exec('COMMIT')
  return undefined
}

function pragma(database: Database.Database, name: 'user_version' | 'application_id'): number {
  const row = database.prepare(`PRAGMA ${name}`).get() as Readonly<Record<string, unknown>> | undefined
  const value = row?.[name]
  return typeof value === 'number' ? value : 0
}

function notASpool(folder: string): Diagnostic {
  return error('ship/not-a-spool', `"${folder}" holds a spool.db that is no spool of detpack`, undefined, {
    hint: 'name another folder',
  })
}
