import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { compareEvents } from '../../event/order.ts'
import { steppedRules, type Correlation, type RuleId } from '../../ir/rule.ts'
import { CountGroup } from './count.ts'
import { GroupReader, type Group } from './group-key.ts'
import { Heap } from './heap.ts'
import {
  compareMembers,
  type Found,
  type GroupContext,
  type GroupState,
  type Member,
  type Occurrence,
} from './member.ts'
import { OrderedGroup } from './ordered.ts'
import { planOrdered } from './ordered-plan.ts'
import { UnorderedGroup } from './unordered.ts'

/** Bounds of one correlation's memory. */
export interface RunLimits {
  /** Groups held at once; beyond it the one unseen for longest is forgotten (`engine/key-cap`). */
  readonly keyCap: number
  /** Events held for one step or window of one group; beyond it the oldest is forgotten (`engine/window-cap`). */
  readonly windowCap: number
}

export interface RunContext extends RunLimits {
  readonly nameOf: (rule: RuleId) => string
  emit(correlation: Correlation, group: Readonly<Record<string, string>>, found: Found): void
  report(diagnostic: Diagnostic): void
}

interface Live {
  readonly key: string
  readonly state: GroupState
  seen: number
  /** The deadline it waits for in the queue. */
  awaited: number | undefined
}

interface GroupMembers {
  readonly group: Group
  readonly members: Member[]
}

/** One correlation over all its groups. Occurrences come in order; what has the same place in the order comes together. */
export class CorrelationRun {
  readonly correlation: Correlation
  /** An alert may still be undecided after its closing event. */
  readonly late: boolean
  /** For how long. */
  readonly lag: number
  readonly #context: RunContext
  readonly #reader: GroupReader
  readonly #stepped: ReadonlySet<RuleId>
  readonly #makeState: (context: GroupContext) => GroupState
  /** A group is forgotten this long after its last event. */
  readonly #horizon: number
  /** The least recently seen first. */
  readonly #groups = new Map<string, Live>()
  readonly #deadlines = new Heap<{ readonly at: number; readonly live: Live }>((a, b) => a.at - b.at)
  readonly #reported = new Set<string>()

  constructor(correlation: Correlation, context: RunContext) {
    this.correlation = correlation
    this.#context = context
    this.#reader = new GroupReader(correlation)
    this.#stepped = new Set(steppedRules(correlation))
    const { body } = correlation
    if (body.type === 'ordered') {
      const plan = planOrdered(correlation, body)
      this.late = plan.late
      this.lag = plan.lag
      this.#horizon = plan.retention + plan.lag
      this.#makeState = (of) => new OrderedGroup(plan, of)
    } else {
      this.late = false
      this.lag = 0
      this.#horizon = correlation.timespan
      this.#makeState = (of) => (body.type === 'unordered' ? new UnorderedGroup(body, of) : new CountGroup(body, of))
    }
  }

  get keys(): number {
    return this.#groups.size
  }

  get partials(): number {
    let sum = 0
    for (const { state } of this.#groups.values()) sum += state.size
    return sum
  }

  get open(): number {
    let sum = 0
    for (const { state } of this.#groups.values()) sum += state.open
    return sum
  }

  /** @param batch of one place in the order */
  process(batch: readonly Occurrence[]): void {
    const now = batch[0]?.event.time
    if (now === undefined) return
    this.advance(now)
    for (const { group, members } of this.#byGroup(batch)) {
      const { key } = group
      const live = this.#groups.get(key) ?? this.#enter(group, members)
      if (live === undefined) continue
      // Last in the map is what was seen last.
      this.#groups.delete(key)
      this.#groups.set(key, live)
      live.seen = now
      live.state.process(members.length > 1 ? members.sort(compareMembers) : members)
      this.#await(live)
    }
  }

  /** Decides what waited for a time before `now`, and forgets the groups whose window is over. */
  advance(now: number): void {
    for (let next = this.#deadlines.peek(); next !== undefined && next.at < now; next = this.#deadlines.peek()) {
      this.#deadlines.pop()
      const { live } = next
      if (live.awaited !== next.at) continue
      live.awaited = undefined
      live.state.decide(now)
      this.#await(live)
    }
    for (const live of this.#groups.values()) {
      if (live.seen + this.#horizon >= now) return
      this.#groups.delete(live.key)
    }
  }

  #await(live: Live): void {
    const at = live.state.deadline
    if (at === undefined || live.awaited === at) return
    live.awaited = at
    this.#deadlines.push({ at, live })
  }

  #byGroup(batch: readonly Occurrence[]): Iterable<GroupMembers> {
    const [first] = batch
    if (first !== undefined && batch.length === 1) return this.#groupsOf(first)
    const groups = new Map<string, GroupMembers>()
    for (const occurrence of batch) {
      for (const one of this.#groupsOf(occurrence)) {
        const there = groups.get(one.group.key)
        if (there) there.members.push(...one.members)
        else groups.set(one.group.key, one)
      }
    }
    return groups.values()
  }

  /** The groups of one occurrence, each with itself as the only member. */
  #groupsOf(occurrence: Occurrence): GroupMembers[] {
    const found: { readonly group: Group; rules: readonly RuleId[] }[] = []
    for (const rule of occurrence.rules) {
      for (const group of this.#reader.groups(rule, occurrence.event.fields, () => this.#report('group'))) {
        const there = found.length === 0 ? undefined : found.find((one) => one.group.key === group.key)
        if (there) there.rules = [...there.rules, rule]
        else found.push({ group, rules: [rule] })
      }
    }
    const guarded = this.#isGuarded(occurrence)
    return found.map(({ group, rules }) => ({
      group,
      members: [{ event: occurrence.event, rules, guarded, started: false, mark: undefined }],
    }))
  }

