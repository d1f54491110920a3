import type Database from 'libsql'

const UNCLAIMED = 'lane = ? AND number > ? AND number NOT IN (SELECT chunk FROM attempt)'
const COLUMNS = 'number, count, bytes, since, tallies'
const STATEMENTS = {
  insert: 'INSERT INTO chunk (lane, count, bytes, since, tallies, data) VALUES (?, ?, ?, ?, ?, ?)',
  remove: 'DELETE FROM chunk WHERE number = ?',
  fresh: `SELECT ${COLUMNS} FROM chunk WHERE ${UNCLAIMED} ORDER BY number LIMIT 1`,
  freshRows: `SELECT ${COLUMNS} FROM chunk WHERE ${UNCLAIMED} ORDER BY number LIMIT ?`,
  older: `SELECT ${COLUMNS} FROM chunk WHERE ${UNCLAIMED} AND since < ? ORDER BY number`,
  attempted: `SELECT ${COLUMNS}, place FROM chunk JOIN attempt ON chunk = number WHERE lane = ? ORDER BY number`,
  attempt: 'INSERT INTO attempt (chunk, place) VALUES (?, ?)',
  forget: 'DELETE FROM attempt WHERE chunk = ?',
  data: 'SELECT data FROM chunk WHERE number = ?',
  oldest: 'SELECT min(since) AS since FROM (SELECT since FROM chunk ORDER BY number LIMIT 1)',
  newest: 'SELECT coalesce(max(since), 0) AS since FROM (SELECT since FROM chunk ORDER BY number DESC LIMIT 1)',
  sums: 'SELECT coalesce(sum(bytes), 0) AS bytes, coalesce(sum(count), 0) AS count FROM chunk WHERE lane = ?',
  position: 'SELECT place FROM position WHERE source = ?',
  putPosition: 'INSERT INTO position VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET place = excluded.place',
  fact: 'SELECT value FROM fact WHERE name = ?',
  putFact: 'INSERT INTO fact VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  // What would stay as it is is not written, and then nothing is synced.
  change: "INSERT INTO fact VALUES ('kept', '1') ON CONFLICT (name) DO UPDATE SET value = value + 1",
  losses: 'SELECT action, class, count FROM loss ORDER BY action, class',
  lose: 'INSERT INTO loss VALUES (?, ?, ?) ON CONFLICT (action, class) DO UPDATE SET count = count + excluded.count',
  forgetLosses: 'DELETE FROM loss',
} as const

export type SpoolStatements = Readonly<Record<keyof typeof STATEMENTS, Database.Statement>>

/** What is asked of the spool's tables (`database.ts`). */
export function prepareStatements(database: Database.Database): SpoolStatements {
  const prepared = Object.entries(STATEMENTS).map(([name, text]) => [name, database.prepare(text)] as const)
  return Object.fromEntries(prepared) as SpoolStatements
}
