import { error } from '../diagnostic/diagnostic.ts'
import type { Reading } from './reading.ts'
import type { Receipt, ReceiptChange, ReceiptHead } from './receipt.ts'
import { kindShape, packShape, placeShape, purposeShape } from './plan-shape.ts'
import { content, count, line, orNull, parseJson, record, text, word, type Shape } from '../artifact/shape.ts'

export const headShape: Shape<ReceiptHead> = record<ReceiptHead>({
  id: line,
  purpose: purposeShape,
  place: placeShape,
  pack: packShape,
  by: text,
  at: line,
  state: word<ReceiptHead['state']>(['open', 'done', 'failed', 'taken-back']),
  planned: count,
  done: count,
  undoes: orNull(line),
})

export const changeShape: Shape<ReceiptChange> = record<ReceiptChange>({
  kind: kindShape,
  id: line,
  title: text,
  action: word<ReceiptChange['action']>(['create', 'update', 'replace', 'adopt', 'delete']),
  before: orNull(content),
  after: orNull(content),
  result: word<ReceiptChange['result']>(['planned', 'done', 'failed', 'skipped', 'undone']),
})

/** Parts of receipts as a target keeps them. Anybody who may write there may have changed them: `target/receipt`. */
export function readParts<T>(texts: readonly string[], shape: Shape<T>): Reading<readonly T[]> {
  const parts: T[] = []
  for (const text of texts) {
    const value = parseJson(text)
    const wrong = value === undefined ? 'it was cut off, or is something else' : shape(value, 'it')
    if (wrong !== undefined) return damaged(wrong)
    parts.push(value as T)
  }
  return { kind: 'read', value: parts }
}

/** The same, without those that are damaged: for what is only shown. */
export function readablePart<T>(text: string, shape: Shape<T>): T | undefined {
  const read = readParts([text], shape)
  return read.kind === 'read' ? read.value[0] : undefined
}

/** A receipt that lacks a change would put back a part of what was done. */
export function wholeReceipt(head: ReceiptHead, changes: readonly ReceiptChange[]): Reading<Receipt> {
  if (changes.length === head.planned) return { kind: 'read', value: { ...head, changes } }
  return damaged(`${head.id} holds ${changes.length} of ${head.planned} changes`)
}

function damaged(how: string): { readonly kind: 'failed'; readonly diagnostic: ReturnType<typeof error> } {
  const hint = 'nothing is done by it; "detpack diff" shows what differs from the pack now'
  return { kind: 'failed', diagnostic: error('target/receipt', `a receipt is damaged: ${how}`, undefined, { hint }) }
}
