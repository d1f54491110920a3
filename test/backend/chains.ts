import type { Ordered } from '../../src/ir/rule.ts'

/** One event of a made-up stream, in order of time and sequence: the rules it matches and its group. */
export interface ChainEvent {
  readonly id: string
  readonly time: number
  readonly sequence: number
  readonly actions: ReadonlySet<string>
  readonly key: string
}

function precedes(a: ChainEvent, b: ChainEvent): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence)
}

/**
 * The alerts of an ordered correlation, straight from semantics §2: try every chain; for each closing event take the
 * newest start, and for each start the earliest closing. Gives `key first>last`. Exponential; for streams of ten.
 */
export function chainsOf(body: Ordered, timespan: number, events: readonly ChainEvent[]): Set<string> {
  const alerts = new Set<string>()
  for (const key of new Set(events.map((event) => event.key))) {
    const group = events.filter((event) => event.key === key)
    const started = new Set<string>()
    for (const last of group) {
      const starts = group.filter((first) => chainsBetween(body, timespan, group, first, last))
      const newest = starts.sort((a, b) => (precedes(a, b) ? -1 : 1)).at(-1)
      if (!newest || started.has(newest.id)) continue
      started.add(newest.id)
      alerts.add(`${key} ${newest.id}>${last.id}`)
    }
  }
  return alerts
}

function chainsBetween(
  body: Ordered,
  timespan: number,
  group: readonly ChainEvent[],
  first: ChainEvent,
  last: ChainEvent,
): boolean {
  if (last.time - first.time > timespan) return false
  const grow = (chain: readonly ChainEvent[]): boolean => {
    const step = body.steps[chain.length]
    if (!step) return chain.at(-1) === last && valid(body, timespan, group, chain)
    return group.some((next) => {
      const previous = chain.at(-1)
      if (!next.actions.has(step.rule) || (previous ? !precedes(previous, next) : next !== first)) return false
      if (previous && step.within !== null && next.time - previous.time > step.within) return false
      return grow([...chain, next])
    })
  }
  return grow([])
}

function valid(body: Ordered, timespan: number, group: readonly ChainEvent[], chain: readonly ChainEvent[]): boolean {
  const [first] = chain
  const last = chain.at(-1)
  if (!first || !last) return false
  const { until } = body
  if (until && group.some((one) => one.actions.has(until.rule) && !precedes(one, first) && precedes(one, last)))
    return false
  return !body.unless.some((absence) => {
    const seen = group.filter((one) => one.actions.has(absence.rule))
    switch (absence.where) {
      case 'between': {
        const left = chain[absence.after]?.time ?? 0
        const right = chain[absence.after + 1]?.time ?? 0
        return seen.some((one) => left < one.time && one.time < right)
      }
      case 'before': {
        const from = absence.within === null ? last.time - timespan : first.time - absence.within
        return seen.some((one) => from <= one.time && one.time < first.time)
      }
      case 'after': {
        const to = absence.within === null ? first.time + timespan : last.time + absence.within
        return seen.some((one) => last.time < one.time && one.time <= to)
      }
    }
  })
}
