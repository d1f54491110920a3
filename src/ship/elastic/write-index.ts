import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { JsonObject } from '../../event/field.ts'
import { connectionFailure, isCertificateProblem, replyFailure, statusFailure } from '../../target/failure.ts'
import { elasticsearch } from '../../target/elastic/server.ts'
import { isPassing, retryAfter } from '../../target/pace.ts'
import { jsonObject, type HttpAnswer, type HttpClient, type HttpReply } from '../http/http-client.ts'

export type Trouble = {
  readonly kind: 'later' | 'held'
  readonly diagnostic: Diagnostic
  readonly wait?: number | undefined
}

/** The backing indices of a data stream, oldest first; the last one is written to. Empty when there is no stream. */
export type Backing = { readonly kind: 'backing'; readonly indices: readonly string[] } | Trouble

/** What an answer means that is not the one that was asked for. */
export function troubleOf(
  answer: HttpAnswer,
  doing: string,
  to: { readonly base: string; readonly redact: (text: string) => string },
): Trouble {
  if (answer.kind === 'none') {
    const kind = isCertificateProblem(answer.reason) ? 'held' : 'later'
    return { kind, diagnostic: connectionFailure(elasticsearch, to.base, answer.reason) }
  }
  const { status, headers, text } = answer
  const said = to.redact(messageOf(jsonObject(text), text))
  const diagnostic = statusFailure(elasticsearch, status, doing, said)
  const passing = isPassing(status) || status === 500 || status === 408
  // The hint there speaks of deploying.
  const hint = status === 403 ? { hint: PRIVILEGES } : {}
  return { kind: passing ? 'later' : 'held', diagnostic: { ...diagnostic, ...hint }, wait: retryAfter(headers) }
}

const PRIVILEGES =
  'the key needs create_doc, auto_configure, view_index_metadata and read on the data stream (mappings/elastic/shipper-role.json)'

/** The answer is Elasticsearch's own, and not that of something on the way. */
export function isElasticsearch(headers: HttpReply['headers']): boolean {
  return headers['x-elastic-product'] === 'Elasticsearch'
}

/** Asks which indices are behind a data stream. A plain index or alias stands for itself. */
export async function backingIndices(
  client: HttpClient,
  stream: string,
  to: { readonly base: string; readonly redact: (text: string) => string },
): Promise<Backing> {
  const doing = `look at the data stream "${stream}"`
  const answer = await client.send({ method: 'GET', path: `/_resolve/index/${encodeURIComponent(stream)}` })
  if (answer.kind === 'none') return troubleOf(answer, doing, to)
  const body = jsonObject(answer.text)
  if (!isElasticsearch(answer.headers) && (answer.status === 200 || answer.status === 404))
    return {
      kind: 'held',
      diagnostic: replyFailure(elasticsearch, doing, 'it does not say that it is Elasticsearch'),
    }
  if (answer.status === 404) return { kind: 'backing', indices: [] }
  if (answer.status !== 200 || body === undefined) return troubleOf(answer, doing, to)
  const [found] = (body['data_streams'] ?? []) as readonly { readonly backing_indices?: readonly string[] }[]
  if (found?.backing_indices !== undefined) return { kind: 'backing', indices: found.backing_indices }
  const others = [
    ...((body['indices'] ?? []) as readonly JsonObject[]),
    ...((body['aliases'] ?? []) as readonly JsonObject[]),
  ]
  return { kind: 'backing', indices: others.length > 0 ? [stream] : [] }
}

/** Which of these ids an index holds, written or not yet refreshed. */
export async function idsIn(
  client: HttpClient,
  index: string,
  ids: readonly string[],
  to: { readonly base: string; readonly redact: (text: string) => string },
): Promise<{ readonly kind: 'ids'; readonly ids: ReadonlySet<string> } | Trouble> {
  const answer = await client.send({
    method: 'POST',
    path: `/${encodeURIComponent(index)}/_mget?_source=false&filter_path=docs._id,docs.found`,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ ids })),
  })
  const body = answer.kind === 'answer' && answer.status === 200 ? jsonObject(answer.text) : undefined
  const docs = body?.['docs']
  if (!Array.isArray(docs)) {
    // It was deleted in between, by its life cycle.
    if (answer.kind === 'answer' && answer.status === 404) return { kind: 'ids', ids: new Set() }
    return troubleOf(answer, `look up events in "${index}"`, to)
  }
  const found = (docs as readonly JsonObject[])
    .filter((one) => one['found'] === true)
    .flatMap((one) => (typeof one['_id'] === 'string' ? [one['_id']] : []))
  return { kind: 'ids', ids: new Set(found) }
}

/** The reason of an error in Elasticsearch's shape, else the text itself. */
function messageOf(body: JsonObject | undefined, text: string): string {
  const at = body?.['error']
  if (typeof at === 'string') return at
  const reason = at !== null && typeof at === 'object' && !Array.isArray(at) ? (at as JsonObject)['reason'] : undefined
  return typeof reason === 'string' ? reason : text.replace(/\s+/g, ' ').trim()
}

/** `ship/no-template`: events would be mapped by guess. */
export function noTemplate(stream: string): Diagnostic {
  const message = `there is no data stream "${stream}", and no index template of detpack that would make it`
  return error('ship/no-template', message, undefined, { hint: 'run "detpack deploy -t elastic" first' })
}
