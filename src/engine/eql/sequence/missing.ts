import type { TimedRecord } from '../../../event/order.ts'
import type { Match } from './machine.ts'
import type { SequencePlan } from './plan.ts'

/**
 * Events that must be missing. They are looked for once a sequence is complete, among the events of its key, by whole
 * milliseconds and strictly between its events. Before the first event the latest one counts, measured to the *last*
 * event by `maxspan`; after the last event the earliest one, measured from the *first*; with both, only the two
 * together, when they lie within one `maxspan`.
 */
export class Missing {
  readonly #plan: SequencePlan
  /** For each part, times by key, ascending. */
  readonly #times: readonly Map<string, number[]>[]

  constructor(plan: SequencePlan) {
    this.#plan = plan
    this.#times = plan.missing.map(() => new Map<string, number[]>())
  }

  /** Takes events in their order. */
  take(event: TimedRecord, parts: readonly number[]): void {
    for (const [at, { part }] of this.#plan.missing.entries()) {
      if (!parts.includes(part)) continue
      for (const { id } of this.#plan.parts[part]?.keys.of(event.fields) ?? []) {
        const times = this.#times[at]?.get(id)
        if (times) times.push(event.time)
        else this.#times[at]?.set(id, [event.time])
      }
    }
  }

  /** Whether nothing was there that must be missing. */
  allows({ key, events }: Match): boolean {
    const maxspan = this.#plan.maxspan ?? 0
    const timeOf = (stage: number): number => events[stage]?.time ?? NaN
    const last = events.length - 1
    let [leads, trails] = [false, false]
    let [latest, earliest] = [-Infinity, Infinity]
    for (const [at, { after }] of this.#plan.missing.entries()) {
      const times = this.#times[at]?.get(key.id) ?? []
      if (after === -1) {
        leads = true
        latest = Math.max(latest, times[lowerBound(times, timeOf(0)) - 1] ?? -Infinity)
      } else if (after === last) {
        trails = true
        earliest = Math.min(earliest, times[lowerBound(times, timeOf(last) + 1)] ?? Infinity)
      } else if ((times[lowerBound(times, timeOf(after) + 1)] ?? Infinity) < timeOf(after + 1)) return false
    }
    if (leads && trails) return earliest - latest > maxspan
    if (leads) return timeOf(last) - latest > maxspan
    return !trails || earliest - timeOf(0) > maxspan
  }
}

/** How many times lie before a time. */
function lowerBound(times: readonly number[], time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}
