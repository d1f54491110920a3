import type Database from 'libsql'
import type { JsonObject } from '../../event/field.ts'
import { keyOf } from '../object.ts'
import type { Reading } from '../reading.ts'
import type { Receipt, ReceiptChange, ReceiptHead, ReceiptStore } from '../receipt.ts'
import { inTransaction } from './store.ts'

type Use = <T>(make: boolean, work: (database: Database.Database) => T, none: T) => Promise<Reading<T>>

/** The receipts in the store: heads in one table, what was changed in another. */
export function localReceipts(use: Use): ReceiptStore {
  return {
    put: async (receipt) => {
      const kept = await use(true, (database) => put(database, receipt), undefined)
      return kept.kind === 'failed' ? [kept.diagnostic] : []
    },
    heads: (pack, limit) =>
      use(
        false,
        (database) =>
          contents<ReceiptHead>(
            database
              .prepare('SELECT content FROM deployments WHERE pack = ? ORDER BY id DESC LIMIT ?')
              .all(pack, limit),
          ),
        [],
      ),
    get: (id) =>
      use(
        false,
        (database) => {
          const rows = database.prepare('SELECT content FROM deployments WHERE id >= ? AND id < ?').all(id, `${id}~`)
          const [head, ...others] = contents<ReceiptHead>(rows)
          if (head === undefined || others.length > 0) return undefined
          const changes = database
            .prepare('SELECT content FROM changes WHERE deployment = ? ORDER BY number')
            .all(head.id)
          return { ...head, changes: contents<ReceiptChange>(changes) }
        },
        undefined,
      ),
    lastWritten: (objects) =>
      use<ReadonlyMap<string, JsonObject>>(
        false,
        (database) => {
          const last = database.prepare(
            'SELECT content FROM changes WHERE kind = ? AND id = ? ORDER BY deployment DESC LIMIT 10',
          )
          const found = objects.flatMap((object) => {
            const done = contents<ReceiptChange>(last.all(object.kind, object.id)).find((one) => one.result === 'done')
            return done === undefined || done.after === null ? [] : [[keyOf(object), done.after] as const]
          })
          return new Map(found)
        },
        new Map(),
      ),
  }
}

function put(database: Database.Database, { changes, ...head }: Receipt): void {
  inTransaction(database, () => {
    database.prepare('DELETE FROM changes WHERE deployment = ?').run(head.id)
    database
      .prepare('INSERT OR REPLACE INTO deployments (id, pack, content) VALUES (?, ?, ?)')
      .run(head.id, head.pack.name, JSON.stringify(head))
    const insert = database.prepare(
      'INSERT INTO changes (deployment, number, kind, id, content) VALUES (?, ?, ?, ?, ?)',
    )
    for (const [number, change] of changes.entries())
      insert.run(head.id, number, change.kind, change.id, JSON.stringify(change))
    return { keep: true, value: undefined }
  })
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what was put is what is read
function contents<T>(rows: readonly unknown[]): readonly T[] {
  return (rows as readonly { readonly content: string }[]).map((row) => JSON.parse(row.content) as T)
}
