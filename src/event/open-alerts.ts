import { eventIdentity, type Alert } from './alert.ts'
import type { EventRecord } from './record.ts'
import { mayLeave } from './leaving.ts'
import { subjectOf } from './subject.ts'
import type { Trail } from './trail.ts'
import { AFTER } from './travel.ts'

/** So many stay open at once; where there are more, the one that was told first is looked at before its time. */
const MOST = 64

/** An alert of which more is known than when it was told. */
export interface Grown {
  /** With all its hops. */
  readonly alert: Alert
  /** Those that were not told with it, in order of time. */
  readonly fresh: readonly EventRecord[]
}

interface Open {
  readonly alert: Alert
  readonly objects: ReadonlySet<string>
  /** Its minute is over, ms since 1970. */
  readonly until: number
  /** The last line that was seen when it was told. */
  readonly line: number
}

/**
 * Alerts that were told before it can be known whether their data leaves this host. A minute of the stream's own time after
 * the last event of one, or when the stream ends, its hops are looked for once more.
 */
export class OpenAlerts {
  readonly #trail: Trail
  readonly #most: number
  /** In the order in which they were told. */
  #open: Open[] = []

  constructor(trail: Trail, most = MOST) {
    this.#trail = trail
    this.#most = most
  }

  /** @param alerts with the hops that were told */
  add(alerts: readonly Alert[]): void {
    for (const alert of alerts) {
      if (alert.last === null) continue
      const subject = subjectOf(alert)
      const until = alert.last + AFTER
      if (mayLeave(subject)) this.#open.push({ alert, objects: subject.objects, until, line: this.#trail.line })
    }
  }

  /** Closes those whose minute is over, and those for which there is no room, and gives what was found of them. */
  settle(): readonly Grown[] {
    if (this.#open.length === 0) return []
    const { now } = this.#trail
    const room = this.#open.length - this.#most
    return this.#close(({ until }, at) => at < room || until < now)
  }

  /** Closes all: the stream has ended. */
  end(): readonly Grown[] {
    return this.#close(() => true)
  }

  #close(isDue: (open: Open, at: number) => boolean): readonly Grown[] {
    const due = new Set(this.#open.filter(isDue))
    if (due.size === 0) return []
    this.#open = this.#open.filter((one) => !due.has(one))
    // Only what leaves, or is put somewhere, is told later, and how it came there.
    const told = [...due].filter(({ objects, line }) => this.#trail.hasGoneOn(objects, line)).map(({ alert }) => alert)
    return this.#trail.along(told).flatMap((alert, at): Grown[] => {
      const before = new Set(told[at]?.hops?.map(eventIdentity))
      const fresh = (alert.hops ?? []).filter((hop) => !before.has(eventIdentity(hop)))
      return fresh.length === 0 ? [] : [{ alert, fresh }]
    })
  }
}
