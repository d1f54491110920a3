import type { Presence, RuleId, Unordered } from '../../ir/rule.ts'
import { meets, startsAt } from './bounds.ts'
import { compareMembers, windowStart, type GroupContext, type GroupState, type Member } from './member.ts'

/** No match is needed; the oldest of nothing. */
const NOTHING = Symbol('nothing')
/** Where a presence that holds begins; undefined when it does not hold. */
type Begin = Member | typeof NOTHING | undefined

/**
 * The newest match of each rule in one group. At each event that matches one of them the condition is asked; where it
 * holds, the alert begins with the oldest match that it needs, and each beginning gives one alert.
 *
 * The beginning of `all` is the oldest of its parts, of `any` the newest of those that hold, of `not` nothing, of a
 * count with `gte N` alone the N-th newest of the different rules' newest matches, of another count the oldest of them.
 * A condition that needs no match begins at the closing event.
 */
export class UnorderedGroup implements GroupState {
  readonly open = 0
  readonly deadline = undefined
  readonly #body: Unordered
  readonly #context: GroupContext
  readonly #rules: readonly RuleId[]
  readonly #newest = new Map<RuleId, Member>()

  constructor(body: Unordered, context: GroupContext) {
    this.#body = body
    this.#context = context
    this.#rules = [...new Set(body.of.map((use) => use.rule))]
  }

  get size(): number {
    return this.#newest.size
  }

  process(batch: readonly Member[]): void {
    const contributing = batch.filter((member) => member.guarded && this.#rulesOf(member).length > 0)
    for (const member of contributing) for (const rule of this.#rulesOf(member)) this.#newest.set(rule, member)
    for (const member of contributing) this.#close(member)
  }

  decide(): void {
    // Nothing waits here.
  }

  #rulesOf(member: Member): readonly RuleId[] {
    return member.rules.filter((rule) => this.#rules.includes(rule))
  }

  #close(closing: Member): void {
    const oldest = windowStart(closing, this.#context.correlation.timespan)
    const matches = new Map<RuleId, Member>()
    for (const rule of this.#rules) {
      const match = this.#newest.get(rule)
      if (match && match.event.time >= oldest) matches.set(rule, match)
    }
    const begin = beginOf(this.#body.condition, matches)
    if (begin === undefined) return
    const first = begin === NOTHING ? closing : begin
    if (first.started) return
    first.started = true
    const { nameOf } = this.#context
    this.#context.emit({
      first: first.event,
      last: closing.event,
      steps: () => [...matches].map(([rule, { event }]) => ({ as: nameOf(rule), rule, event })),
    })
  }
}

function beginOf(condition: Presence, matches: ReadonlyMap<RuleId, Member>): Begin {
  switch (condition.op) {
    case 'all': {
      let oldest: Begin = NOTHING
      for (const part of condition.of) {
        const begin = beginOf(part, matches)
        if (begin === undefined) return undefined
        if (compareBegins(begin, oldest) < 0) oldest = begin
      }
      return oldest
    }
    case 'any': {
      let newest: Begin
      for (const part of condition.of) {
        const begin = beginOf(part, matches)
        if (begin !== undefined && (newest === undefined || compareBegins(begin, newest) > 0)) newest = begin
      }
      return newest
    }
    case 'not':
      return beginOf(condition.of, matches) === undefined ? NOTHING : undefined
    case 'rule':
      return matches.get(condition.rule)
    case 'count': {
      if (!meets(matches.size, condition.bounds)) return undefined
      const members = [...matches.values()].sort(compareMembers)
      return members[startsAt(members.length, condition.bounds)] ?? NOTHING
    }
  }
}

/** Needing nothing counts as newest of all, so that `all` passes over it. */
function compareBegins(a: Member | typeof NOTHING, b: Member | typeof NOTHING): number {
  if (a === NOTHING || b === NOTHING) return Number(a === NOTHING) - Number(b === NOTHING)
  return compareMembers(a, b)
}
