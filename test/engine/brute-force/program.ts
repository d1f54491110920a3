import fc from 'fast-check'
import { Source } from '../../../src/diagnostic/source.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import { milliseconds } from '../../../src/ir/duration.ts'
import { pattern, text } from '../../../src/ir/pattern.ts'
import { always, field, type Predicate } from '../../../src/ir/predicate.ts'
import type {
  Bounds,
  Correlation,
  CorrelationBody,
  EventRule,
  GroupKey,
  Measure,
  Presence,
  Program,
  RuleHeader,
  RuleId,
} from '../../../src/ir/rule.ts'
import { timeOf } from './judge.ts'

const span = { source: new Source('rules.yml', ''), start: 0, end: 0 }

export function ruleId(name: string): RuleId {
  return name as RuleId
}

function header(name: string): RuleHeader {
  return {
    id: ruleId(name),
    name,
    title: name,
    description: null,
    status: null,
    level: null,
    author: null,
    date: null,
    modified: null,
    tags: [],
    references: [],
    falsepositives: [],
    fields: [],
    governance: { version: null, risk: [], grant: null, triage: [], accept: [] },
    span,
  }
}

/** An event rule, true where the predicate is. */
export function eventRule(name: string, where: Predicate): EventRule {
  const logsource = { category: null, product: null, service: null, definition: null, span }
  return { ...header(name), kind: 'event', logsource, where, alone: true }
}

/** An event rule for events of that kind. */
export function kindRule(kind: string): EventRule {
  return eventRule(kind, field('kind', { is: 'text', pattern: pattern(text(kind)), cased: true }))
}

export function correlation(
  name: string,
  timespan: number,
  body: CorrelationBody,
  more: { group?: readonly GroupKey[]; guard?: Predicate } = {},
): Correlation {
  const { group = [], guard = always } = more
  return { ...header(name), kind: 'correlation', body, group, timespan: milliseconds(timespan), guard, alone: true }
}

export function programOf(...rules: readonly (EventRule | Correlation)[]): Program {
  return { rules: new Map(rules.map((rule) => [rule.id, rule])) }
}

export function groupKey(name: string, fieldOf: Readonly<Record<string, string>> = {}): GroupKey {
  return { name, fieldOf: new Map(Object.entries(fieldOf).map(([rule, of]) => [ruleId(rule), of])), span }
}

export function use(rule: string) {
  return { rule: ruleId(rule), span }
}

/** An ordered body of rules named like the steps, with numbers after the first where a rule comes again. */
export function ordered(steps: readonly (readonly [string, number | null])[], more: Partial<OrderedParts> = {}) {
  return {
    type: 'ordered' as const,
    steps: steps.map(([rule, within], i) => ({
      ...use(rule),
      as: `${rule}${i}`,
      within: within === null || i === 0 ? null : milliseconds(within),
    })),
    joins: more.joins ?? [],
    unless: more.unless ?? [],
    until: more.until ?? null,
  }
}

type OrderedParts = Extract<CorrelationBody, { type: 'ordered' }>

const KINDS = ['a', 'b', 'c', 'x'] as const

