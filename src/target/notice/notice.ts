import { setTimeout as sleep } from 'node:timers/promises'
import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { persist, type Attempt, type Pace } from '../pace.ts'

/** An alert as it is handed on. */
export interface Notice {
  readonly id: string
  readonly rule: string
  readonly title: string
  readonly level: 'informational' | 'low' | 'medium' | 'high' | 'critical'
  /** One line of JSON: all there is to say. */
  readonly json: string
}

/** A place that alerts are handed on to. */
export interface Receiver {
  /** For people, without secrets. */
  readonly name: string
  /** Tries once; gives what went wrong, and whether the same may do better later. */
  readonly hand: (notice: Notice) => Promise<Attempt<string | null>>
  readonly close: () => void
}

/** More than this wait for a receiver only where something is wrong with it. */
const MOST_WAITING = 10_000

export const NOTICE_PACE: Pace = { timeout: 10_000, attempts: 6, pause: 500, longestPause: 30_000 }

/**
 * Hands alerts on, to each receiver in order, without holding up what finds them. One that is not taken is tried again
 * with growing pauses, and is told as lost in the end (`target/not-handed-on`); the alert itself is kept in any case.
 */
export class Notices {
  readonly #lanes: readonly Lane[]
  readonly #pace: Pace
  readonly #tell: (diagnostics: readonly Diagnostic[]) => void
  #ended = false
  handed = 0
  lost = 0

  constructor(
    receivers: readonly Receiver[],
    tell: (diagnostics: readonly Diagnostic[]) => void,
    pace: Pace = NOTICE_PACE,
  ) {
    this.#pace = pace
    this.#tell = tell
    this.#lanes = receivers.map((receiver) => ({ receiver, waiting: [], handing: null, working: null }))
  }

  push(notice: Notice): void {
    for (const lane of this.#lanes) {
      if (lane.waiting.length >= MOST_WAITING) this.#lose(lane, notice, `${MOST_WAITING} others wait already`)
      else {
        lane.waiting.push(notice)
        lane.working ??= this.#work(lane).finally(() => (lane.working = null))
      }
    }
  }

  /** Waits until all is handed on, or for so long, ms; what then still waits is told as lost. */
  async end(grace: number): Promise<void> {
    const patience = new AbortController()
    const all = Promise.all(this.#lanes.map((lane) => lane.working ?? Promise.resolve()))
    const waited = sleep(grace, undefined, { signal: patience.signal }).catch(() => undefined)
    await Promise.race([all, waited])
    patience.abort()
    for (const lane of this.#lanes) {
      this.#ended = true
      // The one under way may arrive or not; nobody will know.
      const rest = [...(lane.handing === null ? [] : [lane.handing]), ...lane.waiting.splice(0)]
      lane.handing = null
      for (const notice of rest) this.#lose(lane, notice, 'this ends')
      lane.receiver.close()
    }
  }

  async #work(lane: Lane): Promise<void> {
    for (let notice = lane.waiting.shift(); notice !== undefined; notice = lane.waiting.shift()) {
      const sent = notice
      lane.handing = sent
      const problem = await persist(this.#pace, () => lane.receiver.hand(sent))
      // It was given up meanwhile.
      if (this.#ended) return
      lane.handing = null
      if (problem === null) this.handed++
      else this.#lose(lane, sent, problem)
    }
  }

  #lose({ receiver }: Lane, notice: Notice, why: string): void {
    this.lost++
    const message = `the alert ${notice.id.slice(0, 12)} ("${notice.title}") was not taken by ${receiver.name}: ${why}`
    this.#tell([warning('target/not-handed-on', message)])
  }
}

interface Lane {
  readonly receiver: Receiver
  readonly waiting: Notice[]
  handing: Notice | null
  working: Promise<void> | null
}
