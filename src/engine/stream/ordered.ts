import type { AlertStep } from '../../event/alert.ts'
import type { RuleId } from '../../ir/rule.ts'
import { Front } from './front.ts'
import { HostWatch } from './host-mark.ts'
import { compareMembers, windowStart, type GroupContext, type GroupState, type Member } from './member.ts'
import type { OrderedPlan } from './ordered-plan.ts'
import { ChainSearch, type ChainRecord } from './ordered-search.ts'
import { Timeline } from './timeline.ts'

/** A chain whose last event has come, and whose absence windows have not passed. */
interface Pending {
  readonly closing: Member
  /** Undefined once something came that must not. */
  chain: readonly Member[] | undefined
  /** The window of absence is over after this time. */
  end: number
}

/**
 * The chains of one group. For each closing event it takes the newest start from which a chain ends there; of the
 * closings with the same start the earliest is the alert, and its middle steps are those of the earliest chain.
 *
 * The newest start is carried along from step to step (`Front`). Where that does not decide (`OrderedPlan.search`, or
 * events of two boots in the group) chains are searched for. Both give the same alerts.
 */
export class OrderedGroup implements GroupState {
  readonly #plan: OrderedPlan
  readonly #context: GroupContext
  /** For each step but the last, by the values that the join with the next step compares. */
  readonly #fronts: readonly Map<string, Front>[]
  readonly #steps: readonly Timeline<Member>[]
  readonly #between: readonly Timeline<number>[]
  readonly #before: readonly Timeline<number>[]
  readonly #beforeInSpan: readonly Timeline<number>[]
  /** All three. */
  readonly #absences: readonly Timeline<number>[]
  readonly #untils = new Timeline<Member>()
  readonly #pending = new Timeline<Pending>()
  readonly #hosts = new HostWatch()

  constructor(plan: OrderedPlan, context: GroupContext) {
    this.#plan = plan
    this.#context = context
    this.#fronts = plan.steps.slice(1).map(() => new Map<string, Front>())
    this.#steps = plan.steps.slice(1).map(() => new Timeline<Member>())
    this.#between = plan.steps.map(() => new Timeline<number>())
    this.#before = plan.before.map(() => new Timeline<number>())
    this.#beforeInSpan = plan.beforeInSpan.map(() => new Timeline<number>())
    this.#absences = [...this.#between, ...this.#before, ...this.#beforeInSpan]
  }

  get open(): number {
    return this.#pending.length
  }

  get deadline(): number | undefined {
    const head = this.#pending.at(0)
    return head && (head.chain === undefined ? -Infinity : head.end)
  }

  get size(): number {
    return this.#steps.reduce((sum, members) => sum + members.length, this.#pending.length)
  }

  process(batch: readonly Member[]): void {
    const now = batch[0]?.event.time
    if (now === undefined) return
    this.decide(now)
    this.#forget(now)
    for (const member of batch) if (member.guarded && this.#isStepped(member)) this.#hosts.see(member)
    const reached: [step: number, start: Member, end: Member][] = []
    for (const member of batch) if (member.guarded) this.#step(member, reached)
    for (const [step, start, end] of reached) this.#keep(step, start, end)
    for (const member of batch) this.#absent(member, now)
  }

  /** Closing events in their order: a later one waits for an earlier, which may take its start. */
  decide(now: number): void {
    for (let head = this.#pending.at(0); head !== undefined; head = this.#pending.at(0)) {
      if (head.chain !== undefined && head.end >= now) return
      this.#pending.shift()
      if (head.chain) this.#alert(head.chain)
    }
  }

  #isStepped(member: Member): boolean {
    return this.#plan.steps.some((step) => member.rules.includes(step.rule))
  }

  #step(member: Member, reached: [number, Member, Member][]): void {
    const { steps } = this.#plan
    const last = steps.length - 1
    const searched = this.#plan.search || this.#hosts.mixed
    for (const [index, step] of steps.entries()) {
      if (!member.rules.includes(step.rule)) continue
      if (index === 0 && !this.#mayBegin(member)) continue
      if (searched && index === last) {
        this.#closeBySearch(member)
        continue
      }
      const start = index === 0 || searched ? member : this.#newestStart(index, member)
      if (start === undefined) continue
      if (index === last) this.#close(start, member)
      else reached.push([index, start, member])
    }
  }

