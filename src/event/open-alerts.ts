import type { Alert } from './alert.ts'
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

/**
 * Alerts that were told before it can be known whether their data leaves this host. A minute of the stream's own time after
 * the last event of one, or when the stream ends, its hops are looked for once more.
 */
export class OpenAlerts {
  readonly #trail: Trail
  readonly #most: number
  /** In the order in which they were told. */
  #open: Alert[] = []

  constructor(trail: Trail, most = MOST) {
    this.#trail = trail
    this.#most = most
  }

  /** @param alerts with the hops that were told */
  add(alerts: readonly Alert[]): void {
    for (const alert of alerts) if (alert.last !== null && mayLeave(subjectOf(alert))) this.#open.push(alert)
  }

  /** Closes those whose minute is over, and those for which there is no room, and gives what was found of them. */
  settle(): readonly Grown[] {
    if (this.#open.length === 0) return []
    const { now } = this.#trail
    const room = this.#open.length - this.#most
    const isDue = ({ last }: Alert, at: number): boolean => at < room || (last ?? 0) + AFTER < now
    return this.#close(isDue)
  }

  /** Closes all: the stream has ended. */
  end(): readonly Grown[] {
    return this.#close(() => true)
  }

  #close(isDue: (alert: Alert, at: number) => boolean): readonly Grown[] {
    const due = this.#open.filter(isDue)
    if (due.length === 0) return []
    const closed = new Set(due)
    this.#open = this.#open.filter((alert) => !closed.has(alert))
    return this.#trail.along(due).flatMap((alert, at): Grown[] => {
      const told = new Set(due[at]?.hops?.map(({ line }) => line))
      const fresh = (alert.hops ?? []).filter(({ line }) => !told.has(line))
      return fresh.length === 0 ? [] : [{ alert, fresh }]
    })
  }
}
