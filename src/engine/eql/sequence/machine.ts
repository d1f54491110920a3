import type { TimedRecord } from '../../../event/order.ts'
import type { JoinKey } from './join-keys.ts'
import type { PositivePart, SequencePlan } from './plan.ts'

/** Events in their order that fill the stages of a sequence, one for each. */
export interface Match {
  readonly key: JoinKey
  readonly events: readonly TimedRecord[]
}

/** A sequence that waits for its next event; a list from the last one to the first. */
interface Partial {
  readonly event: TimedRecord
  readonly before: Partial | null
  readonly firstTime: number
}

/** The partial sequences of one key: for each stage the newest that has got so far. */
interface Group {
  readonly key: JoinKey
  readonly reached: (Partial | null)[]
  live: number
}

/**
 * Elasticsearch's state machine. An event takes, among the partial sequences of its key that wait for it, the one whose
 * last event is the newest, and removes all older ones; so one for each key and stage is all that must be remembered.
 * One that has become longer than `maxspan`, or that saw an `until` event since its last event (that one included), is
 * dropped instead of being carried on. An event may serve several stages and keys.
 *
 * Takes events in their order. Holds what began within the last `maxspan`.
 */
export class Machine {
  readonly #plan: SequencePlan
  readonly #last: number
  readonly #groups = new Map<string, Group>()
  #live = 0
  /** Groups in the order in which sequences began, and the times; those before `#oldest` are done with. */
  readonly #opened: Group[] = []
  readonly #openings: number[] = []
  #oldest = 0
  readonly matches: Match[] = []

  constructor(plan: SequencePlan) {
    this.#plan = plan
    this.#last = plan.places.filter((stage) => stage !== null).length - 1
  }

  /** Partial sequences that are remembered. */
  get live(): number {
    return this.#live
  }

  /** @param parts of the plan that the event meets */
  take(event: TimedRecord, parts: readonly number[]): void {
    const { positive, until, maxspan } = this.#plan
    if (maxspan !== null) this.#expire(event.time - maxspan)
    for (let at = positive.length - 1; at >= 0; at--) {
      const one = positive[at]
      if (one && parts.includes(one.part) && (one.stage === 0 || this.#live > 0)) this.#serve(one, event)
    }
    if (until !== null && this.#live > 0 && parts.includes(until))
      for (const key of this.#keysOf(until, event)) this.#interrupt(key)
  }

  #keysOf(part: number, event: TimedRecord): readonly JoinKey[] {
    return this.#plan.parts[part]?.keys.of(event.fields) ?? []
  }

  /** The last stage first, so that an event does not follow itself. */
  #serve({ part, stage, runs }: PositivePart, event: TimedRecord): void {
    for (const key of this.#keysOf(part, event))
      for (let at = stage + runs - 1; at >= stage; at--) {
        if (at === 0) this.#open(key, event)
        else this.#advance(key, at, event)
      }
  }

  #open(key: JoinKey, event: TimedRecord): void {
    const opened = { event, before: null, firstTime: event.time }
    if (this.#last === 0) {
      this.matches.push({ key, events: [event] })
      return
    }
    let group = this.#groups.get(key.id)
    if (!group) {
      group = { key, reached: new Array<Partial | null>(this.#last).fill(null), live: 0 }
      this.#groups.set(key.id, group)
    }
    this.#put(group, 0, opened)
    if (this.#plan.maxspan === null) return
    this.#opened.push(group)
    this.#openings.push(event.time)
  }

  #advance(key: JoinKey, stage: number, event: TimedRecord): void {
    const group = this.#groups.get(key.id)
    const before = group?.reached[stage - 1]
    if (!group || !before) return
    this.#put(group, stage - 1, null)
    const { maxspan } = this.#plan
    if (maxspan === null || event.time - before.firstTime <= maxspan) {
      const advanced = { event, before, firstTime: before.firstTime }
      if (stage === this.#last) this.matches.push({ key: group.key, events: eventsOf(advanced) })
      else this.#put(group, stage, advanced)
    }
    this.#forget(group)
  }

  #put(group: Group, stage: number, partial: Partial | null): void {
    const change = Number(partial !== null) - Number(group.reached[stage] !== null)
    group.reached[stage] = partial
    group.live += change
    this.#live += change
  }

  /** What has seen an `until` event can never be carried on. */
  #interrupt(key: JoinKey): void {
    const group = this.#groups.get(key.id)
    if (!group) return
    for (let stage = 0; stage < this.#last; stage++) this.#put(group, stage, null)
    this.#forget(group)
  }

  #expire(limit: number): void {
    for (;;) {
      const group = this.#opened[this.#oldest]
      if (!group || (this.#openings[this.#oldest] ?? limit) >= limit) break
      this.#oldest++
      for (let stage = 0; stage < this.#last; stage++) {
        const partial = group.reached[stage]
        if (partial && partial.firstTime < limit) this.#put(group, stage, null)
      }
      this.#forget(group)
    }
    if (this.#oldest > 1000 && this.#oldest * 2 > this.#openings.length) {
      this.#opened.splice(0, this.#oldest)
      this.#openings.splice(0, this.#oldest)
      this.#oldest = 0
    }
  }

  #forget(group: Group): void {
    if (group.live === 0 && this.#groups.get(group.key.id) === group) this.#groups.delete(group.key.id)
  }
}

function eventsOf(partial: Partial): readonly TimedRecord[] {
  const events: TimedRecord[] = []
  for (let one: Partial | null = partial; one; one = one.before) events.push(one.event)
  return events.reverse()
}
