import type { Batch, Answer, CheckAnswer, Fate, ShipTarget } from '../delivery/target.ts'
import type { ReadyDestination } from '../../target/destination.ts'
import { jsonObject, openHttp, type HttpClient, type HttpReply } from '../http/http-client.ts'
import { replyFailure } from '../../target/failure.ts'
import { elasticsearch } from '../../target/elastic/server.ts'
import { bulkBody, bulkFates, bulkFilter } from './bulk.ts'
import { backingIndices, idsIn, isElasticsearch, noTemplate, troubleOf, type Trouble } from './write-index.ts'

export interface ElasticShipping {
  readonly destination: ReadyDestination
  /** The data stream to write to. */
  readonly stream: string
  /** For one request and its answer, ms. */
  readonly timeout: number
}

/** So many keep a node of two cores busy; with two it has little to do while the next is made ready. */
const WINDOW = 3
/** Mapped as a keyword when a template of the events applies; Elasticsearch itself would make it a text. */
const MAPPED_ID = 'template.mappings.properties.event.properties.id.type'

/**
 * Elasticsearch by `_bulk` (event contract §7): `create` under the event's id, so that an event is there once within a
 * backing index however often it is sent. Before a batch is repeated, the write index is asked for; when it is another
 * than that of the first attempt, the batch is looked up in those before it, and only what is in none of them is sent.
 */
export function elasticTarget(shipping: ElasticShipping): ShipTarget {
  const { destination, timeout } = shipping
  return new ElasticTarget(shipping, openHttp(destination, 2 * WINDOW + 2, timeout))
}

class ElasticTarget implements ShipTarget {
  readonly name: string
  readonly window = WINDOW
  place: string | null = null
  readonly #client: HttpClient
  readonly #stream: string
  readonly #to: ReadyDestination

  constructor({ destination, stream }: ElasticShipping, client: HttpClient) {
    this.name = `${stream} at ${destination.base}`
    this.#client = client
    this.#stream = stream
    this.#to = destination
  }

  async check(): Promise<CheckAnswer> {
    const backing = await backingIndices(this.#client, this.#stream, this.#to)
    if (backing.kind !== 'backing') return backing
    this.place = backing.indices.at(-1) ?? null
    if (this.place !== null) return { kind: 'ready', diagnostics: [] }
    const path = `/_index_template/_simulate_index/${encodeURIComponent(this.#stream)}?filter_path=${MAPPED_ID}`
    const answer = await this.#client.send({ method: 'POST', path })
    // Who may not look at templates is believed.
    const guessed = answer.kind === 'answer' && answer.status === 200 && !answer.text.includes('"keyword"')
    return guessed ? { kind: 'held', diagnostic: noTemplate(this.#stream) } : { kind: 'ready', diagnostics: [] }
  }

  async send(batch: Batch): Promise<Answer> {
    if (!batch.attempted) return this.#create(batch, undefined)
    const backing = await backingIndices(this.#client, this.#stream, this.#to)
    if (backing.kind !== 'backing') return backing
    const { indices } = backing
    this.place = indices.at(-1) ?? null
    const first = batch.place === null ? 0 : Math.max(0, indices.indexOf(batch.place))
    const there = await this.#lookUp(batch, indices.slice(first, -1))
    if (!(there instanceof Set)) return there
    const missing = batch.records.filter(({ id }) => !there.has(id))
    if (missing.length === 0) return { kind: 'fates', fates: batch.records.map(() => ({ kind: 'there' })) }
    const answer = await this.#create({ ...batch, records: missing }, this.place ?? undefined)
    return there.size === 0 ? answer : merge(batch, there, answer)
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  async #lookUp({ records }: Batch, indices: readonly string[]): Promise<Set<string> | Trouble> {
    const there = new Set<string>()
    const ids = records.map(({ id }) => id)
    for (const index of indices) {
      const found = await idsIn(this.#client, index, ids, this.#to)
      if (found.kind !== 'ids') return found
      for (const id of found.ids) there.add(id)
    }
    return there
  }

  /** @param expected the index that was written to a moment ago */
  async #create({ records, attempted }: Batch, expected: string | undefined): Promise<Answer> {
    const answer = await this.#client.send({
      method: 'POST',
      path: `/${encodeURIComponent(this.#stream)}/_bulk?filter_path=${bulkFilter(attempted)}`,
      headers: { 'content-type': 'application/x-ndjson' },
      body: bulkBody(records),
    })
    const doing = `write events to "${this.#stream}"`
    if (answer.kind === 'none' || answer.status !== 200) {
      const why = answer.kind === 'answer' ? wrongWith(answer) : undefined
      return why === undefined ? troubleOf(answer, doing, this.#to) : inParts(records.length, why)
    }
    const body = jsonObject(answer.text)
    const fates =
      body && bulkFates(body, records.length, attempted, (index) => expected !== undefined && index !== expected)
    if (fates === undefined)
      return { kind: 'later', diagnostic: replyFailure(elasticsearch, doing, 'the answer does not fit the request') }
    return fates.every((fate) => fate.kind === 'stored') ? { kind: 'stored' } : { kind: 'fates', fates }
  }
}

/** Why a request was refused for what is in it. A gateway on the way that says 400 does not know what that is. */
function wrongWith({ status, headers, text }: HttpReply): string | undefined {
  const said = text.replace(/\s+/g, ' ').slice(0, 500)
  if (status === 413) return `it is too large for the target or a gateway before it (413): ${said}`
  return status === 400 && isElasticsearch(headers) ? said : undefined
}

/** The request as a whole was refused: by halves what is wrong with it is found. */
function inParts(count: number, why: string): Answer {
  return count > 1 ? { kind: 'split', at: [count >> 1] } : { kind: 'fates', fates: [{ kind: 'refused', why }] }
}

/** The fates of what was sent, between those that were found elsewhere. */
function merge({ records }: Batch, there: ReadonlySet<string>, answer: Answer): Answer {
  if (answer.kind === 'later' || answer.kind === 'held') return answer
  // Sent again as a whole, it is looked up again.
  if (answer.kind === 'split') return { kind: 'split', at: [records.length >> 1] }
  let next = 0
  const fates = records.map(({ id }): Fate => {
    if (there.has(id)) return { kind: 'there' }
    return answer.kind === 'stored' ? { kind: 'stored' } : (answer.fates[next++] ?? { kind: 'again', why: 'no answer' })
  })
  return { kind: 'fates', fates }
}
