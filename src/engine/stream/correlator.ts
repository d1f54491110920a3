import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Alert } from '../../event/alert.ts'
import type { TimedRecord } from '../../event/order.ts'
import type { EventRecord, Time } from '../../event/record.ts'
import { SeenIds } from '../../event/seen-ids.ts'
import { milliseconds, type Duration } from '../../ir/duration.ts'
import type { Program } from '../../ir/rule.ts'
import { OccurrenceQueue } from './correlation-run.ts'
import { DEFAULT_KEY_CAP, DEFAULT_WINDOW_CAP } from './evaluate.ts'
import { Pipeline } from './pipeline.ts'
import type { PredicateSet } from './predicate-set.ts'

export interface CorrelatorOptions {
  /** How long events of a source without watermarks are held back, so that late ones find their place. 2 s unless set. */
  readonly heldBack?: Duration
  /** Groups that one correlation may hold at once. */
  readonly keyCap?: number
  /** Events that one group of a correlation may hold for one step or window. */
  readonly windowCap?: number
}

export interface CorrelatorStats {
  /** Events taken, duplicates and late ones not counted. */
  readonly events: number
  readonly untimed: number
  readonly duplicates: number
  /** Events older than what was already released. They are matched by single-event rules only. */
  readonly late: number
  /** Groups and partial chains live now. */
  readonly keys: number
  readonly partials: number
  /** Absence windows open now. */
  readonly open: number
}

/** An event of which only that it came counts; it is asked at once. */
export interface PassingEvent {
  /** Adds its id, if it has one. @returns false when it was there */
  addId(ids: SeenIds, time: number): boolean
}

const HELD_BACK = milliseconds(2000)
/** Releases between two looks for groups whose window is over. */
const SWEEP_EVERY = 1000

/** How far the others go on before a source that says nothing meanwhile is not waited for; sensors say something every 50 ms. */
const SILENT = 10_000

interface Mark {
  newest: number
  watermark: number | undefined
  /** How far all had come when something came from it. */
  heard: number
}

/**
 * Runs a program on events as they come. They are released, in order, up to the lowest watermark of the sources; a
 * source that has given none is held back (event contract §1). One that says nothing while others go on for `SILENT`, as
 * the run of a sensor that has ended, is not waited for. What comes later than it was released for is counted, told once
 * (`engine/late`) and takes no part in correlations.
 */
export class Correlator {
  readonly #pipeline: Pipeline
  readonly #heldBack: Duration
  readonly #queue = new OccurrenceQueue()
  readonly #marks = new Map<string, Mark>()
  readonly #ids: SeenIds
  readonly #diagnostics: Diagnostic[] = []
  #alerts: Alert[] = []
  /** Everything before this time has been released. */
  #released = -Infinity
  #newest = -Infinity
  /** The latest time of an event or a watermark. */
  #now = -Infinity
  #sinceSweep = 0
  #events = 0
  #untimed = 0
  #duplicates = 0
  #late = 0

