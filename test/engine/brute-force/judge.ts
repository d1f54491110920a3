import { alertId } from '../../../src/event/alert.ts'
import type { EventRecord, Time } from '../../../src/event/record.ts'
import {
  keyField,
  type Absence,
  type Bounds,
  type Correlation,
  type Ordered,
  type Presence,
  type Program,
  type RuleId,
} from '../../../src/ir/rule.ts'
import { isTrue, textOf, valuesOf } from './naive-predicate.ts'

/**
 * The meaning of rules, written straight from its definition (semantics §1–2): every chain is listed, every window is
 * looked through again. Obviously right, and far too slow for more than a handful of events.
 */
export interface Verdict {
  readonly rule: string
  readonly group: Readonly<Record<string, string>>
  readonly first: string
  readonly last: string
  readonly lines: readonly (number | null)[]
}

interface Item {
  readonly time: number
  readonly sequence: number | null
  readonly line: number
  readonly name: string
  readonly fields: EventRecord['fields']
}

/** All alerts of all rules, those that do not alert alone included. @param now the end of the world */
export function judge(program: Program, events: readonly EventRecord[], now: number): Verdict[] {
  const unique = events.filter((one, i) => one.id === null || events.findIndex((other) => other.id === one.id) === i)
  const verdicts: Verdict[] = []
  const matches = new Map<RuleId, Item[]>()
  const last = Math.max(now, ...unique.map((one) => one.time ?? -Infinity))
  for (const [id, rule] of program.rules) {
    if (rule.kind === 'event') {
      const found = unique.filter((one) => isTrue(rule.where, one.fields))
      const name = (one: EventRecord): string => one.id ?? `line:${one.line}`
      for (const one of found)
        verdicts.push({ rule: id, group: {}, first: name(one), last: name(one), lines: [one.line] })
      const timed = found.filter((one) => one.time !== null)
      matches.set(
        id,
        timed.map((one) => ({ ...one, time: one.time ?? 0, name: name(one) })),
      )
      continue
    }
    const alerts = groupsOf(rule, matches).flatMap(({ group, of }) =>
      judgeGroup(rule, of, last).map((one) => ({ ...one, group })),
    )
    const items: Item[] = []
    for (const { first, closing, group, lines } of alerts) {
      verdicts.push({ rule: id, group, first: first.name, last: closing.name, lines })
      items.push({ ...closing, name: alertId(id, group, first.name, closing.name), fields: group })
    }
    matches.set(id, items)
  }
  return verdicts
}

interface Found {
  readonly first: Item
  readonly closing: Item
  readonly lines: readonly (number | null)[]
}

/** The matches of one group by rule, in order. */
type Matches = (rule: RuleId) => readonly Item[]

function groupsOf(rule: Correlation, matches: ReadonlyMap<RuleId, readonly Item[]>) {
  const combinations = (id: RuleId, item: Item): Record<string, string>[] => {
    let all: Record<string, string>[] = [{}]
    for (const key of rule.group) {
      const texts = [...new Set(valuesOf(item.fields, keyField(key, id)).map(textOf))]
      all = all.flatMap((one) => texts.map((text) => ({ ...one, [key.name]: text })))
    }
    return all
  }
  const groups = new Map<string, Record<string, string>>()
  for (const [id, items] of matches)
    for (const item of items) for (const one of combinations(id, item)) groups.set(JSON.stringify(one), one)
  return [...groups].map(([key, group]) => ({
    group,
    of: (id: RuleId) =>
      (matches.get(id) ?? [])
        .filter((item) => combinations(id, item).some((one) => JSON.stringify(one) === key))
        .sort(total),
  }))
}

function judgeGroup(rule: Correlation, of: Matches, end: number): Found[] {
  const guarded: Matches = (id) => of(id).filter((item) => isTrue(rule.guard, item.fields))
  switch (rule.body.type) {
    case 'ordered':
      return judgeOrdered(rule, rule.body, of, guarded, end)
    case 'unordered': {
      const { condition } = rule.body
      const rules = [...new Set(rule.body.of.map((use) => use.rule))]
      return earliest(
        merged(rules, guarded).flatMap((closing) => {
          const newest = new Map<RuleId, Item>()
          for (const id of rules) {
            const match = guarded(id).findLast((one) => inWindow(one, closing, rule.timespan))
            if (match) newest.set(id, match)
          }
          const begin = presence(condition, newest)
          const lines = [...newest.values()].map((one) => one.line)
          return begin === false ? [] : [{ first: begin ?? closing, closing, lines }]
        }),
      )
    }
    case 'count':
    case 'value': {
      const { body } = rule
      const contributing = merged(
        body.of.map((use) => use.rule),
        guarded,
      ).filter((item) => body.type === 'count' || body.fields.every((field) => measured(item, field, body).length > 0))
      return contributing.flatMap((closing) => {
        const window = contributing.filter((one) => inWindow(one, closing, rule.timespan))
        const value = body.type === 'count' ? window.length : measure(window, body)
        if (!meets(value, body.bounds)) return []
        const byNumber = body.type === 'count' || body.measure.of === 'distinct'
        const first = byNumber ? nth(window, body.bounds) : window[0]
        return first ? [{ first, closing, lines: window.map((one) => one.line) }] : []
      })
    }
  }
}

