import ipaddr from 'ipaddr.js'
import { exactText, fieldReader, type JsonObject, type Scalar } from '../../../src/event/field.ts'
import { parseTime } from '../../../src/event/record.ts'
import type { Pattern } from '../../../src/ir/pattern.ts'
import type { FieldName, Predicate, ValueTest } from '../../../src/ir/predicate.ts'
import {
  keyField,
  type Absence,
  type Bound,
  type Correlation,
  type EventRule,
  type Program,
  type RuleUse,
} from '../../../src/ir/rule.ts'

/**
 * The meaning of rules as the semantics state it, word for word and without any thought for speed: the judge of what
 * the compiled queries find. Only what ES|QL does not refuse is here.
 */
export interface JudgedEvent {
  readonly id: string
  readonly time: number
  readonly sequence: number
  readonly fields: JsonObject
}

export function judged(fields: JsonObject): JudgedEvent {
  const one = (name: FieldName): Scalar | undefined => fieldReader(name)(fields)[0]
  return {
    id: String(one('event.id')),
    time: parseTime(one('@timestamp')) ?? Number.NaN,
    sequence: Number(one('event.sequence')),
    fields,
  }
}

export function holds(of: Predicate, event: JsonObject): boolean {
  switch (of.op) {
    case 'all':
      return of.of.every((each) => holds(each, event))
    case 'any':
      return of.of.some((each) => holds(each, event))
    case 'not':
      return !holds(of.of, event)
    case 'test':
      if (of.subject.kind === 'message') throw new Error('not judged')
      return passes(of.test, fieldReader(of.subject.name)(event), event)
  }
}

function passes(test: ValueTest, values: readonly Scalar[], event: JsonObject): boolean {
  if (test.is === 'null') return values.length === 0
  if (test.is === 'exists') return test.present === values.length > 0
  return values.some((value) => valuePasses(test, value, event))
}

function valuePasses(test: ValueTest, value: Scalar, event: JsonObject): boolean {
  switch (test.is) {
    case 'text':
      return patternExpression(test.pattern, test.cased).test(exactText(value))
    case 'number':
      return typeof value === 'number' ? value === test.value : value === JSON.stringify(test.value)
    case 'boolean':
      return typeof value === 'boolean' ? value === test.value : String(value).toLowerCase() === String(test.value)
    case 'order': {
      const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?$/i.test(String(value))
      const number = typeof value === 'number' || decimal ? Number(value) : Number.NaN
      if (test.operator === 'lt') return number < test.value
      if (test.operator === 'lte') return number <= test.value
      return test.operator === 'gt' ? number > test.value : number >= test.value
    }
    case 'cidr':
      return inNetwork(String(value), test.network)
    case 'regex': {
      const { ignoreCase, multiline, dotAll } = test.flags
      return new RegExp(test.source, `u${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}${dotAll ? 's' : ''}`).test(
        exactText(value),
      )
    }
    case 'field':
      return fieldReader(test.other)(event).some((other) => {
        const [left, right] = [exactText(value), exactText(other)]
        if (test.relation === 'equals') return left === right
        if (test.relation === 'startswith') return left.startsWith(right)
        return test.relation === 'endswith' ? left.endsWith(right) : left.includes(right)
      })
    case 'time-part': {
      const date = new Date(parseTime(value) ?? Number.NaN)
      const parts = {
        minute: date.getUTCMinutes(),
        hour: date.getUTCHours(),
        day: date.getUTCDate(),
        week: isoWeek(date),
        month: date.getUTCMonth() + 1,
        year: date.getUTCFullYear(),
      }
      return parts[test.part] === test.value
    }
    case 'null':
    case 'exists':
      return false
  }
}

function patternExpression(pattern: Pattern, cased: boolean): RegExp {
  const source = pattern.map((part) => {
    if (part.kind === 'any') return '.*'
    return part.kind === 'one' ? '.' : part.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  })
  return new RegExp(`^${source.join('')}$`, cased ? 'su' : 'isu')
}

function inNetwork(address: string, network: string): boolean {
  const [range, bits] = ipaddr.parseCIDR(network)
  const parsed = ipaddr.process(address)
  return parsed.kind() === range.kind() && parsed.match(range, bits)
}

