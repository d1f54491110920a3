import type { Receipt, ReceiptHead, ReceiptStore } from '../../../src/target/receipt.ts'
import type { Target } from '../../../src/target/target.ts'

/** Receipts in memory: those of Elastic are kept in Elasticsearch. */
export function withReceipts(target: Target): Target {
  const kept = new Map<string, Receipt>()
  const heads = (): readonly ReceiptHead[] => [...kept.values()].reverse()
  const receipts: ReceiptStore = {
    put: (receipt) => {
      kept.set(receipt.id, receipt)
      return Promise.resolve([])
    },
    heads: () => Promise.resolve({ kind: 'read', value: heads() }),
    get: (id) => Promise.resolve({ kind: 'read', value: kept.get(id) }),
    lastWritten: () => Promise.resolve({ kind: 'read', value: new Map() }),
  }
  return { ...target, receipts }
}