  /** @param before ran on the same events until now: which sources there are, and what was seen, is known from it */
  constructor(program: Program, options: CorrelatorOptions = {}, before?: Correlator) {
    const limits = { keyCap: options.keyCap ?? DEFAULT_KEY_CAP, windowCap: options.windowCap ?? DEFAULT_WINDOW_CAP }
    this.#pipeline = new Pipeline(program, limits, (alert) => this.#alerts.push(alert))
    this.#heldBack = options.heldBack ?? HELD_BACK
    this.#ids = before === undefined ? new SeenIds() : before.#ids.copy()
    if (before === undefined) return
    for (const [source, mark] of before.#marks) this.#marks.set(source, { ...mark })
    this.#released = before.#released
    this.#newest = before.#newest
    this.#now = before.#now
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#diagnostics, ...this.#pipeline.diagnostics]
  }

  /** Every alert of a correlation that closes before this time has been given. */
  get settled(): number {
    return this.#released - this.#pipeline.lateness
  }

  /** What is looked for in events. */
  get set(): PredicateSet {
    return this.#pipeline.set
  }

  get stats(): CorrelatorStats {
    return {
      events: this.#events,
      untimed: this.#untimed,
      duplicates: this.#duplicates,
      late: this.#late,
      keys: this.#pipeline.keys,
      partials: this.#pipeline.partials,
      open: this.#pipeline.open,
    }
  }

  /** Takes one event. @param source names what it came from; sources have watermarks of their own */
  push(event: EventRecord, source = ''): void {
    this.take(event, this.#pipeline.placesOf(event), source)
  }

  /** The same for one of which it is known what it matches: the places in `set`. */
  take(event: EventRecord, places: readonly number[], source: string): void {
    if (event.id !== null && !this.#ids.add(event.id, event.time ?? this.#newest)) {
      this.#duplicates++
      return
    }
    const late = this.#count(event.time)
    const matched = places.length === 0 ? undefined : this.#pipeline.matchedAt(places)
    if (matched) this.#pipeline.alertSingle(event, matched.rules)
    if (!isTimed(event)) return
    if (!late && matched && this.#pipeline.isCorrelated(matched.rules)) this.#queue.push({ event, ...matched })
    this.#pass(event.time, source)
  }

  /** The same for one that matches nothing. */
  pass(event: PassingEvent, time: Time | null, source: string): void {
    if (!event.addId(this.#ids, time ?? this.#newest)) {
      this.#duplicates++
      return
    }
    this.#count(time)
    if (time !== null) this.#pass(time, source)
  }

  /** Nothing before this time will come from the source any more. */
  watermark(time: Time, source = ''): void {
    const mark = this.#markOf(source, time)
    mark.watermark = Math.max(mark.watermark ?? -Infinity, time)
    this.#release()
  }

  /** Nothing will come any more. @param now closes the absence windows that end before it; else the last event does */
  end(now?: Time): void {
    this.#releaseBefore(Infinity)
    this.#pipeline.end(Math.max(this.#newest, now ?? -Infinity))
  }

  /** The alerts since the last time it was asked: as they are decided, those that close together by rule. */
  drain(): Alert[] {
    const alerts = this.#alerts
    this.#alerts = []
    return alerts
  }

  /** Counts an event. True: it is late. */
  #count(time: Time | null): boolean {
    if (time === null) this.#untimed++
    const late = time !== null && time < this.#released
    if (late) this.#countLate()
    else this.#events++
    return late
  }

  /** Time goes on to an event. */
  #pass(time: Time, source: string): void {
    this.#newest = Math.max(this.#newest, time)
    const mark = this.#markOf(source, time)
    mark.newest = Math.max(mark.newest, time)
    if (mark.watermark === undefined) this.#release()
  }

  /** Of a source that is heard now. */
  #markOf(source: string, time: Time): Mark {
    this.#now = Math.max(this.#now, time)
    const known = this.#marks.get(source)
    const mark = known ?? { newest: -Infinity, watermark: undefined, heard: this.#now }
    if (known === undefined) this.#marks.set(source, mark)
    mark.heard = this.#now
    return mark
  }

  #release(): void {
    let before = Infinity
    for (const [source, { newest, watermark, heard }] of this.#marks) {
      if (this.#now - heard > SILENT) this.#marks.delete(source)
      else before = Math.min(before, watermark ?? newest - this.#heldBack)
    }
    if (before <= this.#released) return
    this.#releaseBefore(before)
    this.#pipeline.advance(before)
    this.#released = before
    if (++this.#sinceSweep < SWEEP_EVERY) return
    this.#sinceSweep = 0
    this.#pipeline.sweep(before)
    this.#ids.forget(before - this.#pipeline.horizon - this.#heldBack)
  }

  #releaseBefore(time: number): void {
    for (let batch = this.#queue.next(time); batch.length > 0; batch = this.#queue.next(time))
      this.#pipeline.process(batch)
  }

  #countLate(): void {
    if (this.#late++ > 0) return
    const message = 'events came later than they were waited for; correlations do not see them'
    const hint = 'hold events back for longer, or let their source send watermarks'
    this.#diagnostics.push(warning('engine/late', message, undefined, { hint }))
  }
}

function isTimed(event: EventRecord): event is TimedRecord {
  return event.time !== null
}