/** ISO 8601: the week of the year in which its Thursday lies. */
function isoWeek(date: Date): number {
  const day = 86_400_000
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * day)
  return Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * day)) + 1
}

/** Identities of the alerts of a rule: group, start and closing, as `identityOf` writes them. */
export function alertsOf(rule: Correlation, program: Program, events: readonly JudgedEvent[]): ReadonlySet<string> {
  const ordered = [...new Map(events.map((event) => [event.id, event])).values()].sort(before)
  const found = new Set<string>()
  for (const group of groupsOf(rule, program, ordered)) {
    const known = new Map<string, readonly JudgedEvent[]>()
    const of = (use: RuleUse, guarded = true): readonly JudgedEvent[] => {
      const key = `${use.rule} ${guarded}`
      const found =
        known.get(key) ??
        ordered.filter((event) => plays(rule, use, program, event, guarded) && keysOf(rule, use, event).includes(group))
      known.set(key, found)
      return found
    }
    for (const [start, closing] of chainsIn(rule, of))
      found.add(identityOf(JSON.parse(group) as string[], start.id, closing.id))
  }
  return found
}

export function identityOf(group: readonly string[], first: string, last: string): string {
  return JSON.stringify([group, first, last])
}

type Pair = readonly [JudgedEvent, JudgedEvent]
type EventsOf = (use: RuleUse, guarded?: boolean) => readonly JudgedEvent[]

function chainsIn(rule: Correlation, of: EventsOf): readonly Pair[] {
  const { body, timespan } = rule
  switch (body.type) {
    case 'ordered': {
      const [first, second] = body.steps
      if (first === undefined || second === undefined || body.steps.length > 2) throw new Error('not judged')
      const longest = Math.min(timespan, second.within ?? timespan)
      const valid = (a: JudgedEvent, b: JudgedEvent): boolean =>
        before(a, b) < 0 &&
        b.time - a.time <= longest &&
        !apart(a, b) &&
        body.joins.every((join) => shares(a, join.left.field, b, join.right.field)) &&
        !body.unless.some((absence) => of(absence, false).some((event) => breaks(absence, event, a, b, timespan))) &&
        !(body.until && of(body.until, false).some((event) => before(event, a) >= 0 && before(event, b) < 0))
      const pairs = of(second).flatMap((closing): readonly Pair[] => {
        const start = of(first).findLast((candidate) => valid(candidate, closing))
        return start === undefined ? [] : [[start, closing]]
      })
      return earliestForEachStart(pairs)
    }
    case 'unordered': {
      const closings = [...new Set(body.of.flatMap((use) => of(use)))].sort(before)
      const pairs = closings.flatMap((closing): readonly Pair[] => {
        const newest = body.of.map((use) => of(use).findLast((event) => before(event, closing) <= 0))
        const start = newest.some((one) => one === undefined)
          ? undefined
          : [...newest].sort((a, b) => (a && b ? before(a, b) : 0))[0]
        return start === undefined || closing.time - start.time > timespan ? [] : [[start, closing]]
      })
      return earliestForEachStart(pairs)
    }
    case 'count': {
      const counted = [...new Set(body.of.flatMap((use) => of(use)))].sort(before)
      return counted.flatMap((closing): readonly Pair[] => {
        const window = counted.filter((event) => before(event, closing) <= 0 && closing.time - event.time <= timespan)
        if (!body.bounds.every((bound) => within(window.length, bound))) return []
        const [only] = body.bounds
        const enough = body.bounds.length === 1 && only?.operator === 'gte' ? only.value : window.length
        const start = window[window.length - Math.max(1, enough)]
        return start === undefined ? [] : [[start, closing]]
      })
    }
    case 'value': {
      const counted = [...new Set(body.of.flatMap((use) => of(use)))]
        .filter((event) => body.fields.every((field) => fieldReader(field)(event.fields).length > 0))
        .sort(before)
      return counted.flatMap((closing): readonly Pair[] => {
        const window = counted.filter((event) => before(event, closing) <= 0 && closing.time - event.time <= timespan)
        const tuples = window.flatMap((event) => tuplesOf(body.fields, event))
        const numbers = tuples.map(Number)
        const sum = numbers.reduce((total, one) => total + one, 0)
        const distinct = body.measure.of === 'distinct'
        const measure = distinct ? new Set(tuples).size : body.measure.of === 'sum' ? sum : sum / numbers.length
        if (!body.bounds.every((bound) => within(measure, bound))) return []
        const [only] = body.bounds
        const enough = distinct && body.bounds.length === 1 && only?.operator === 'gte' ? only.value : window.length
        const start = window[Math.max(0, Math.min(window.length - 1, window.length - enough))]
        return start === undefined ? [] : [[start, closing]]
      })
    }
  }
}

