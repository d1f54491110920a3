import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Alert } from '../../event/alert.ts'
import { compareEvents, isTimed } from '../../event/order.ts'
import type { RecordOptions } from '../../event/record-reader.ts'
import type { EventRecord, Time } from '../../event/record.ts'
import type { Program } from '../../ir/rule.ts'
import { compareMembers, type Occurrence } from './member.ts'
import { matchesOf, type LineBatch } from './line-batch.ts'
import { ClockWatch } from './host-mark.ts'
import { LineMatcher, type LineSearch, type MatchSink } from './line-matcher.ts'
import { Pipeline } from './pipeline.ts'

export interface EvaluateOptions {
  /** The time at which the events were looked at; closes the absence windows that end before it. */
  readonly now?: Time
  /** Groups that one correlation may hold at once. */
  readonly keyCap?: number
  /** Events that one group of a correlation may hold for one step or window. */
  readonly windowCap?: number
  /** False when alerts are only named, not shown: then those of single-event rules do not hold what their events say. */
  readonly keepFields?: boolean
}

export interface Evaluation {
  /** By closing event, then rule id; alerts of events without a time come last. */
  readonly alerts: readonly Alert[]
  /** Absence windows still open at the last event, or at `now`. */
  readonly open: number
  /** Events without a readable time: single-event rules only. */
  readonly untimed: number
  /** Events whose id was there before. */
  readonly duplicates: number
  readonly diagnostics: readonly Diagnostic[]
  readonly stats: EvaluationStats
}

export interface EvaluationStats {
  /** Events read, duplicates not counted. */
  readonly events: number
  /** Events that a rule matched. */
  readonly matched: number
  /** Groups and partial chains still live at the end. */
  readonly keys: number
  readonly partials: number
}

export const DEFAULT_KEY_CAP = 1_000_000
export const DEFAULT_WINDOW_CAP = 1_000_000

/**
 * Runs a program on a whole file or recording (semantics §1–2). Events are sorted before anything is correlated; those
 * that match nothing are not kept.
 */
export function evaluate(program: Program, events: Iterable<EventRecord>, options: EvaluateOptions = {}): Evaluation {
  const evaluator = new Evaluator(program, options)
  for (const event of events) evaluator.lines.push(event)
  return evaluator.end()
}

/** The same for events that are given one after the other: to `lines`, or as what somebody found in them for `search`. */
export class Evaluator {
  readonly search: LineSearch
  readonly lines: LineMatcher
  readonly #options: EvaluateOptions
  readonly #pipeline: Pipeline
  readonly #found: Closed[] = []
  readonly #seen = new Set<string>()
  readonly #occurrences: Occurrence[] = []
  readonly #clocks = new ClockWatch()
  #events = 0
  #matched = 0
  #untimed = 0
  #duplicates = 0
  #last = -Infinity

  constructor(program: Program, options: EvaluateOptions = {}, records: RecordOptions = {}) {
    const { keyCap = DEFAULT_KEY_CAP, windowCap = DEFAULT_WINDOW_CAP } = options
    this.#options = options
    this.#pipeline = new Pipeline(program, { keyCap, windowCap }, (alert, closing) => {
      this.#found.push({ alert, closing })
    })
    const { predicates, kept, set } = this.#pipeline
    this.search = { predicates, kept: options.keepFields === false ? kept : undefined, records }
    const sink: MatchSink = {
      event: (id, time) => this.#count(id, time),
      match: (event, places) => {
        this.#match(event, places)
      },
    }
    this.lines = new LineMatcher(this.search, sink, set)
  }

  /** Takes what somebody found in the lines that come next. @param line the number of the first */
  merge(batch: LineBatch, line: number): void {
    const { ids, times, events, untimed, last } = batch
    const doubled = new Set<number>()
    for (const [event, id] of ids.entries()) {
      const time = times[event] as number
      if (!this.#count(id, Number.isNaN(time) ? null : (time as Time))) doubled.add(event)
    }
    if (ids.length === 0) {
      this.#events += events
      this.#untimed += untimed
      this.#last = Math.max(this.#last, last)
    }
    for (const { record, event, places } of matchesOf(batch, line)) if (!doubled.has(event)) this.#match(record, places)
  }

  /** Nothing more comes. */
  end(): Evaluation {
    const pipeline = this.#pipeline
    this.#occurrences.sort(compareMembers)
    for (const batch of batches(this.#occurrences)) pipeline.process(batch)
    pipeline.end(Math.max(this.#last, this.#options.now ?? -Infinity))
    this.#found.sort(byClosing)
    return {
      alerts: this.#found.map(({ alert }) => alert),
      open: pipeline.open,
      untimed: this.#untimed,
      duplicates: this.#duplicates,
      diagnostics: [...pipeline.diagnostics, ...this.#clocks.diagnostics],
      stats: { events: this.#events, matched: this.#matched, keys: pipeline.keys, partials: pipeline.partials },
    }
  }

  /** False for an event whose id was there before. */
  #count(id: string | null, time: Time | null): boolean {
    if (id !== null) {
      if (this.#seen.has(id)) {
        this.#duplicates++
        return false
      }
      this.#seen.add(id)
    }
    this.#events++
    if (time === null) this.#untimed++
    else this.#last = Math.max(this.#last, time)
    return true
  }

  #match(event: EventRecord, places: readonly number[]): void {
    const matched = this.#pipeline.matchedAt(places)
    if (matched === undefined) return
    this.#matched++
    this.#pipeline.alertSingle(this.#options.keepFields === false ? withoutFields(event) : event, matched.rules)
    if (!isTimed(event) || !this.#pipeline.isCorrelated(matched.rules)) return
    this.#clocks.see(event)
    this.#occurrences.push({ event, ...matched })
  }
}

/** Cuts sorted occurrences where the order goes on. */
export function* batches(sorted: readonly Occurrence[]): Generator<readonly Occurrence[]> {
  for (let from = 0; from < sorted.length;) {
    const first = sorted[from]
    let to = from + 1
    for (let next = sorted[to]; first && next && compareEvents(first.event, next.event) === 0; next = sorted[to]) to++
    yield sorted.slice(from, to)
    from = to
  }
}

function withoutFields({ line, time, sequence, id }: EventRecord): EventRecord {
  return { line, time, sequence, id, fields: NO_FIELDS }
}

const NO_FIELDS = Object.freeze({})

/** An alert and the event that closed it. */
export interface Closed {
  readonly alert: Alert
  readonly closing: EventRecord
}

/** The order of alerts: by closing event, then rule, then group and start. */
export function byClosing(a: Closed, b: Closed): number {
  return compareClosings(a.closing, b.closing) || compareText(a.alert.rule, b.alert.rule) || byStart(a.alert, b.alert)
}

function compareClosings(a: EventRecord, b: EventRecord): number {
  if (!isTimed(a) || !isTimed(b)) return Number(isTimed(b)) - Number(isTimed(a)) || a.line - b.line
  return compareEvents(a, b) || a.line - b.line
}

/** Alerts of one rule that close together: by group, then start, so that the same events give the same list. */
function byStart(a: Alert, b: Alert): number {
  return (
    compareText(JSON.stringify(a.group), JSON.stringify(b.group)) ||
    (a.first ?? 0) - (b.first ?? 0) ||
    compareText(a.id, b.id)
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
