import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { isJsonObject, keyOf } from '../object.ts'
import { inGroups } from '../pace.ts'
import type { Reading } from '../reading.ts'
import { changeShape, headShape, readablePart, readParts, wholeReceipt } from '../receipt-shape.ts'
import type { Receipt, ReceiptChange, ReceiptStore } from '../receipt.ts'
import { replyFailure } from '../failure.ts'
import { splunkd } from './server.ts'
import { part, unmet, type SplunkClient } from './splunk-client.ts'

/** The collection of the app's KV store that receipts lie in: a document for each, and one for each of its changes. */
export const RECEIPT_COLLECTION = 'detpack_receipts'
export const RECEIPT_FIELDS = ['type', 'receipt', 'pack', 'object', 'result', 'number', 'content'] as const

/** The KV store takes 1,000 documents at once; a change may hold some 30 kB. */
const BATCH = 200
/** Keys in one query; they make 5 kB of an address. */
const KEYS = 50
const DATA = `storage/collections/data/${RECEIPT_COLLECTION}`
const NEEDS = 'write permission to the app and its KV store'

/** Receipts as documents of the collection `detpack_receipts`, which is made with the first. */
export function splunkReceipts(client: SplunkClient): ReceiptStore {
  return {
    put: (receipt) => put(client, receipt),
    heads: async (pack, limit) => {
      const found = await find(client, { type: 'receipt', pack }, { sort: 'receipt:-1', limit: String(limit) })
      return found.kind === 'failed' ? found : readParts(found.value, headShape)
    },
    get: async (id) => {
      const named = { $and: [{ type: 'receipt' }, { receipt: { $gte: id } }, { receipt: { $lt: `${id}~` } }] }
      const kept = await find(client, named, { limit: '2' })
      const heads = kept.kind === 'failed' ? kept : readParts(kept.value, headShape)
      if (heads.kind === 'failed') return heads
      const [head, ...others] = heads.value
      if (head === undefined || others.length > 0) return { kind: 'read', value: undefined }
      const changes: ReceiptChange[] = []
      for (;;) {
        const texts = await find(
          client,
          { type: 'change', receipt: head.id },
          { sort: 'number', limit: String(BATCH), skip: String(changes.length) },
        )
        const page = texts.kind === 'failed' ? texts : readParts(texts.value, changeShape)
        if (page.kind === 'failed') return page
        changes.push(...page.value)
        if (page.value.length < BATCH) return wholeReceipt(head, changes)
      }
    },
    lastWritten: async (objects) => {
      const found = new Map<string, JsonObject>()
      for (const group of inGroups(objects, KEYS)) {
        const query = {
          $and: [{ type: 'change' }, { result: 'done' }, { $or: group.map((each) => ({ object: keyOf(each) })) }],
        }
        const page = await find(client, query, { sort: 'receipt:-1' })
        if (page.kind === 'failed') return page
        for (const change of page.value.map((text) => readablePart(text, changeShape)))
          if (change !== undefined && change.after !== null && !found.has(keyOf(change)))
            found.set(keyOf(change), change.after)
      }
      return { kind: 'read', value: found }
    },
  }
}

async function put(client: SplunkClient, { changes, ...head }: Receipt): Promise<readonly Diagnostic[]> {
  const doing = 'keep the receipt'
  const made = await makeCollection(client, doing)
  if (made !== undefined) return [made]
  const { id, pack } = head
  const document = (key: string, fields: JsonObject, content: unknown): JsonObject => ({
    ...{ _key: key, receipt: id, pack: pack.name, content: JSON.stringify(content) },
    ...fields,
  })
  const documents = [
    // The head last: a receipt that has one is whole.
    ...changes.map((change, number) =>
      document(`${id}-${number}`, { type: 'change', object: keyOf(change), result: change.result, number }, change),
    ),
    document(id, { type: 'receipt' }, head),
  ]
  // One of that key is replaced, so that a lost answer does no harm.
  for (const json of inGroups(documents, BATCH)) {
    const path = { app: `${DATA}/batch_save` }
    const reply = await client.request({ method: 'POST', path, json, doing, needs: NEEDS })
    if (reply.kind !== 'ok') return [unmet(reply, doing)]
    if (!Array.isArray(reply.body)) return [replyFailure(splunkd, doing, 'the answer is no list of keys')]
  }
  return []
}

async function makeCollection(client: SplunkClient, doing: string): Promise<Diagnostic | undefined> {
  const path = 'storage/collections/config'
  const there = await client.request({ method: 'GET', path: { app: `${path}/${part(RECEIPT_COLLECTION)}` }, doing })
  if (there.kind === 'ok') return undefined
  if (there.kind !== 'absent') return unmet(there, doing)
  const fields = RECEIPT_FIELDS.map((name) => [`field.${name}`, name === 'number' ? 'number' : 'string'])
  const form = { name: RECEIPT_COLLECTION, ...Object.fromEntries(fields) } as Readonly<Record<string, string>>
  const made = await client.request({ method: 'POST', path: { app: path }, form, doing, needs: NEEDS })
  // Another deployment may have made it in between.
  return made.kind === 'ok' || made.kind === 'conflict' ? undefined : unmet(made, doing)
}

/** The contents of the documents found. */
async function find(
  client: SplunkClient,
  query: JsonObject,
  how: Readonly<Record<string, string>>,
): Promise<Reading<readonly string[]>> {
  const doing = 'read the receipts'
  const asked = { query: JSON.stringify(query), ...how }
  const reply = await client.request({ method: 'GET', path: { app: DATA }, query: asked, doing })
  if (reply.kind === 'absent') return { kind: 'read', value: [] }
  if (reply.kind !== 'ok') return { kind: 'failed', diagnostic: unmet(reply, doing) }
  const { body } = reply
  if (!Array.isArray(body)) return { kind: 'failed', diagnostic: replyFailure(splunkd, doing, 'the answer is no list') }
  const contents = (body as readonly Json[]).flatMap((row) =>
    isJsonObject(row) && typeof row['content'] === 'string' ? [row['content']] : [],
  )
  return { kind: 'read', value: contents }
}
