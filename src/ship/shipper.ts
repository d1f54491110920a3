import { setTimeout as sleep } from 'node:timers/promises'
import { warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { EventFilter } from '../event/event-filter.ts'
import { Counts } from './counts.ts'
import { DeadLetters } from './delivery/dead-letter.ts'
import { Delivery, LATE_FACT } from './delivery/delivery.ts'
import type { Pace } from './delivery/gate.ts'
import { Lateness } from './delivery/lateness.ts'
import type { ShipTarget } from './delivery/target.ts'
import { Intake } from './intake.ts'
import type { Status } from './metrics.ts'
import { OwnEvents, type OwnFields } from './own-event.ts'
import type { Source } from './source/source.ts'
import { addTallies } from './spool/chunk.ts'
import type { Budget, Limit, Spool } from './spool/spool.ts'

/** Times in milliseconds. */
export interface ShipperOptions {
  readonly spool: Spool
  readonly source: Source
  readonly target: ShipTarget
  /** Events that are sent; what tells of the sensor itself is sent in any case. */
  readonly filter: EventFilter
  readonly packDigest: string | null
  readonly limit: Limit
  readonly flush: number
  readonly pace: Pace
  /** What rules wait for: what is delivered later than that is told as late. */
  readonly tolerance: number
  /** What is older than that is removed from spool and dead letters. */
  readonly retention: number
  /** Between two `sensor_health` events. */
  readonly healthEvery: number
  /** How long the spool may be emptied after the end of the source. */
  readonly grace: number
  /** Attempts in a row after which a target that does not answer is given up, once the source has ended. */
  readonly attempts: number
  readonly tell: (diagnostics: readonly Diagnostic[]) => void
}

/** Between two looks at what is to be told, expired and recovered. */
const TICK = 1000
/** Losses are told at most so often, so that they do not crowd out what they are about. */
const LOSS_EVERY = 10_000
const EXPIRE_EVERY = 60_000
/** A window of late events is told when none has come for so long. */
const LATE_QUIET = 5000

export type ShipEnd =
  /** Everything that came in is delivered, or among the dead letters. */
  | 'delivered'
  /** The rest stays in the spool: it was stopped before it was all sent. */
  | 'stopped'
  /** The rest stays in the spool: the target does not take it. */
  | 'target'
  /** The spool cannot be written; see `broken`. */
  | 'broken'

/** Source → intake → spool → delivery → target, and what the shipper has to say of itself. */
export class Shipper {
  readonly counts = new Counts()
  readonly #options: ShipperOptions
  readonly #deadLetters: DeadLetters
  readonly #lateness: Lateness
  readonly #intake: Intake
  readonly #delivery: Delivery
  readonly #own = new OwnEvents()
  readonly #stopping = new AbortController()
  #broken: unknown
  /** By the steady clock. Nothing expires before the target has had its turn: the clock of the day may have been wrong. */
  #toldLosses = -Infinity
  #toldHealth = performance.now()
  #expired = performance.now()
  #packDigest: string | null
  #retention: number
  #toldShort = false

  constructor(options: ShipperOptions) {
    this.#options = options
    this.#packDigest = options.packDigest
    this.#retention = options.retention
    const { spool, tell } = options
    const broken = (thrown: unknown): void => this.#break(thrown)
    this.#deadLetters = new DeadLetters(spool.folder)
    this.#lateness = new Lateness(options.tolerance, spool.fact(LATE_FACT))
    const { counts } = this
    this.#delivery = new Delivery(options.target, {
      ...{ spool, counts, tell, broken, deadLetters: this.#deadLetters, lateness: this.#lateness },
      ...{ limit: options.limit, flush: options.flush, pace: options.pace },
    })
    this.#intake = new Intake({
      ...{ spool, counts, tell, broken, filter: options.filter },
      drops: !options.source.waits,
      rereads: options.source.remembers,
      limit: options.limit,
      bury: (event, why) => {
        try {
          this.#deadLetters.bury([{ event, why }])
          counts.deadLetters++
        } catch (thrown) {
          this.#break(thrown)
          throw thrown
        }
      },
      stored: () => this.#delivery.pump(),
    })
  }

  get status(): Status {
    const { spool } = this.#options
    const { trouble } = this.#delivery.gate
    const { oldest } = spool
    return {
      counts: this.counts,
      spoolEvents: { ...spool.events },
      spoolBytes: { ...spool.bytes },
      budget: spool.budget,
      short: spool.short,
      waited: oldest === undefined ? 0 : Math.max(0, spool.now - oldest),
      up: trouble === undefined,
      trouble: trouble?.message ?? null,
      target: this.#delivery.target.name,
    }
  }

  get folder(): string {
    return this.#options.spool.folder
  }

  /** What made it end as `broken`. */
  get broken(): unknown {
    return this.#broken
  }

  /** Ships until the source ends and everything is delivered, or until it is stopped. */
  async run(): Promise<ShipEnd> {
    const { source, grace } = this.#options
    const ticking = setInterval(() => this.#guard(() => this.#tick(performance.now())), TICK)
    try {
      this.#delivery.pump()
      const reading = source.run(this.#intake)
      // Looked at below; until then it is nobody's.
      reading.catch(() => undefined)
      // One that fails ends here, and what it brought before stays in the spool.
      await Promise.race([reading, aborted(this.#stopping.signal)])
      source.stop()
      await Promise.race([reading, sleep(grace, undefined, { ref: false })])
      const left = await this.#intake.end(this.#stopped ? 0 : grace)
      // What is not remembered as read will be read again.
      if (!source.remembers) this.counts.lose(addTallies(left.map((one) => one.tallies)))
      return await this.#drain()
    } finally {
      clearInterval(ticking)
      await this.#intake.end(0)
      await this.#delivery.stop()
      this.#deadLetters.close()
      this.#options.spool.close()
    }
  }

  /** Takes nothing more in, and sends what is there as long as that is allowed to take. */
  stop(): void {
    this.#stopping.abort()
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted
  }

  /** Another target, filter, budget or retention from now on. */
  async change(
    to: Pick<ShipperOptions, 'target' | 'filter' | 'packDigest' | 'retention'> & { readonly budget: Budget },
  ): Promise<void> {
    this.#intake.filter = to.filter
    this.#packDigest = to.packDigest
    this.#retention = to.retention
    this.#options.spool.budget = to.budget
    await this.#delivery.retarget(to.target)
  }

  async #drain(): Promise<ShipEnd> {
    this.#delivery.drain()
    this.#guard(() => this.#tellLosses(performance.now()))
    const end = await this.#empty()
    if (end !== 'delivered' || this.#lateness.window === undefined) return end
    // That it came late is known only now.
    this.#guard(() => this.#tellHealth(performance.now()))
    return this.#empty()
  }

  /** Waits until the spool is empty, or until that is not to be expected. */
  async #empty(): Promise<ShipEnd> {
    const { grace, attempts } = this.#options
    const byOrder = this.#stopped
    const until = byOrder ? performance.now() + grace : Infinity
    while (!this.#delivery.idle) {
      const { held, failures } = this.#delivery.gate
      if (this.#broken !== undefined) return 'broken'
      if (!byOrder && (held || failures >= attempts)) return 'target'
      if (byOrder ? held || failures > 2 || performance.now() >= until : this.#stopped) return 'stopped'
      await sleep(20)
    }
    return this.#broken === undefined ? 'delivered' : 'broken'
  }

  #tick(now: number): void {
    const { spool } = this.#options
    if (now - this.#expired >= EXPIRE_EVERY) {
      this.#expired = now
      const before = spool.now - this.#retention
      this.counts.lose(spool.expire(before))
      this.#deadLetters.expire(before)
      spool.recover()
    }
    this.#intake.keep()
    if (spool.short && !this.#toldShort) this.#tellShort()
    this.#toldShort = spool.short
    if (now - this.#toldLosses >= LOSS_EVERY) this.#tellLosses(now)
    const late = this.#lateness.finished(now, LATE_QUIET)
    if (late !== undefined || now - this.#toldHealth >= this.#options.healthEvery) this.#tellHealth(now)
  }

  #tellShort(): void {
    const { spool, source, tell } = this.#options
    const then = source.waits ? 'the source waits' : 'events are dropped, common ones first'
    const message = `the disk of the spool in "${spool.folder}" is full: ${then} until there is room`
    tell([warning('ship/disk-full', message, undefined, { hint: 'make room there; what is in the spool is sent' })])
  }

  #tellLosses(now: number): void {
    const { spool } = this.#options
    const losses = spool.losses
    if (losses.length === 0) return
    const fields = losses.map((tally): OwnFields => {
      const loss = { action: tally.action, ...(tally.class !== '' && { class: tally.class }), count: tally.count }
      return { action: 'sensor_loss', detpack: { loss } }
    })
    const chunk = this.#own.make(fields, this.#intake.last)
    if (chunk !== undefined && spool.tellLosses(chunk)) this.#toldLosses = now
    this.#delivery.pump()
  }

  /** What the filter left out, how far behind it is, and the time for which rules are to be run again. */
  #tellHealth(now: number): void {
    const { counts } = this
    const { window } = this.#lateness
    const { user, system } = process.cpuUsage()
    const detpack: OwnFields['detpack'] = {
      health: {
        filtered: counts.allFiltered,
        lost: counts.allLost,
        lag: Math.round(this.status.waited),
        cpu: Math.round((user + system) / 1000),
        rss: process.memoryUsage.rss(),
      },
      ...(this.#packDigest !== null && { pack: { digest: this.#packDigest } }),
      ...(window && { lag: { from: timeText(window.from), to: timeText(window.to), count: window.count } }),
    }
    const chunk = this.#own.make([{ action: 'sensor_health', detpack }], this.#intake.last)
    if (chunk === undefined) return
    if (this.#options.spool.tellHealth(chunk, LATE_FACT)) {
      this.#lateness.clear()
      this.#toldHealth = now
    }
    this.#delivery.pump()
  }

  #guard(work: () => void): void {
    try {
      work()
    } catch (thrown) {
      this.#break(thrown)
    }
  }

  #break(thrown: unknown): void {
    this.#broken ??= thrown
    this.stop()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function timeText(time: number): string {
  return new Date(time).toISOString()
}
