import type { Time } from '../../event/record.ts'

/** When a system call was made, to the time between two looks of the sensor. */
export interface MadeCall {
  readonly first: Time
  readonly last: Time
}

/**
 * Gathers which system calls a service made, from what the sensor tells from time to time, place by place: of a run of the
 * sensor and a cgroup. It may not have been asked for that, or not have known whose a cgroup was, so it is held against the
 * service's other uses: none of them lies where, or when, calls were not noted.
 */
export class MadeCalls {
  readonly #calls = new Map<string, MadeCall>()
  readonly #places = new Map<string, Place>()

  /** What was made from one time to another. */
  add(place: string, from: Time, to: Time, names: readonly string[]): void {
    const of = this.#place(place)
    of.noted = of.noted === null ? { from, to } : hull(of.noted, { from, to })
    for (const name of names) {
      const before = this.#calls.get(name)
      const { from: first, to: last } =
        before === undefined ? { from, to } : hull({ from: before.first, to: before.last }, { from, to })
      this.#calls.set(name, { first, last })
    }
  }

  /** A use of the service. */
  use(place: string, time: Time): void {
    const of = this.#place(place)
    of.used = of.used === null ? { from: time, to: time } : hull(of.used, { from: time, to: time })
  }

  /** All that were made, in order of their names; null: they were not noted, or not for all of the time. */
  all(): ReadonlyMap<string, MadeCall> | null {
    const whole = [...this.#places.values()].every(
      ({ used, noted }) => used === null || (noted !== null && within(used, noted)),
    )
    return whole && this.#calls.size > 0 ? new Map([...this.#calls].sort(([a], [b]) => (a < b ? -1 : 1))) : null
  }

  /** Whether some were noted. */
  get some(): boolean {
    return this.#calls.size > 0
  }

  #place(id: string): Place {
    let place = this.#places.get(id)
    if (place === undefined) this.#places.set(id, (place = { used: null, noted: null }))
    return place
  }
}

interface Span {
  readonly from: Time
  readonly to: Time
}

interface Place {
  used: Span | null
  noted: Span | null
}

function hull(a: Span, b: Span): Span {
  return { from: a.from < b.from ? a.from : b.from, to: a.to > b.to ? a.to : b.to }
}

function within(inner: Span, outer: Span): boolean {
  return inner.from >= outer.from && inner.to <= outer.to
}