function tuplesOf(fields: readonly FieldName[], event: JudgedEvent): readonly string[] {
  let tuples: readonly (readonly string[])[] = [[]]
  for (const field of fields) {
    const texts = new Set(fieldReader(field)(event.fields).map(exactText))
    tuples = tuples.flatMap((tuple) => [...texts].map((text) => [...tuple, text]))
  }
  return tuples.map((tuple) => (tuple.length === 1 ? (tuple[0] ?? '') : JSON.stringify(tuple)))
}

/** Two boots or clock epochs of one host. */
function apart(a: JudgedEvent, b: JudgedEvent): boolean {
  const differ = (name: FieldName): boolean => {
    const [one] = fieldReader(name)(a.fields)
    const [two] = fieldReader(name)(b.fields)
    return one !== undefined && two !== undefined && one !== two
  }
  return !differ('host.id') && (differ('host.boot.id') || differ('detpack.clock.epoch'))
}

function earliestForEachStart(pairs: readonly Pair[]): readonly Pair[] {
  const earliest = new Map<string, Pair>()
  for (const pair of pairs) {
    const known = earliest.get(pair[0].id)
    if (known === undefined || before(pair[1], known[1]) < 0) earliest.set(pair[0].id, pair)
  }
  return [...earliest.values()]
}

function breaks(absence: Absence, event: JudgedEvent, a: JudgedEvent, b: JudgedEvent, timespan: number): boolean {
  if (absence.where === 'between') return event.time > a.time && event.time < b.time
  const earliest = absence.within === null ? b.time - timespan : a.time - absence.within
  return absence.where === 'before' && event.time >= earliest && event.time < a.time
}

function within(count: number, { operator, value }: Bound): boolean {
  const outcome = {
    gt: count > value,
    gte: count >= value,
    lt: count < value,
    lte: count <= value,
    eq: count === value,
    neq: count !== value,
  }
  return outcome[operator]
}

function before(a: JudgedEvent, b: JudgedEvent): number {
  return a.time - b.time || a.sequence - b.sequence
}

function plays(of: Correlation, use: RuleUse, program: Program, event: JudgedEvent, guarded: boolean): boolean {
  const rule = program.rules.get(use.rule) as EventRule
  return holds(rule.where, event.fields) && (!guarded || holds(of.guard, event.fields))
}

function groupsOf(rule: Correlation, program: Program, events: readonly JudgedEvent[]): ReadonlySet<string> {
  const { body } = rule
  const uses: readonly RuleUse[] = body.type === 'ordered' ? body.steps : body.of
  return new Set(
    events.flatMap((event) =>
      uses.flatMap((use) => (plays(rule, use, program, event, true) ? keysOf(rule, use, event) : [])),
    ),
  )
}

/** All groups of an event: one for each combination of values of its keys. */
function keysOf(rule: Correlation, use: RuleUse, event: JudgedEvent): readonly string[] {
  let groups: readonly (readonly string[])[] = [[]]
  for (const key of rule.group) {
    const values = new Set(fieldReader(keyField(key, use.rule))(event.fields).map(exactText))
    groups = groups.flatMap((group) => [...values].map((value) => [...group, value]))
  }
  return groups.map((group) => JSON.stringify(group))
}

function shares(a: JudgedEvent, left: FieldName, b: JudgedEvent, right: FieldName): boolean {
  const values = new Set(fieldReader(left)(a.fields).map(exactText))
  return fieldReader(right)(b.fields).some((value) => values.has(exactText(value)))
}
