import type Database from 'libsql'
import type { JsonObject } from '../../event/field.ts'
import { keyOf } from '../object.ts'
import type { Reading } from '../reading.ts'
import { changeShape, headShape, readablePart, readParts, wholeReceipt } from '../receipt-shape.ts'
import type { Receipt, ReceiptStore } from '../receipt.ts'
import { inTransaction } from './store.ts'

type Use = <T>(make: boolean, work: (database: Database.Database) => T, none: T) => Promise<Reading<T>>

/** The receipts in the store: heads in one table, what was changed in another. */
export function localReceipts(use: Use): ReceiptStore {
  return {
    put: async (receipt) => {
      const kept = await use(true, (database) => put(database, receipt), undefined)
      return kept.kind === 'failed' ? [kept.diagnostic] : []
    },
    heads: async (pack, limit) => {
      const sql = 'SELECT content FROM deployments WHERE pack = ? ORDER BY id DESC LIMIT ?'
      const found = await use(false, (database) => contents(database.prepare(sql).all(pack, limit)), [])
      return found.kind === 'failed' ? found : readParts(found.value, headShape)
    },
    get: async (id) => {
      const sql = 'SELECT content FROM deployments WHERE id >= ? AND id < ?'
      const rows = await use(false, (database) => contents(database.prepare(sql).all(id, `${id}~`)), [])
      const heads = rows.kind === 'failed' ? rows : readParts(rows.value, headShape)
      if (heads.kind === 'failed') return heads
      const [head, ...others] = heads.value
      if (head === undefined || others.length > 0) return { kind: 'read', value: undefined }
      const ofOne = 'SELECT content FROM changes WHERE deployment = ? ORDER BY number'
      const texts = await use(false, (database) => contents(database.prepare(ofOne).all(head.id)), [])
      const changes = texts.kind === 'failed' ? texts : readParts(texts.value, changeShape)
      return changes.kind === 'failed' ? changes : wholeReceipt(head, changes.value)
    },
    lastWritten: (objects) =>
      use<ReadonlyMap<string, JsonObject>>(
        false,
        (database) => {
          const last = database.prepare(
            'SELECT content FROM changes WHERE kind = ? AND id = ? ORDER BY deployment DESC LIMIT 10',
          )
          const found = objects.flatMap((object) => {
            const changes = contents(last.all(object.kind, object.id)).map((text) => readablePart(text, changeShape))
            const done = changes.find((one) => one?.result === 'done')
            return done?.after === undefined || done.after === null ? [] : [[keyOf(object), done.after] as const]
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

function contents(rows: readonly unknown[]): readonly string[] {
  return (rows as readonly { readonly content: string }[]).map((row) => row.content)
}