function judgeOrdered(rule: Correlation, body: Ordered, of: Matches, guarded: Matches, end: number): Found[] {
  let chains: Item[][] = [[]]
  for (const step of body.steps) {
    chains = chains.flatMap((chain) =>
      guarded(step.rule)
        .filter((next) => chain.every((before) => order(before, next) < 0))
        .map((next) => [...chain, next]),
    )
  }
  const valid = chains.filter((chain) => isChain(chain, rule, body, of))
  const closings = [...new Map(valid.map((chain) => [at(chain, -1).name, at(chain, -1)])).values()].sort(total)
  const alerts: Found[] = []
  const begun = new Set<string>()
  for (const closing of closings) {
    // Newest start first; of one start the lexicographically earliest.
    const ending = valid
      .filter((chain) => at(chain, -1).name === closing.name)
      .sort((a, b) => total(at(b, 0), at(a, 0)) || lexicographic(a, b))
    const states = ending.map((chain) => trailing(chain, rule, body, of, end))
    const best = states.findIndex((state) => state !== 'broken')
    const chain = ending[best]
    if (chain === undefined) continue
    if (states[best] === 'open') break
    if (begun.has(at(chain, 0).name)) continue
    begun.add(at(chain, 0).name)
    alerts.push({ first: at(chain, 0), closing, lines: chainLines(chain, body) })
  }
  return alerts
}

function isChain(chain: readonly Item[], rule: Correlation, body: Ordered, of: Matches): boolean {
  const first = at(chain, 0)
  const last = at(chain, -1)
  if (last.time - first.time > rule.timespan) return false
  for (const [i, step] of body.steps.entries())
    if (i > 0 && step.within !== null && at(chain, i).time - at(chain, i - 1).time > step.within) return false
  for (const { left, right } of body.joins) {
    const others = valuesOf(at(chain, right.step).fields, right.field).map(textOf)
    if (!valuesOf(at(chain, left.step).fields, left.field).some((value) => others.includes(textOf(value)))) return false
  }
  for (const absence of body.unless) {
    const times = of(absence.rule).map((item) => item.time)
    if (absence.where === 'between') {
      const [from, to] = [at(chain, absence.after).time, at(chain, absence.after + 1).time]
      if (times.some((time) => time > from && time < to)) return false
    }
    if (absence.where === 'before') {
      const from = absence.within === null ? last.time - rule.timespan : first.time - absence.within
      if (times.some((time) => time >= from && time < first.time)) return false
    }
  }
  const { until } = body
  if (until && of(until.rule).some((kill) => order(kill, first) >= 0 && order(kill, last) < 0)) return false
  return !chain.some((a) => chain.some((b) => twoLives(a, b)))
}

/** No chain spans two boots or two clock epochs of a host. */
function twoLives(a: Item, b: Item): boolean {
  const differ = (name: string): boolean => {
    const [one, two] = [valuesOf(a.fields, name)[0], valuesOf(b.fields, name)[0]]
    return one !== undefined && two !== undefined && one !== two
  }
  if (valuesOf(a.fields, 'host.id')[0] !== valuesOf(b.fields, 'host.id')[0]) return false
  return differ('host.boot.id') || differ('detpack.clock.epoch')
}

function trailing(chain: readonly Item[], rule: Correlation, body: Ordered, of: Matches, end: number) {
  const last = at(chain, -1)
  let state: 'held' | 'open' = 'held'
  for (const absence of body.unless) {
    if (absence.where !== 'after') continue
    const to = absence.within === null ? at(chain, 0).time + rule.timespan : last.time + absence.within
    if (of(absence.rule).some(({ time }) => time > last.time && time <= to)) return 'broken'
    if (to >= end) state = 'open'
  }
  return state
}

function chainLines(chain: readonly Item[], body: Ordered): (number | null)[] {
  const slots = (such: (absence: Absence) => boolean): null[] => body.unless.filter(such).map(() => null)
  return [
    ...slots((one) => one.where === 'before'),
    ...chain.flatMap((item, i) => [item.line, ...slots((one) => one.where === 'between' && one.after === i)]),
    ...slots((one) => one.where === 'after'),
  ]
}

