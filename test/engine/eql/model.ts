/**
 * EQL's state machine, word by word as its rules are written down, over events that are only letters: every list is
 * kept, every event looked through again. Far too slow for more than a handful of events.
 */
export interface ModelEvent {
  readonly line: number
  readonly time: number
  /** The items that the event meets, as letters. */
  readonly meets: ReadonlySet<string>
  /** Distinct; one of null for an optional key that is absent, none where the event is to be skipped. */
  readonly keys: readonly (string | null)[]
}

export interface ModelItem {
  readonly letter: string
  readonly missing: boolean
}

export interface ModelQuery {
  /** Each run an item of its own. */
  readonly items: readonly ModelItem[]
  readonly until: string | null
  readonly maxspan: number | null
}

export interface ModelMatch {
  readonly key: string | null
  readonly lines: readonly (number | null)[]
}

/** @param events in their order; one is before another exactly when it stands before it */
export function runModel(query: ModelQuery, events: readonly ModelEvent[]): ModelMatch[] {
  const keys = [...new Set(events.flatMap((event) => event.keys))].sort(byText)
  const found = keys.flatMap((key) =>
    completed(query, ofKey(events, key)).map((chain) => ({
      key,
      last: events.indexOf(at(chain, -1)),
      lines: linesOf(query, chain),
    })),
  )
  // By the last event; those of one event by key.
  return found
    .sort((a, b) => a.last - b.last || keys.indexOf(a.key) - keys.indexOf(b.key))
    .map(({ key, lines }) => ({ key, lines }))
}

function ofKey(events: readonly ModelEvent[], key: string | null): readonly ModelEvent[] {
  return events.filter((event) => event.keys.includes(key))
}

function byText(a: string | null, b: string | null): number {
  return a === null ? -1 : b === null ? 1 : a < b ? -1 : 1
}

type Chain = readonly ModelEvent[]

function completed(query: ModelQuery, events: readonly ModelEvent[]): Chain[] {
  const stages = query.items.filter((item) => !item.missing)
  let waiting: Chain[][] = stages.map(() => [])
  // Stage by stage, as the server asks for the events of one stage after those of another.
  for (const [stage, { letter }] of stages.entries()) {
    const reached: Chain[] = []
    for (const event of events.filter((one) => one.meets.has(letter))) {
      if (stage === 0) {
        reached.push([event])
        continue
      }
      const before = waiting[stage - 1] ?? []
      const place = before.findLastIndex((chain) => events.indexOf(at(chain, -1)) < events.indexOf(event))
      const chain = before[place]
      if (chain === undefined) continue
      waiting = waiting.map((list, index) => (index === stage - 1 ? before.slice(place + 1) : list))
      if (!isTooLong(query, chain, event) && !isInterrupted(query, chain, event, events))
        reached.push([...chain, event])
    }
    waiting = waiting.map((list, index) => (index === stage ? reached : list))
  }
  return at(waiting, -1).filter((chain) => !isSpoilt(query, chain, events))
}

function isTooLong({ maxspan }: ModelQuery, chain: Chain, event: ModelEvent): boolean {
  return maxspan !== null && event.time - at(chain, 0).time > maxspan
}

function isInterrupted({ until }: ModelQuery, chain: Chain, event: ModelEvent, events: readonly ModelEvent[]): boolean {
  const from = events.indexOf(at(chain, -1))
  return until !== null && events.slice(from, events.indexOf(event)).some((one) => one.meets.has(until))
}

/** What must be missing is looked for by milliseconds, strictly. */
function isSpoilt({ items, maxspan }: ModelQuery, chain: Chain, events: readonly ModelEvent[]): boolean {
  const [first, last] = [at(chain, 0).time, at(chain, -1).time]
  const longest = maxspan ?? 0
  const before: number[] = []
  const after: number[] = []
  let [leads, trails] = [false, false]
  let stage = 0
  for (const item of items) {
    if (!item.missing) {
      stage++
      continue
    }
    const times = events.filter((one) => one.meets.has(item.letter)).map((one) => one.time)
    if (stage === 0) {
      leads = true
      before.push(...times.filter((time) => time < first))
    } else if (stage === chain.length) {
      trails = true
      after.push(...times.filter((time) => time > last))
    } else {
      const [left, right] = [at(chain, stage - 1).time, at(chain, stage).time]
      if (times.some((time) => left < time && time < right)) return true
    }
  }
  const [latest, earliest] = [Math.max(...before), Math.min(...after)]
  if (leads && trails) return before.length > 0 && after.length > 0 && earliest - latest <= longest
  if (leads) return before.length > 0 && last - latest <= longest
  return trails && after.length > 0 && earliest - first <= longest
}

function linesOf({ items }: ModelQuery, chain: Chain): (number | null)[] {
  let stage = 0
  return items.map((item) => (item.missing ? null : at(chain, stage++).line))
}

function at<T>(list: readonly T[], index: number): T {
  const item = list.at(index)
  if (item === undefined) throw new TypeError('a list without that item')
  return item
}