  #isGuarded(occurrence: Occurrence): boolean {
    const { guard, id } = this.correlation
    return (guard.op === 'all' && guard.of.length === 0) || occurrence.guards.includes(id)
  }

  #enter(group: Group, members: readonly Member[]): Live | undefined {
    // Nothing can come of a group in which no absence, step or count has begun.
    if (
      !this.#keepsAbsence() &&
      !members.some((one) => one.guarded && one.rules.some((rule) => this.#stepped.has(rule)))
    )
      return undefined
    if (this.#groups.size >= this.#context.keyCap) {
      this.#report('key')
      for (const oldest of this.#groups.keys()) {
        this.#groups.delete(oldest)
        break
      }
    }
    const names = Object.fromEntries(this.correlation.group.map((key, i) => [key.name, group.texts[i] ?? '']))
    const state = this.#makeState({
      correlation: this.correlation,
      windowCap: this.#context.windowCap,
      nameOf: (rule) => this.#context.nameOf(rule),
      emit: (found) => this.#context.emit(this.correlation, names, found),
      overflow: (what) => this.#report(what),
    })
    const live = { key: group.key, state, seen: 0, awaited: undefined }
    this.#groups.set(group.key, live)
    return live
  }

  #keepsAbsence(): boolean {
    return (
      this.correlation.body.type === 'ordered' && this.correlation.body.unless.some((one) => one.where === 'before')
    )
  }

  /** Once for each bound: what is met once is met often. */
  #report(what: keyof typeof OVERFLOWS): void {
    if (this.#reported.has(what)) return
    this.#reported.add(what)
    const { title, span } = this.correlation
    const { code, message } = OVERFLOWS[what]
    const hint = 'narrow the rule, shorten its timespan or group by fewer values'
    this.#context.report(warning(code, `"${title}" may have missed alerts: ${message}`, span, { hint }))
  }
}

const OVERFLOWS = {
  key: { code: 'engine/key-cap', message: 'more groups are live at once than may be held' },
  window: { code: 'engine/window-cap', message: 'one group has more events in its window than may be held' },
  search: { code: 'engine/search-cap', message: 'one chain would take too long to find' },
  group: { code: 'engine/group-cap', message: 'one event belongs to more groups than are looked at' },
} as const

/** Holds occurrences back until their place in the order can no longer change, for a correlation of late alerts. */
export class OccurrenceQueue {
  readonly #heap = new Heap<Occurrence>(compareMembers)

  push(occurrence: Occurrence): void {
    this.#heap.push(occurrence)
  }

  /** The next ones that share one place in the order and lie before a time. */
  next(before: number): readonly Occurrence[] {
    const batch: Occurrence[] = []
    for (let least = this.#heap.peek(); least !== undefined && least.event.time < before; least = this.#heap.peek()) {
      if (batch[0] && compareEvents(batch[0].event, least.event) !== 0) break
      batch.push(least)
      this.#heap.pop()
    }
    return batch
  }
}
