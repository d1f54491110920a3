import type { JsonObject } from '../../event/field.ts'
import type { Fate } from '../delivery/target.ts'
import type { SpoolRecord } from '../spool/record.ts'

/** The body of `_bulk`: each event is to be created under its own id. */
export function bulkBody(records: readonly SpoolRecord[]): Buffer {
  const heads = records.map(({ id }) => `{"create":{"_id":${JSON.stringify(id)}}}\n`)
  const size = records.reduce((sum, { length }, at) => sum + 3 * (heads[at]?.length ?? 0) + length + 1, 0)
  const body = Buffer.allocUnsafeSlow(size)
  let at = 0
  for (const [place, record] of records.entries()) {
    at += body.write(heads[place] ?? '', at)
    at += record.copyTo(body, at)
    body[at++] = NEWLINE
  }
  return body.subarray(0, at)
}

const NEWLINE = 0x0a

const FILTER =
  'errors,items.*.status,items.*.failure_store,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason'

/** What of the answer is asked for; where an event went matters only when it may be elsewhere too. */
export function bulkFilter(attempted: boolean): string {
  return attempted ? `${FILTER},items.*._index` : FILTER
}

/** Statuses of an item that pass: the node is busy, or the index cannot be written just now. */
const PASSING = new Set([403, 404, 408, 429, 500, 502, 503, 504])

/**
 * The fate of each event by the answer to `_bulk`; undefined when it is not such an answer. An event that is there
 * already (409) is as it should be when it may have been sent before; when it was not, somebody else has written under
 * its id. One that the mapping or a pipeline refused is told as taken (201) where the stream has a failure store: there
 * no rule looks for it (`failure_store: used`, Elastic's documentation of `_bulk`).
 *
 * @param elsewhere true when an event that was created went to another index than the one where the earlier attempts
 * were looked up: then the stream was rolled over in between and an earlier attempt may be there too
 */
export function bulkFates(
  body: JsonObject,
  count: number,
  attempted: boolean,
  elsewhere: (index: string) => boolean,
): readonly Fate[] | undefined {
  const { items } = body
  if (!Array.isArray(items) || items.length !== count) return undefined
  return (items as readonly JsonObject[]).map((item): Fate => {
    const done = (item['create'] ?? {}) as BulkItem
    const { status = 0 } = done
    if (done.failure_store === 'used') return { kind: 'refused', why: MISLAID }
    if (status >= 200 && status < 300)
      return attempted && done._index !== undefined && elsewhere(done._index) ? { kind: 'twice' } : { kind: 'stored' }
    if (status === 409)
      return attempted ? { kind: 'there' } : { kind: 'conflict', why: 'another document has its event.id (409)' }
    const why = `${reasonOf(done.error)} (${status})`
    return PASSING.has(status) ? { kind: 'again', why } : { kind: 'refused', why }
  })
}

const MISLAID = 'its mapping or a pipeline refused it, and it went to the failure store (search "<stream>::failures")'

interface BulkItem {
  readonly status?: number
  readonly _index?: string
  readonly failure_store?: string
  readonly error?: BulkError
}

interface BulkError {
  readonly type?: string
  readonly reason?: string
  readonly caused_by?: { readonly reason?: string }
}

const LONGEST = 500

function reasonOf(error: BulkError | undefined): string {
  const text = [error?.type, error?.reason, error?.caused_by?.reason].filter((part) => part !== undefined).join(': ')
  return text.replace(/\s+/g, ' ').slice(0, LONGEST)
}