  /** None of the events of a `before … within` in [start − within, start). */
  #mayBegin(start: Member): boolean {
    const { time } = start.event
    return this.#plan.before.every(({ within }, i) => {
      const times = this.#before[i]
      const met = times?.at(times.count((one) => one < time) - 1)
      return met === undefined || met < time - within
    })
  }

  #newestStart(index: number, next: Member): Member | undefined {
    const { steps, timespan } = this.#plan
    const oldestStart = windowStart(next, timespan)
    const within = steps[index]?.within ?? timespan
    const times = this.#between[index - 1]
    const met = times?.at(times.count((time) => time < next.event.time) - 1) ?? -Infinity
    const oldestEnd = Math.max(next.event.time - within, met)
    let best: Member | undefined
    for (const key of this.#joinKeys(index, next, 'later')) {
      const start = this.#fronts[index - 1]?.get(key)?.newestStart(next, oldestEnd, oldestStart)
      if (start && (best === undefined || compareMembers(start, best) > 0)) best = start
    }
    return best
  }

  /** The values by which a step and the one before it are joined; several where a field has several. */
  #joinKeys(step: number, member: Member, side: 'earlier' | 'later'): readonly string[] {
    const joins = this.#plan.nearJoins[step] ?? []
    if (joins.length === 0) return ['']
    let keys: (readonly string[])[] = [[]]
    for (const join of joins) {
      const texts = side === 'later' ? join.laterTexts(member.event.fields) : join.earlierTexts(member.event.fields)
      if (texts.length * keys.length > MOST_JOIN_KEYS) this.#context.overflow('search')
      keys = keys.flatMap((start) => texts.map((text) => [...start, text])).slice(0, MOST_JOIN_KEYS)
    }
    return keys.map((key) => JSON.stringify(key))
  }

  #keep(step: number, start: Member, end: Member): void {
    const members = this.#steps[step]
    members?.push(end)
    if ((members?.length ?? 0) > this.#context.windowCap) {
      members?.shift()
      this.#context.overflow('window')
    }
    if (this.#plan.search || this.#hosts.mixed) return
    const fronts = this.#fronts[step]
    for (const key of this.#joinKeys(step + 1, end, 'earlier')) {
      const front = fronts?.get(key) ?? new Front()
      fronts?.delete(key)
      fronts?.set(key, front)
      front.add(start, end)
    }
  }

  #close(start: Member, closing: Member): void {
    const awaited = this.#plan.after.length > 0
    if (start.started && !awaited) return
    const search = new ChainSearch(this.#plan, this.#record(), closing)
    const chain = this.#plan.steps.length < 3 ? [...new Set([start, closing])] : search.from(start)
    if (search.gaveUp) this.#context.overflow('search')
    if (chain) this.#found(chain, closing)
  }

  #closeBySearch(closing: Member): void {
    const search = new ChainSearch(this.#plan, this.#record(), closing)
    const chain = search.newest(Infinity)
    if (search.gaveUp) this.#context.overflow('search')
    if (chain) this.#found(chain, closing)
  }

  #found(chain: readonly Member[], closing: Member): void {
    const { after, afterInSpan } = this.#plan
    if (after.length + afterInSpan.length === 0) this.#alert(chain)
    else this.#pending.push({ closing, chain, end: this.#endOf(chain, closing) })
  }

  #endOf(chain: readonly Member[], closing: Member): number {
    const { after, afterInSpan, timespan } = this.#plan
    const own = Math.max(-Infinity, ...after.map(({ within }) => closing.event.time + within))
    return afterInSpan.length === 0 ? own : Math.max(own, (chain[0] ?? closing).event.time + timespan)
  }

  /** What must not happen, and `until`: after the chains that this very event closes. */
  #absent(member: Member, now: number): void {
    const { body, between, before, beforeInSpan, after, afterInSpan } = this.#plan
    const matches = (rule: RuleId): boolean => member.rules.includes(rule)
    for (const [i, rules] of between.entries()) if (rules.some(matches)) this.#note(this.#between[i], now)
    for (const [i, { rule }] of before.entries()) if (matches(rule)) this.#note(this.#before[i], now)
    for (const [i, rule] of beforeInSpan.entries()) if (matches(rule)) this.#note(this.#beforeInSpan[i], now)
    for (const { rule, within } of after) if (matches(rule)) this.#interrupt(now, within)
    for (const rule of afterInSpan) if (matches(rule)) this.#interruptSpan(now)
    if (body.until !== null && matches(body.until.rule)) {
      for (const fronts of this.#fronts) fronts.clear()
      this.#untils.push(member)
    }
  }

  /** Times of absences; one entry for each millisecond. */
  #note(times: Timeline<number> | undefined, now: number): void {
    if (!times || times.newest() === now) return
    times.push(now)
    if (times.length <= this.#context.windowCap) return
    times.shift()
    this.#context.overflow('window')
  }

  #interrupt(now: number, within: number): void {
    for (let at = 0; at < this.#pending.length; at++) {
      const pending = this.#pending.at(at)
      if (!pending || pending.closing.event.time >= now) return
      if (now <= pending.closing.event.time + within) pending.chain = undefined
    }
  }

  /** An event in (last, first + timespan]: only a chain whose span was over before it can still be one. */
  #interruptSpan(now: number): void {
    for (let at = 0; at < this.#pending.length; at++) {
      const pending = this.#pending.at(at)
      if (!pending || pending.closing.event.time >= now) return
      const start = pending.chain?.[0]
      if (start === undefined || start.event.time + this.#plan.timespan < now) continue
      const search = new ChainSearch(this.#plan, this.#record(), pending.closing)
      pending.chain = search.newest(now - this.#plan.timespan - 1)
      if (search.gaveUp) this.#context.overflow('search')
      if (pending.chain) pending.end = this.#endOf(pending.chain, pending.closing)
    }
  }

  #alert(chain: readonly Member[]): void {
    const [first] = chain
    const last = chain.at(-1)
    if (first === undefined || last === undefined || first.started) return
    first.started = true
    this.#context.emit({ first: first.event, last: last.event, steps: () => this.#alertSteps(chain) })
  }

  /** Steps in order, with a slot for each absence where it was looked for. */
  #alertSteps(chain: readonly Member[]): readonly AlertStep[] {
    const { steps, body } = this.#plan
    const slots = (where: 'before' | 'after', step?: number): AlertStep[] =>
      body.unless
        .filter((one) => (one.where === 'between' ? one.after === step : step === undefined && one.where === where))
        .map(({ rule }) => ({ as: this.#context.nameOf(rule), rule, event: null }))
    return [
      ...slots('before'),
      ...steps.flatMap(({ as, rule }, i) => [{ as, rule, event: chain[i]?.event ?? null }, ...slots('after', i)]),
      ...slots('after'),
    ]
  }

  #record(): ChainRecord {
    return {
      steps: this.#steps,
      between: this.#between,
      untils: this.#untils,
      beforeInSpan: this.#beforeInSpan,
      mixed: this.#hosts.mixed,
    }
  }

  #forget(now: number): void {
    const { retention, timespan } = this.#plan
    const oldest = now - retention
    for (const members of this.#steps) dropWhile(members, (member) => member.event.time < oldest)
    for (const times of this.#absences) dropWhile(times, (time) => time < oldest)
    dropWhile(this.#untils, (member) => member.event.time < oldest)
    for (const fronts of this.#fronts) {
      if (fronts.size <= MOST_FRONTS_KEPT) continue
      for (const [key, front] of fronts) {
        front.expire(now - timespan)
        if (front.size > 0) break
        fronts.delete(key)
      }
    }
  }
}

/** One event joins by at most this many combinations of values; the rest is left out and told. */
const MOST_JOIN_KEYS = 1000
/** Below this it is not worth looking for fronts that have run out. */
const MOST_FRONTS_KEPT = 64

function dropWhile<T>(timeline: Timeline<T>, old: (item: T) => boolean): void {
  for (let first = timeline.at(0); first !== undefined && old(first); first = timeline.at(0)) timeline.shift()
}
