import { replyFailure } from '../failure.ts'
import { elasticsearch } from './server.ts'
import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { isJsonObject, keyOf } from '../object.ts'
import { inGroups } from '../pace.ts'
import type { Reading } from '../reading.ts'
import { changeShape, headShape, readablePart, readParts, wholeReceipt } from '../receipt-shape.ts'
import type { Receipt, ReceiptChange, ReceiptStore } from '../receipt.ts'
import type { ClusterClient } from './cluster-client.ts'

/** Where receipts lie in Elasticsearch: a document for each, and one for each of its changes. */
export const RECEIPT_INDEX = 'detpack-receipts'
/** What was there before and after lies in one text, that is not indexed: no rule can make mappings grow. */
const INDEX_BODY: JsonObject = {
  settings: { auto_expand_replicas: '0-1', number_of_shards: 1, hidden: true },
  mappings: {
    dynamic: 'strict',
    _meta: { detpack: { format: 1 } },
    properties: {
      type: { type: 'keyword' },
      receipt: { type: 'keyword' },
      pack: { type: 'keyword' },
      object: { type: 'keyword', ignore_above: 1000 },
      result: { type: 'keyword' },
      number: { type: 'integer' },
      content: { type: 'keyword', index: false, doc_values: false },
    },
  },
}
const BULK = 500
const MOST = 10_000

/** Receipts as documents of the index `detpack-receipts`, which is made with the first. */
export function elasticReceipts(client: ClusterClient): ReceiptStore {
  return {
    put: (receipt) => put(client, receipt),
    heads: async (pack, limit) => {
      const query = { bool: { filter: [{ term: { type: 'receipt' } }, { term: { pack } }] } }
      const found = await find(client, { query, size: limit, sort: [{ receipt: 'desc' }] })
      return found.kind === 'failed' ? found : readParts(found.value, headShape)
    },
    get: async (id) => {
      const query = { bool: { filter: [{ term: { type: 'receipt' } }, { prefix: { receipt: id } }] } }
      const kept = await find(client, { query, size: 2 })
      const heads = kept.kind === 'failed' ? kept : readParts(kept.value, headShape)
      if (heads.kind === 'failed') return heads
      const [head, ...others] = heads.value
      if (head === undefined || others.length > 0) return { kind: 'read', value: undefined }
      const filter = [{ term: { type: 'change' } }, { term: { receipt: head.id } }]
      const changes: ReceiptChange[] = []
      for (let after = -1; ; after += BULK) {
        const texts = await find(client, {
          query: { bool: { filter } },
          size: BULK,
          sort: [{ number: 'asc' }],
          search_after: [after],
        })
        const page = texts.kind === 'failed' ? texts : readParts(texts.value, changeShape)
        if (page.kind === 'failed') return page
        changes.push(...page.value)
        if (page.value.length < BULK) break
      }
      return wholeReceipt(head, changes)
    },
    lastWritten: async (objects) => {
      const found = new Map<string, JsonObject>()
      for (const group of inGroups(objects, BULK)) {
        const filter = [
          { term: { type: 'change' } },
          { term: { result: 'done' } },
          { terms: { object: group.map(keyOf) } },
        ]
        const page = await find(client, {
          query: { bool: { filter } },
          size: Math.min(MOST, group.length),
          sort: [{ receipt: 'desc' }],
          collapse: { field: 'object' },
        })
        if (page.kind === 'failed') return page
        for (const text of page.value) {
          const change = readablePart(text, changeShape)
          if (change !== undefined && change.after !== null) found.set(keyOf(change), change.after)
        }
      }
      return { kind: 'read', value: found }
    },
  }
}

async function put(client: ClusterClient, { changes, ...head }: Receipt): Promise<readonly Diagnostic[]> {
  const doing = 'keep the receipt'
  const there = await client.request({ method: 'GET', path: `/${RECEIPT_INDEX}/_mapping`, doing })
  if (there.kind === 'failed') return [there.diagnostic]
  if (there.kind === 'absent') {
    const made = await client.request({ method: 'PUT', path: `/${RECEIPT_INDEX}`, body: INDEX_BODY, doing })
    // Another deployment may have made it in between.
    const now = await client.request({ method: 'GET', path: `/${RECEIPT_INDEX}/_mapping`, doing })
    if (made.kind === 'failed' && now.kind !== 'ok') return [made.diagnostic]
  }
  const { id, pack } = head
  const document = (name: string, fields: JsonObject, content: unknown): string =>
    `${JSON.stringify({ index: { _id: name } })}\n${JSON.stringify({ ...fields, receipt: id, pack: pack.name, content: JSON.stringify(content) })}\n`
  const lines = [
    // The head last: a receipt that has one is whole.
    ...changes.map((change, number) =>
      document(`${id}-${number}`, { type: 'change', object: keyOf(change), result: change.result, number }, change),
    ),
    document(id, { type: 'receipt' }, head),
  ]
  for (const group of inGroups(lines, BULK)) {
    const path = `/${RECEIPT_INDEX}/_bulk?refresh=true`
    const reply = await client.request({ method: 'POST', path, lines: group.join(''), doing })
    if (reply.kind === 'failed') return [reply.diagnostic]
    if (reply.kind === 'absent' || !isJsonObject(reply.body) || reply.body['errors'] !== false) {
      const said = reply.kind === 'ok' ? firstError(reply.body) : 'the index is gone'
      return [replyFailure(elasticsearch, doing, said)]
    }
  }
  return []
}

/** The contents of the documents found. */
async function find(client: ClusterClient, body: JsonObject): Promise<Reading<readonly string[]>> {
  const doing = 'read the receipts'
  const path = `/${RECEIPT_INDEX}/_search?ignore_unavailable=true`
  const reply = await client.request({ method: 'POST', path, body, doing })
  if (reply.kind === 'failed') return reply
  const hits = reply.kind === 'ok' && isJsonObject(reply.body) ? reply.body['hits'] : undefined
  const rows = isJsonObject(hits) && Array.isArray(hits['hits']) ? (hits['hits'] as readonly Json[]) : []
  const contents = rows.flatMap((row) => {
    const source = isJsonObject(row) ? row['_source'] : undefined
    return isJsonObject(source) && typeof source['content'] === 'string' ? [source['content']] : []
  })
  return { kind: 'read', value: contents }
}

function firstError(body: Json): string {
  const items = isJsonObject(body) && Array.isArray(body['items']) ? (body['items'] as readonly Json[]) : []
  const text = JSON.stringify(items.find((item) => JSON.stringify(item).includes('"error"')) ?? body)
  return text.slice(0, 300)
}
