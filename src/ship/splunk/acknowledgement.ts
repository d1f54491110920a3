import type { HttpClient } from '../http/http-client.ts'
import { jsonObject } from '../http/http-client.ts'

/** Times in milliseconds. */
export interface AckPace {
  /** Before the first question; grows from there. */
  readonly pause: number
  readonly longestPause: number
  /** After so long without an acknowledgement a batch is sent again. */
  readonly patience: number
}

export const DEFAULT_ACK_PACE: AckPace = { pause: 250, longestPause: 10_000, patience: 300_000 }

interface Waiting {
  /** By the steady clock, ms. */
  readonly since: number
  readonly decide: (acknowledged: boolean) => void
}

/**
 * Asks for the acknowledgements of one channel. Each is told once; ids are forgotten when Splunk starts anew, so one that
 * does not come in time, or a channel that is not known any more, means that the batch is to be sent again.
 */
export class Acknowledgements {
  readonly #client: HttpClient
  readonly #channel: string
  readonly #pace: AckPace
  readonly #waiting = new Map<number, Waiting>()
  #pause: number
  #timer: NodeJS.Timeout | undefined

  constructor(client: HttpClient, channel: string, pace: AckPace) {
    this.#client = client
    this.#channel = channel
    this.#pace = pace
    this.#pause = pace.pause
  }

  /** True once the batch is stored; false when it is to be sent again. */
  wait(ackId: number): Promise<boolean> {
    this.#pause = this.#pace.pause
    return new Promise((decide) => {
      // An id that comes twice: Splunk has begun to count anew.
      this.#decide(ackId, false)
      this.#waiting.set(ackId, { since: performance.now(), decide })
      this.#schedule()
    })
  }

  /** Nothing is waited for any more. */
  close(): void {
    clearTimeout(this.#timer)
    for (const ackId of [...this.#waiting.keys()]) this.#decide(ackId, false)
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => void this.#ask(), this.#pause)
  }

  async #ask(): Promise<void> {
    const acks = [...this.#waiting.keys()]
    const answer = await this.#client.send({
      method: 'POST',
      path: `/services/collector/ack?channel=${this.#channel}`,
      headers: { 'content-type': 'application/json', 'x-splunk-request-channel': this.#channel },
      body: Buffer.from(JSON.stringify({ acks })),
    })
    const found = answer.kind === 'answer' && answer.status === 200 ? jsonObject(answer.text)?.['acks'] : undefined
    if (found !== null && typeof found === 'object') {
      for (const ackId of acks) if ((found as Record<string, unknown>)[ackId] === true) this.#decide(ackId, true)
    } else if (answer.kind === 'answer' && answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
      // The channel is not known, or the token has lost its acknowledgement.
      for (const ackId of acks) this.#decide(ackId, false)
    }
    const now = performance.now()
    for (const [ackId, { since }] of this.#waiting) if (now - since >= this.#pace.patience) this.#decide(ackId, false)
    this.#timer = undefined
    this.#pause = Math.min(this.#pause * 1.5, this.#pace.longestPause)
    if (this.#waiting.size > 0) this.#schedule()
  }

  #decide(ackId: number, acknowledged: boolean): void {
    const waiting = this.#waiting.get(ackId)
    this.#waiting.delete(ackId)
    waiting?.decide(acknowledged)
  }
}