const within = fc.option(fc.integer({ min: 0, max: 6 }).map(milliseconds), { freq: 2 })
const bounds: fc.Arbitrary<Bounds> = fc.array(
  fc.record({
    operator: fc.constantFrom('gte', 'gte', 'gt', 'lt', 'lte', 'eq', 'neq'),
    value: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 2 },
)

function orderedBody(names: readonly string[]): fc.Arbitrary<CorrelationBody> {
  const name = fc.constantFrom(...names)
  return fc.array(fc.tuple(name, within), { minLength: 1, maxLength: 4 }).chain((steps) => {
    const step = fc.record({ step: fc.nat(steps.length - 1), field: fc.constantFrom('j', 'g') })
    const absence = fc.oneof(
      fc.record({ rule: name, where: fc.constant('before' as const), within }),
      fc.record({ rule: name, where: fc.constant('after' as const), within }),
      ...(steps.length > 1
        ? [fc.record({ rule: name, where: fc.constant('between' as const), after: fc.nat(steps.length - 2) })]
        : []),
    )
    return fc
      .record({
        joins: fc.array(fc.record({ left: step, right: step, span: fc.constant(span) }), { maxLength: 1 }),
        unless: fc.array(absence, { maxLength: 2 }),
        until: fc.option(name, { freq: 2 }),
      })
      .map(({ joins, unless, until }) =>
        ordered(steps, {
          joins,
          unless: unless.map((one) => ({ ...one, ...use(one.rule) })),
          until: until === null ? null : use(until),
        }),
      )
  })
}

/** A measure and its fields; several only where combinations are counted. */
const measured: fc.Arbitrary<readonly [Measure, readonly string[]]> = fc.oneof(
  fc.constantFrom(['n'], ['n', 'j']).map((fields) => [{ of: 'distinct' as const }, fields] as const),
  fc
    .constantFrom('sum' as const, 'average' as const, 'median' as const)
    .map((of): readonly [Measure, readonly string[]] => [{ of }, ['n']]),
  fc.constantFrom(0, 25, 50, 90, 100).map((rank) => [{ of: 'percentile' as const, rank }, ['n']] as const),
)

function otherBody(names: readonly string[]): fc.Arbitrary<CorrelationBody> {
  const of = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 })
  return of.chain((rules) => {
    const uses = rules.map(use)
    const { presence } = fc.letrec<{ presence: Presence }>((tie) => ({
      presence: fc.oneof(
        { maxDepth: 2 },
        fc.constantFrom(...rules).map((rule) => ({ op: 'rule' as const, rule: ruleId(rule) })),
        bounds.map((each) => ({ op: 'count' as const, bounds: each })),
        fc.record({
          op: fc.constantFrom('all' as const, 'any' as const),
          of: fc.array(tie('presence'), { minLength: 1, maxLength: 3 }),
        }),
        tie('presence').map((inner) => ({ op: 'not' as const, of: inner })),
      ),
    }))
    return fc.oneof(
      presence.map((condition) => ({ type: 'unordered' as const, of: uses, condition })),
      bounds.map((each) => ({ type: 'count' as const, of: uses, bounds: each })),
      fc.tuple(measured, bounds).map(([[measure, fields], each]) => ({
        type: 'value' as const,
        of: uses,
        measure,
        fields,
        bounds: each,
      })),
    )
  })
}

function correlationNamed(name: string, names: readonly string[]): fc.Arbitrary<Correlation> {
  return fc
    .record({
      body: fc.oneof({ weight: 2, arbitrary: orderedBody(names) }, otherBody(names)),
      timespan: fc.integer({ min: 0, max: 8 }),
      group: fc.constantFrom(
        [],
        [groupKey('g')],
        [groupKey('g')],
        [groupKey('g', { a: 'j' })],
        [groupKey('g'), groupKey('j')],
      ),
      guard: fc.constantFrom(always, always, field('j', { is: 'exists', present: true })),
    })
    .map(({ body, timespan, group, guard }) => correlation(name, timespan, body, { group, guard }))
}

/** Rules for each kind of event and one or two correlations, the second of which may name the first. */
export const programs: fc.Arbitrary<Program> = fc
  .tuple(
    correlationNamed('first', KINDS),
    fc.option(correlationNamed('second', [...KINDS, 'first', 'first', 'first']), { freq: 2 }),
  )
  .map(([first, second]) => programOf(...KINDS.map(kindRule), first, ...(second ? [second] : [])))

const values = fc.constantFrom('p', 'p', 'q', ['p', 'q'], ['p', 'p'], null)

/** Events on few milliseconds, with ties of everything; in the order of arrival, which is not that of time. */
export const streams: fc.Arbitrary<readonly EventRecord[]> = fc
  .array(
    fc.record({
      time: fc.option(fc.integer({ min: 0, max: 16 }), { freq: 30 }),
      sequence: fc.option(fc.integer({ min: 0, max: 2 })),
      id: fc.option(fc.integer({ min: 0, max: 30 }), { freq: 2 }),
      kind: fc.constantFrom('a', 'a', 'b', 'b', 'c', 'c', 'x', ['a', 'b'], ['b', 'x']),
      g: values,
      j: values,
      n: fc.constantFrom<(string | number | readonly number[] | null)[]>(1, 2, 3, 0.5, -1, '2', 'two', [1, 2], null),
      boot: fc.constantFrom(undefined, undefined, '1', '1', '2'),
    }),
    { maxLength: 14 },
  )
  .map((drafts) =>
    drafts.map(({ time, sequence, id, kind, g, j, n, boot }, i) => ({
      line: i + 1,
      time: time === null ? null : timeOf(time),
      sequence,
      id: id === null ? null : `id-${id}`,
      fields: { kind, g, j, n, ...(boot !== undefined && { 'host.boot.id': boot }) },
    })),
  )