/** False: does not hold. Null: holds and needs no match. */
function presence(condition: Presence, newest: ReadonlyMap<RuleId, Item>): Item | null | false {
  switch (condition.op) {
    case 'rule':
      return newest.get(condition.rule) ?? false
    case 'not':
      return presence(condition.of, newest) === false ? null : false
    case 'all': {
      const parts = condition.of.map((part) => presence(part, newest))
      if (parts.includes(false)) return false
      return parts.filter((part) => part !== null && part !== false).sort(total)[0] ?? null
    }
    case 'any': {
      const parts = condition.of.map((part) => presence(part, newest)).filter((part) => part !== false)
      if (parts.length === 0) return false
      return parts.includes(null)
        ? null
        : (parts
            .filter((part) => part !== null)
            .sort(total)
            .at(-1) ?? null)
    }
    case 'count': {
      if (!meets(newest.size, condition.bounds)) return false
      return nth([...newest.values()].sort(total), condition.bounds) ?? null
    }
  }
}

function measured(item: Item, field: string, body: Extract<Correlation['body'], { type: 'value' }>) {
  const values = valuesOf(item.fields, field)
  if (body.measure.of === 'distinct') return values.map(textOf)
  return values.filter((value) => /^-?\d+(\.\d+)?$/.test(textOf(value))).map(Number)
}

function measure(window: readonly Item[], body: Extract<Correlation['body'], { type: 'value' }>): number {
  const [field = ''] = body.fields
  const numbers = window.flatMap((item) => measured(item, field, body) as number[]).sort((a, b) => a - b)
  const sum = (): number => numbers.reduce((one, two) => one + two, 0)
  switch (body.measure.of) {
    case 'distinct':
      return new Set(
        window.flatMap((item) => {
          let tuples: string[] = ['']
          for (const name of body.fields)
            tuples = tuples.flatMap((one) => measured(item, name, body).map((text) => `${one}/${text}`))
          return tuples
        }),
      ).size
    case 'sum':
      return sum()
    case 'average':
      return sum() / numbers.length
    case 'median': {
      const middle = numbers.slice((numbers.length - 1) >> 1, (numbers.length >> 1) + 1)
      return middle.reduce((one, two) => one + two, 0) / middle.length
    }
    case 'percentile': {
      const { rank } = body.measure
      return numbers.find((value) => numbers.filter((one) => one <= value).length * 100 >= rank * numbers.length) ?? NaN
    }
  }
}

/** The earliest closing of each start. */
function earliest(found: readonly Found[]): Found[] {
  return found.filter((one, i) => found.findIndex((other) => other.first.name === one.first.name) === i)
}

function merged(rules: readonly RuleId[], of: Matches): Item[] {
  return [...new Map(rules.flatMap((id) => of(id).map((item) => [item.name, item]))).values()].sort(total)
}

function inWindow(item: Item, closing: Item, timespan: number): boolean {
  return order(item, closing) <= 0 && item.time >= closing.time - timespan
}

function meets(value: number, bounds: Bounds): boolean {
  return bounds.every(
    (bound) =>
      ({
        gt: value > bound.value,
        gte: value >= bound.value,
        lt: value < bound.value,
        lte: value <= bound.value,
        eq: value === bound.value,
        neq: value !== bound.value,
      })[bound.operator],
  )
}

function nth(sorted: readonly Item[], bounds: Bounds): Item | undefined {
  const [only] = bounds
  if (bounds.length !== 1 || only?.operator !== 'gte') return sorted[0]
  const wanted = Math.max(1, only.value)
  return wanted > sorted.length ? sorted[0] : sorted.at(-wanted)
}

function order(a: Item, b: Item): number {
  if (a.time !== b.time) return a.time - b.time
  if (a.sequence !== null && b.sequence !== null) return a.sequence - b.sequence
  if (a.sequence === null && b.sequence === null) return a.line - b.line
  return a.sequence === null ? -1 : 1
}

function total(a: Item, b: Item): number {
  return order(a, b) || a.line - b.line || (a.name < b.name ? -1 : Number(a.name > b.name))
}

function lexicographic(a: readonly Item[], b: readonly Item[]): number {
  for (const [i, item] of a.entries()) {
    const difference = total(item, at(b, i))
    if (difference !== 0) return difference
  }
  return 0
}

function at(chain: readonly Item[], index: number): Item {
  const item = chain.at(index)
  if (item === undefined) throw new TypeError('a chain without that step')
  return item
}

export function timeOf(milliseconds: number): Time {
  return milliseconds as Time
}
