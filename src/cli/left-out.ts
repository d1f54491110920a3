import type { HeldException } from '../artifact/local/stored-rule.ts'
import type { Alert } from '../event/alert.ts'
import { formatDay } from '../govern/day.ts'
import type { Time } from '../event/record.ts'
import { plural } from './render/plural.ts'
import type { WatchedSet } from './watched-rules.ts'

/** Counts the events that exceptions leave out: they come as alerts of rules that stand for the exceptions. */
export class LeftOut {
  /** By such a rule; of all so far: an event of one that has ended may still come. */
  readonly #held: Map<string, HeldException>
  readonly #counts = new Map<string, number>()

  constructor({ exceptions }: WatchedSet) {
    this.#held = new Map(exceptions)
  }

  add({ exceptions }: WatchedSet): void {
    for (const [rule, held] of exceptions) this.#held.set(rule, held)
  }

  /** The alerts without those that only tell of an event that was left out. */
  without(alerts: readonly Alert[]): readonly Alert[] {
    return alerts.filter(({ rule }) => {
      if (!this.#held.has(rule)) return true
      this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + 1)
      return false
    })
  }

  /** A line for each exception that has held, also where it left out nothing. */
  summary(): readonly string[] {
    return [...this.#held].map(([rule, { id, until, rule: title }]) => {
      const count = plural(this.#counts.get(rule) ?? 0, 'event')
      return `${count} left out of "${title}" by the exception ${id}, until ${formatDay(until as Time)}`
    })
  }
}
