import { apart } from './host-mark.ts'
import { isBefore, windowStart, type Member } from './member.ts'
import { joined, type CompiledJoin, type OrderedPlan } from './ordered-plan.ts'
import type { Timeline } from './timeline.ts'

/** What a search looks at: members by step, and when absences and `until` happened. All in order. */
export interface ChainRecord {
  /** Of each step but the last; of the first only those that `before … within` lets begin a chain. */
  readonly steps: readonly Timeline<Member>[]
  /** For each step, the times of what must not lie between it and the next. */
  readonly between: readonly Timeline<number>[]
  readonly untils: Timeline<Member>
  /** For each `before` without a `within`, the times of its events. */
  readonly beforeInSpan: readonly Timeline<number>[]
  /** Two members of the group may be of two boots of one host. */
  readonly mixed: boolean
}

/** A join of an earlier step with the closing event, whose values are read once. */
interface ClosingJoin {
  readonly step: number
  readonly texts: CompiledJoin['earlierTexts']
  readonly wanted: ReadonlySet<string>
}

/** The most members that one search visits; beyond it the search gives up, which is told. */
const MOST_VISITS = 50_000

/** Looks for chains that end in one event. Dead ends are remembered from one start to the next. */
export class ChainSearch {
  readonly #plan: OrderedPlan
  readonly #record: ChainRecord
  readonly #closing: Member
  /** Whether a member leads to the closing event depends on itself alone, not on how it was reached. */
  readonly #local: boolean
  /** For each step, its joins with the closing event that are no neighbours' joins. */
  readonly #closingJoins: readonly (readonly ClosingJoin[])[]
  readonly #dead: readonly Set<Member>[]
  #visits = 0
  #gaveUp = false

  constructor(plan: OrderedPlan, record: ChainRecord, closing: Member) {
    const last = plan.steps.length - 1
    this.#plan = plan
    this.#record = record
    this.#closing = closing
    const closingJoins = (plan.farJoins[last] ?? []).map(({ earlier, earlierTexts, laterTexts }) => {
      return { step: earlier, texts: earlierTexts, wanted: new Set(laterTexts(closing.event.fields)) }
    })
    this.#closingJoins = plan.steps.map((_, step) => closingJoins.filter((join) => step < last && join.step === step))
    // A join with the closing event is asked of each member as it comes, and so is a matter of that member alone.
    this.#local = !record.mixed && plan.farJoins.every((joins, step) => step === last || joins.length === 0)
    this.#dead = plan.steps.map(() => new Set())
  }

  get gaveUp(): boolean {
    return this.#gaveUp
  }

  /** The chain with the newest start; its start is not after `bound`. After clauses are not looked at. */
  newest(bound: number): readonly Member[] | undefined {
    const { steps, untils } = this.#record
    const starts = steps[0]
    const oldest = windowStart(this.#closing, this.#plan.timespan)
    const latest = this.#latestStart(bound)
    if (starts === undefined) {
      const alone = this.#closing.event.time <= latest && this.#admits([], 0, this.#closing)
      return alone ? [this.#closing] : undefined
    }
    const kill = untils.at(untils.count((until) => isBefore(until, this.#closing)) - 1)
    for (let at = starts.count((one) => isBefore(one, this.#closing) && one.event.time <= latest) - 1; at >= 0; at--) {
      const start = starts.at(at)
      if (start === undefined || start.event.time < oldest || this.#gaveUp) return undefined
      if (kill && !isBefore(kill, start)) return undefined
      const chain = this.from(start)
      if (chain) return chain
    }
    return undefined
  }

  /** The lexicographically earliest chain from that start, in the order of `compareMembers`. */
  from(start: Member): readonly Member[] | undefined {
    const chosen: Member[] = []
    if (!this.#admits(chosen, 0, start)) return undefined
    chosen.push(start)
    return this.#extend(chosen) ? chosen : undefined
  }

  /** No event of a `before` without `within` lies in [closing − timespan, start): starts after one are out. */
  #latestStart(bound: number): number {
    const oldest = windowStart(this.#closing, this.#plan.timespan)
    let latest = bound
    for (const times of this.#record.beforeInSpan) {
      const met = times.at(times.count((time) => time < oldest))
      if (met !== undefined) latest = Math.min(latest, met)
    }
    return latest
  }

  #extend(chosen: Member[]): boolean {
    const step = chosen.length
    const from = chosen.at(-1)
    if (from === undefined || this.#visit()) return false
    const last = this.#plan.steps.length - 1
    if (step === last) {
      if (!this.#reaches(from, step, this.#closing) || !this.#admits(chosen, step, this.#closing)) return false
      chosen.push(this.#closing)
      return true
    }
    const members = this.#record.steps[step]
    if (!members) return false
    for (let at = members.count((one) => !isBefore(from, one)); at < members.length; at++) {
      const next = members.at(at)
      if (next === undefined || !isBefore(next, this.#closing) || !this.#reaches(from, step, next)) return false
      if (this.#dead[step]?.has(next) || !this.#admits(chosen, step, next)) {
        if (this.#visit()) return false
        continue
      }
      chosen.push(next)
      if (this.#extend(chosen)) return true
      chosen.pop()
      if (this.#gaveUp) return false
      if (this.#local) this.#dead[step]?.add(next)
    }
    return false
  }

  /** In order, within the gap, and nothing between that must not be. What fails here fails for all later ones too. */
  #reaches(from: Member, step: number, next: Member): boolean {
    if (!isBefore(from, next)) return false
    const within = this.#plan.steps[step]?.within ?? null
    if (within !== null && next.event.time - from.event.time > within) return false
    const times = this.#record.between[step - 1]
    const met = times?.at(times.count((time) => time <= from.event.time))
    return met === undefined || met >= next.event.time
  }

  #admits(chosen: readonly Member[], step: number, candidate: Member): boolean {
    const { nearJoins, farJoins } = this.#plan
    for (const { texts, wanted } of this.#closingJoins[step] ?? [])
      if (!texts(candidate.event.fields).some((text) => wanted.has(text))) return false
    for (const join of [...(nearJoins[step] ?? []), ...(farJoins[step] ?? [])]) {
      const earlier = join.earlier === step ? candidate : chosen[join.earlier]
      if (earlier === undefined || !joined(join, earlier, candidate)) return false
    }
    return !this.#record.mixed || !chosen.some((one) => apart(one, candidate))
  }

  #visit(): boolean {
    if (++this.#visits > MOST_VISITS) this.#gaveUp = true
    return this.#gaveUp
  }
}
