import type { Alert } from './alert.ts'
import { askedBefore } from './asked.ts'
import { between, hopReader, movedBy } from './hop.ts'
import { mayLeave } from './leaving.ts'
import { compareMoments, moveOf, type Move } from './move.ts'
import type { EventRecord } from './record.ts'
import { subjectOf, type Subject } from './subject.ts'
import { wayOf } from './way.ts'

/** How far before an alert's first event a hop may lie, milliseconds. */
const BEFORE = 60_000
/** How long after its last event an alert's data may still be seen to leave this host, milliseconds. */
export const AFTER = 60_000
/** So many alerts at once are a flood, and nobody reads each one's story. */
export const MOST_TRAVELS = 200
/** More hops than this do not explain anything to a person. */
const MOST = 16

/**
 * Collects, for the display of alerts, the events that may be of their way (`wayOf`), between a minute before the first
 * event and the last one, or a minute after it where its data may still leave. Not part of what an alert is. Events without
 * the fields of capability use tell nothing.
 */
export class Travel {
  readonly #alerts: readonly Watched[]

  constructor(alerts: readonly Alert[]) {
    this.#alerts = alerts.flatMap(watched)
  }

  /** Takes an event of the stream that the alerts are from, in whatever order. */
  see(record: EventRecord): void {
    if (record.time === null || this.#alerts.length === 0) return
    this.take(record, movedBy(hopReader(record.fields)))
  }

  /** The same for an event of which is known what it may be a hop of. */
  take(record: EventRecord, moved: readonly string[]): void {
    if (record.time === null || moved.length === 0) return
    let move: Move | undefined
    for (const { from, until, objects, leaves, moves } of this.#alerts) {
      if (record.time < from || !moved.some((id) => objects.has(id))) continue
      move ??= moveOf(record)
      // What was folded into one began before its end.
      if (move.began.time <= until && (leaves || move.destination === '')) moves.push(move)
    }
  }

  /** Of all alerts: what an event has to move to be taken. */
  get objects(): ReadonlySet<string> {
    return new Set(this.#alerts.flatMap(({ objects }) => [...objects]))
  }

  /**
   * The hops of one alert, in order of time, at most 16: where there are more, first those by which its data left this host,
   * those that lead from one process to another, then those of the alert's objects, the earlier before the later.
   */
  of(alert: Alert): readonly EventRecord[] {
    const one = this.#alerts.find((each) => each.alert === alert)
    if (one === undefined) return []
    const hops = wayOf(one.subject, one.moves)
    const rank = ({ destination, object }: Move): number =>
      destination !== '' ? 0 : one.subject.objects.has(object) ? 2 : 1
    const chosen = hops.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST)
    return chosen.sort(compareMoments).map(({ event }) => event)
  }
}

interface Watched {
  readonly alert: Alert
  readonly subject: Subject
  readonly from: number
  readonly until: number
  /**
   * Of the subject, and of the steps: whose descriptors may have been passed, which may have had other names, and what their
   * processes were asked for.
   */
  readonly objects: ReadonlySet<string>
  /** Its data may leave after it (`mayLeave`). */
  readonly leaves: boolean
  readonly moves: Move[]
}

function watched(alert: Alert): Watched[] {
  if (alert.first === null || alert.last === null) return []
  const subject = subjectOf(alert)
  const ofSteps = subject.steps.flatMap(({ object, path, previousPath }) => [object, path, previousPath])
  const connected = subject.steps.flatMap(({ process, peer }) => (peer === '' ? [] : [between(process, peer)]))
  const about = [...subject.objects, ...ofSteps, ...connected, ...askedBefore(subject)]
  const objects = new Set(about.filter((id) => id !== ''))
  const leaves = mayLeave(subject)
  const until = leaves ? alert.last + AFTER : alert.last
  return [{ alert, subject, from: alert.first - BEFORE, until, objects, leaves, moves: [] }]
}
