import { error, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { JsonObject } from '../../event/field.ts'
import type { Counts } from '../counts.ts'
import { headOf } from '../event-head.ts'
import { ChunkBuilder, LANES, type Chunk, type Lane, type Tally } from '../spool/chunk.ts'
import type { SpoolRecord } from '../spool/record.ts'
import type { Claim, Limit, Spool } from '../spool/spool.ts'
import type { DeadLetters } from './dead-letter.ts'
import { Gate, type Pace } from './gate.ts'
import type { Lateness } from './lateness.ts'
import type { Answer, Fate, ShipTarget } from './target.ts'

export interface DeliveryOptions {
  readonly spool: Spool
  readonly counts: Counts
  readonly deadLetters: DeadLetters
  readonly lateness: Lateness
  /** Of one batch. */
  readonly limit: Limit
  /** A batch goes out at the latest after its oldest event has waited so long, ms. */
  readonly flush: number
  readonly pace: Pace
  readonly tell: (diagnostics: readonly Diagnostic[]) => void
  /** The spool cannot be written. */
  readonly broken: (thrown: unknown) => void
}

/** Under which name the spool remembers the window of late events. */
export const LATE_FACT = 'late'

/** Batches that were refused whole, before no others are tried. */
const MOST_SUSPECTS = 3
/** Single events in a row that may be refused for what they are. */
const MOST_ALONE = 8

/**
 * Sends what the spool holds, each lane by itself, several batches at once. Whatever happens, an event leaves the spool
 * only when the target has it, or when it lies among the dead letters, or as a counted loss.
 */
export class Delivery {
  readonly #options: DeliveryOptions
  #target: ShipTarget
  readonly #gate: Gate
  readonly #again: Record<Lane, Claim[]> = { rare: [], bulk: [] }
  readonly #underWay: Record<Lane, number> = { rare: 0, bulk: 0 }
  readonly #flights = new Set<Promise<void>>()
  #checked = false
  #checking = false
  #draining = false
  #stopped = false
  /** Batches in a row of which nothing was taken. */
  #refusedWhole = 0
  #accepted = false
  #timer: NodeJS.Timeout | undefined

  constructor(target: ShipTarget, options: DeliveryOptions) {
    this.#options = options
    this.#target = target
    this.#gate = new Gate(options.pace)
    for (const lane of LANES) this.#again[lane].push(...options.spool.reclaim(lane, options.limit))
  }

  get gate(): Gate {
    return this.#gate
  }

  get target(): ShipTarget {
    return this.#target
  }

  /** Everything is delivered and nothing is under way. */
  get idle(): boolean {
    const { rare, bulk } = this.#options.spool.events
    return rare + bulk === 0 && this.#busy === 0
  }

  /** Does not wait for batches to fill any more. */
  drain(): void {
    this.#draining = true
    this.pump()
  }

  /** Sends to another target from now on; what is under way to the old one ends there. */
  async retarget(target: ShipTarget): Promise<void> {
    const old = this.#target
    this.#target = target
    this.#checked = false
    this.#gate.retry()
    const flights = [...this.#flights]
    this.pump()
    await Promise.all(flights)
    await old.close()
  }

  /** Sends nothing more; what is under way stays marked. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#target.close()
  }

  /** Sends what may be sent now. Called whenever something has changed. */
  pump(): void {
    clearTimeout(this.#timer)
    if (this.#stopped) return
    const now = performance.now()
    // What is under way calls again when it has ended.
    if (!this.#gate.admits(this.#busy, now)) return this.#busy > 0 ? undefined : this.#wake(this.#gate.until - now)
    if (this.#checking) return
    if (!this.#checked) return void this.#check()
    let next = Infinity
    for (const lane of LANES) {
      while (this.#underWay[lane] < this.#target.window && this.#gate.admits(this.#busy, now)) {
        const claim = this.#next(lane)
        if (typeof claim === 'number') {
          next = Math.min(next, claim)
          break
        }
        const flight = this.#deliver(claim).finally(() => this.#flights.delete(flight))
        this.#flights.add(flight)
      }
    }
    this.#wake(next)
  }

  get #busy(): number {
    return this.#underWay.rare + this.#underWay.bulk + Number(this.#checking)
  }

  #wake(delay: number): void {
    clearTimeout(this.#timer)
    if (delay !== Infinity) this.#timer = setTimeout(() => this.pump(), Math.max(1, delay))
  }

  /** While whole batches are refused, another is tried before them: if it is taken, they are the ones that are wrong. */
  #next(lane: Lane): Claim | number {
    const again = this.#again[lane]
    if (this.#refusedWhole > 0 && again.length < MOST_SUSPECTS) {
      const fresh = this.#fresh(lane)
      if (typeof fresh !== 'number') return fresh
    }
    return again.shift() ?? this.#fresh(lane)
  }

  /** The next batch that was never sent, or how long to wait for it, ms. */
  #fresh(lane: Lane): Claim | number {
    const { spool, limit, flush } = this.#options
    const waiting = spool.waiting(lane, limit)
    if (waiting === undefined) return Infinity
    const age = spool.now - waiting.since
    if (!this.#draining && !waiting.full && age < flush) return flush - age
    try {
      return spool.claim(lane, limit, this.#target.place) ?? Infinity
    } catch (thrown) {
      this.#options.broken(thrown)
      return 1000
    }
  }

  async #check(): Promise<void> {
    this.#checking = true
    const target = this.#target
    const answer = await target.check()
    this.#checking = false
    if (this.#stopped) return
    if (target !== this.#target) {
      this.pump()
      return
    }
    if (answer.kind === 'ready') {
      this.#checked = true
      this.#options.tell(answer.diagnostics)
      this.#pass()
    } else this.#fail(answer.diagnostic, answer.kind === 'held', answer.wait)
    this.pump()
  }

  async #deliver(claim: Claim): Promise<void> {
    const { lane } = claim
    this.#underWay[lane]++
    try {
      const records = this.#options.spool.read(claim)
      if (!claim.fresh) this.#options.counts.repeated += records.length
      const answer: Answer =
        records.length === 0
          ? { kind: 'stored' }
          : await this.#target.send({ records, attempted: !claim.fresh, place: claim.place })
      if (!this.#stopped) this.#settle(claim, records, answer)
    } catch (thrown) {
      this.#again[lane].push({ ...claim, fresh: false })
      this.#options.broken(thrown)
    } finally {
      this.#underWay[lane]--
      this.pump()
    }
  }

  #settle(claim: Claim, records: readonly SpoolRecord[], answer: Answer): void {
    const { counts } = this.#options
    switch (answer.kind) {
      case 'later':
      case 'held':
        counts.retries++
        this.#again[claim.lane].unshift({ ...claim, fresh: false })
        return this.#fail(answer.diagnostic, answer.kind === 'held', answer.kind === 'later' ? answer.wait : undefined)
      case 'split':
        counts.retries++
        return this.#split(claim, records, answer.at)
      case 'stored':
        this.#accept()
        this.#pass()
        return this.#remove(claim, records, records, [])
      case 'fates':
        return this.#settleEach(claim, records, answer.fates)
    }
  }

  #settleEach(claim: Claim, records: readonly SpoolRecord[], fates: readonly Fate[]): void {
    const { counts } = this.#options
    const of = (kind: Fate['kind']): SpoolRecord[] => records.filter((_, at) => fates[at]?.kind === kind)
    const again = of('again')
    const taken = [...of('stored'), ...of('there'), ...of('twice')]
    if (taken.length > 0) this.#accept()
    if (of('refused').length === records.length && this.#holdsBack(records.length)) {
      this.#again[claim.lane].push({ ...claim, fresh: false })
      const message = `${this.#target.name} takes none of ${records.length} events: ${whyOf(fates, 'refused')}`
      const hint = 'set right what it says, such as its mapping ("detpack deploy"); nothing is thrown away until then'
      return this.#fail(error('ship/target-refuses', message, undefined, { hint }), false)
    }
    this.#bury(records, fates)
    counts.duplicates += of('twice').length
    if (again.length > 0) {
      counts.retries++
      const message = `${again.length} events were not taken yet: ${whyOf(fates, 'again')}`
      this.#fail(warning('ship/not-taken-yet', message), false)
    } else this.#pass()
    this.#remove(claim, records, taken, again.length > 0 ? [chunkOf(claim.lane, again)] : [])
  }

  /** Puts what will never be taken among the dead letters, before it leaves the spool. */
  #bury(records: readonly SpoolRecord[], fates: readonly Fate[]): void {
    const { counts, deadLetters, tell } = this.#options
    const letters = records.flatMap(({ event }, at) => {
      const fate = fates[at]
      const dead = fate?.kind === 'refused' || fate?.kind === 'poison' || fate?.kind === 'conflict'
      return dead ? [{ event: event.toString('utf8'), why: fate.why }] : []
    })
    if (letters.length === 0) return
    deadLetters.bury(letters)
    counts.deadLetters += letters.length
    const where = `in "${deadLetters.file}"`
    const conflicts = fates.filter((fate) => fate.kind === 'conflict').length
    if (conflicts > 0) {
      const message = `${conflicts} events were there already before they were first sent; they are ${where}`
      const hint = 'were they shipped before from another spool? Else somebody writes under the ids of this sensor'
      tell([error('ship/id-taken', message, undefined, { hint })])
    }
    if (letters.length > conflicts)
      tell([
        error(
          'ship/dead-letter',
          `${letters.length - conflicts} events were refused and are ${where}: ${whyOf(fates, 'refused', 'poison')}`,
        ),
      ])
  }

  /**
   * Whether a batch that was refused whole is to stay: poison is rare, and an index that takes nothing is not poison.
   * A few single events in a row may be, and one batch, after others were taken.
   */
  #holdsBack(count: number): boolean {
    this.#refusedWhole++
    return !this.#accepted || this.#refusedWhole > (count > 1 ? 1 : MOST_ALONE)
  }

  #split(claim: Claim, records: readonly SpoolRecord[], at: readonly number[]): void {
    const bounds = [0, ...at.filter((one) => one > 0 && one < records.length), records.length]
    const parts = bounds.slice(1).map((end, i) => chunkOf(claim.lane, records.slice(bounds[i], end)))
    const claims = this.#options.spool.settle(claim, parts, damaged(claim, records))
    this.#again[claim.lane].unshift(...claims)
  }

  #remove(claim: Claim, records: readonly SpoolRecord[], taken: readonly SpoolRecord[], again: readonly Chunk[]): void {
    const { spool, counts, lateness } = this.#options
    const now = Date.now()
    lateness.add(taken, now)
    const lost = damaged(claim, records)
    const claims = spool.settle(claim, again, lost, lateness.window && { [LATE_FACT]: lateness.fact })
    this.#again[claim.lane].push(...claims)
    counts.lose(lost)
    counts.delivered += taken.length
    counts.batches++
    counts.bytesSent += claim.bytes
    const newest = taken.at(-1)?.time ?? Number.NaN
    if (!Number.isNaN(newest)) counts.lag = Math.max(0, Math.round(now - newest))
  }

  #pass(): void {
    if (this.#gate.trouble !== undefined && this.#gate.failures > 1)
      this.#options.tell([warning('ship/goes-on', `${this.#target.name} takes events again`)])
    this.#gate.pass()
  }

  #accept(): void {
    this.#accepted = true
    this.#refusedWhole = 0
  }

  #fail(diagnostic: Diagnostic, held: boolean, wait?: number): void {
    if (this.#gate.trouble?.message !== diagnostic.message) this.#options.tell([diagnostic])
    this.#gate.fail(diagnostic, held, performance.now(), wait)
  }
}

function chunkOf(lane: Lane, records: readonly SpoolRecord[]): Chunk {
  const builder = new ChunkBuilder(lane)
  for (const { event } of records) {
    const head = headOf(JSON.parse(event.toString('utf8')) as JsonObject)
    if (typeof head !== 'string') builder.add(head, event)
  }
  return builder.take() ?? { lane, count: 0, data: Buffer.alloc(0), tallies: [] }
}

function whyOf(fates: readonly Fate[], ...kinds: readonly Fate['kind'][]): string {
  const fate = fates.find((one) => kinds.includes(one.kind))
  return fate !== undefined && 'why' in fate ? fate.why : ''
}

/** Records whose checksum was wrong; of what they were nothing is known. */
function damaged(claim: Claim, records: readonly SpoolRecord[]): readonly Tally[] {
  const count = claim.count - records.length
  return count > 0 ? [{ action: 'unknown', class: '', count }] : []
}
