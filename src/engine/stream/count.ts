import type { AlertStep } from '../../event/alert.ts'
import type { Count, RuleId, Value } from '../../ir/rule.ts'
import { meets, startsAt } from './bounds.ts'
import { makeMeasure, type Measuring } from './measure.ts'
import { windowStart, type GroupContext, type GroupState, type Member } from './member.ts'
import { Timeline } from './timeline.ts'

/** An alert shows at most this many events of its window, the newest ones. */
const MOST_SHOWN = 1000

/**
 * A window of one group that slides from event to event: at each contributing event the number of events in it, or a
 * measure of their values, is held against the bounds. An event that matches several rules counts once. For a measure
 * an event contributes only when it has a value for it.
 *
 * The N-th newest event is the start for `gte N` on numbers of events and of distinct values; all else starts at the
 * oldest event of the window.
 */
export class CountGroup implements GroupState {
  readonly open = 0
  readonly deadline = undefined
  readonly #body: Count | Value
  readonly #context: GroupContext
  readonly #rules: ReadonlySet<RuleId>
  readonly #measure: Measuring | undefined
  readonly #window = new Timeline<Member>()

  constructor(body: Count | Value, context: GroupContext) {
    this.#body = body
    this.#context = context
    this.#rules = new Set(body.of.map((use) => use.rule))
    this.#measure = body.type === 'value' ? makeMeasure(body) : undefined
  }

  get size(): number {
    return this.#window.length
  }

  process(batch: readonly Member[]): void {
    const contributing = batch.filter((member) => member.guarded && this.#contributes(member))
    const [first] = contributing
    if (first === undefined) return
    this.#expire(windowStart(first, this.#context.correlation.timespan))
    for (const member of contributing) this.#add(member)
    if (!this.#holds()) return
    for (const member of contributing) this.#alert(member)
  }

  decide(): void {
    // Nothing waits here.
  }

  #contributes(member: Member): boolean {
    if (!member.rules.some((rule) => this.#rules.has(rule))) return false
    return this.#measure === undefined || this.#measure.concerns(member.event.fields)
  }

  #add(member: Member): void {
    this.#window.push(member)
    this.#measure?.add(member.event.fields)
    if (this.#window.length <= this.#context.windowCap) return
    this.#drop()
    this.#context.overflow('window')
  }

  #expire(oldest: number): void {
    for (let first = this.#window.at(0); first !== undefined; first = this.#window.at(0)) {
      if (first.event.time >= oldest) return
      this.#drop()
    }
  }

  #drop(): void {
    const dropped = this.#window.shift()
    if (dropped) this.#measure?.remove(dropped.event.fields)
  }

  #holds(): boolean {
    const { bounds } = this.#body
    return this.#measure === undefined ? meets(this.#window.length, bounds) : this.#measure.meets(bounds)
  }

  #alert(closing: Member): void {
    const { length } = this.#window
    const byNumber = this.#body.type === 'count' || this.#body.measure.of === 'distinct'
    const start = this.#window.at(byNumber ? startsAt(length, this.#body.bounds) : 0)
    if (start === undefined) return
    const shown = this.#window.stretch(Math.max(0, length - MOST_SHOWN), length)
    this.#context.emit({ first: start.event, last: closing.event, steps: () => shown().map((one) => this.#step(one)) })
  }

  #step(member: Member): AlertStep {
    const rule = member.rules.find((one) => this.#rules.has(one)) ?? this.#context.correlation.id
    return { as: this.#context.nameOf(rule), rule, event: member.event }
  }
}
