import { randomUUID } from 'node:crypto'
import { warning } from '../../diagnostic/diagnostic.ts'
import { SOURCETYPE } from '../../event/splunk-setting.ts'
import type { Answer, Batch, CheckAnswer, ShipTarget } from '../delivery/target.ts'
import type { ReadyDestination } from '../../target/destination.ts'
import { openHttp, type HttpClient } from '../http/http-client.ts'
import type { SpoolRecord } from '../spool/record.ts'
import { Acknowledgements, type AckPace } from './acknowledgement.ts'
import { noAcknowledgement, readHec } from './hec-answer.ts'

export interface HecShipping {
  readonly destination: ReadyDestination
  /** Where the token does not say it, or may write to several. */
  readonly index: string | null
  /** A token without acknowledgement is not good enough. */
  readonly requireAck: boolean
  /** For one request and its answer, ms. */
  readonly timeout: number
  readonly ackPace: AckPace
}

/** Requests at once. */
const CONNECTIONS = 2
/** Batches of a lane that may wait for their acknowledgement: so many events may come twice after an interruption. */
export const ACK_WINDOW = 16

/**
 * Splunk by the HTTP Event Collector. It has no memory of what it took, so a batch whose answer or acknowledgement did
 * not come is sent again, and its events may be there twice; searches take each `event.id` once. Whether the token has
 * indexer acknowledgement shows in its first answer.
 */
export function hecTarget(shipping: HecShipping): ShipTarget {
  return new HecTarget(shipping, openHttp(shipping.destination, CONNECTIONS + 1, shipping.timeout))
}

class HecTarget implements ShipTarget {
  readonly name: string
  readonly place = null
  readonly #client: HttpClient
  readonly #shipping: HecShipping
  readonly #channel = randomUUID()
  readonly #acks: Acknowledgements
  /** Undefined until the first answer. */
  #acknowledges: boolean | undefined

  constructor(shipping: HecShipping, client: HttpClient) {
    this.name = `Splunk at ${shipping.destination.base}`
    this.#client = client
    this.#shipping = shipping
    this.#acks = new Acknowledgements(client, this.#channel, shipping.ackPace)
  }

  get window(): number {
    return this.#acknowledges === true ? ACK_WINDOW : CONNECTIONS
  }

  /** Asks for the acknowledgement of nothing: that tells a wrong address, a wrong token and one without acknowledgement. */
  async check(): Promise<CheckAnswer> {
    const { destination, requireAck } = this.#shipping
    const answer = await this.#client.send({
      method: 'POST',
      path: `/services/collector/ack?channel=${this.#channel}`,
      headers: { 'content-type': 'application/json', 'x-splunk-request-channel': this.#channel },
      body: Buffer.from('{"acks":[0]}'),
    })
    if (answer.kind === 'answer' && answer.status === 200 && answer.text.includes('"acks"'))
      return { kind: 'ready', diagnostics: [] }
    const said = readHec(answer, destination)
    const disabled = answer.kind === 'answer' && answer.status === 400 && /"code":\s*14\b/.test(answer.text)
    if (disabled && requireAck) return { kind: 'held', diagnostic: noAcknowledgement() }
    if (disabled) return { kind: 'ready', diagnostics: [{ ...noAcknowledgement(), severity: 'warning' }] }
    if (said.kind === 'later' || said.kind === 'held') return said
    const doubt = warning('ship/hec', 'Splunk does not say whether it takes events; they are sent nevertheless')
    return { kind: 'ready', diagnostics: [doubt] }
  }

  async send({ records }: Batch): Promise<Answer> {
    const { destination, index, requireAck } = this.#shipping
    const answer = await this.#client.send({
      method: 'POST',
      path: '/services/collector/event',
      headers: { 'content-type': 'application/json', 'x-splunk-request-channel': this.#channel },
      body: hecBody(records, index),
    })
    const said = readHec(answer, destination)
    switch (said.kind) {
      case 'taken':
        this.#acknowledges = said.ackId !== null
        if (said.ackId !== null) return this.#acknowledged(said.ackId)
        return requireAck ? { kind: 'held', diagnostic: noAcknowledgement() } : { kind: 'stored' }
      case 'later':
      case 'held':
        return said
      case 'too-large':
        return records.length > 1
          ? { kind: 'split', at: [records.length >> 1] }
          : { kind: 'fates', fates: [{ kind: 'refused', why: 'it is larger than the collector takes (413)' }] }
      case 'event':
        return partsAround(said.at, records.length, said.why)
    }
  }

  close(): Promise<void> {
    this.#acks.close()
    return this.#client.close()
  }

  async #acknowledged(ackId: number): Promise<Answer> {
    if (await this.#acks.wait(ackId)) return { kind: 'stored' }
    const message = 'Splunk did not acknowledge a batch in time; it is sent again'
    return { kind: 'later', diagnostic: warning('ship/not-acknowledged', message) }
  }
}

/** The event that was named alone, what stands before it (some of which may be taken already) and behind it apart. */
function partsAround(at: number | null, count: number, why: string): Answer {
  if (count === 1) return { kind: 'fates', fates: [{ kind: 'poison', why }] }
  return { kind: 'split', at: at === null || at >= count ? [count >> 1] : [at, at + 1] }
}

/** Events in their envelopes, one after the other. */
export function hecBody(records: readonly SpoolRecord[], index: string | null): Buffer {
  const tail = Buffer.from('}')
  const parts = records.flatMap(({ time, host, event }) => {
    const envelope = {
      ...(Number.isNaN(time) ? {} : { time: Math.round(time * 1000) / 1e6 }),
      ...(host === '' ? {} : { host }),
      source: 'detpack',
      sourcetype: SOURCETYPE,
      ...(index === null ? {} : { index }),
    }
    return [Buffer.from(`${JSON.stringify(envelope).slice(0, -1)},"event":`), event, tail]
  })
  return Buffer.concat(parts)
}
