import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Alert } from '../../event/alert.ts'
import { compareEvents, type TimedRecord } from '../../event/order.ts'
import type { EventRecord, Time } from '../../event/record.ts'
import type { Program } from '../../ir/rule.ts'
import { compareMembers, type Occurrence } from './member.ts'
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
  const found: { alert: Alert; closing: EventRecord }[] = []
  const limits = { keyCap: options.keyCap ?? DEFAULT_KEY_CAP, windowCap: options.windowCap ?? DEFAULT_WINDOW_CAP }
  const pipeline = new Pipeline(program, limits, (alert, closing) => found.push({ alert, closing }))
  const seen = new Set<string>()
  const occurrences: Occurrence[] = []
  const count = { events: 0, matched: 0, untimed: 0, duplicates: 0 }
  let last = -Infinity
  for (const event of events) {
    if (event.id !== null) {
      if (seen.has(event.id)) {
        count.duplicates++
        continue
      }
      seen.add(event.id)
    }
    count.events++
    if (isTimed(event)) last = Math.max(last, event.time)
    else count.untimed++
    const matched = pipeline.match(event)
    if (matched === undefined) continue
    count.matched++
    pipeline.alertSingle(options.keepFields === false ? withoutFields(event) : event, matched.rules)
    if (isTimed(event) && pipeline.isCorrelated(matched.rules)) occurrences.push({ event, ...matched })
  }
  occurrences.sort(compareMembers)
  for (const batch of batches(occurrences)) pipeline.process(batch)
  pipeline.end(Math.max(last, options.now ?? -Infinity))
  found.sort(byClosing)
  return {
    alerts: found.map(({ alert }) => alert),
    open: pipeline.open,
    untimed: count.untimed,
    duplicates: count.duplicates,
    diagnostics: pipeline.diagnostics,
    stats: { events: count.events, matched: count.matched, keys: pipeline.keys, partials: pipeline.partials },
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

function isTimed(event: EventRecord): event is TimedRecord {
  return event.time !== null
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
