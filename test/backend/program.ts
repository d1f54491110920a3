import { Source } from '../../src/diagnostic/source.ts'
import { milliseconds } from '../../src/ir/duration.ts'
import { pattern, text } from '../../src/ir/pattern.ts'
import { always, field, type FieldName, type Predicate, type Test, type ValueTest } from '../../src/ir/predicate.ts'
import type {
  Correlation,
  CorrelationBody,
  EventRule,
  GroupKey,
  Program,
  Rule,
  RuleHeader,
  RuleId,
} from '../../src/ir/rule.ts'

/** A place for whatever needs one. */
export const span = { source: new Source('rule.yml', 'title: made for a test\n'), start: 0, end: 5 }

export function ruleId(id: string): RuleId {
  return id as RuleId
}

function header(id: string): RuleHeader {
  return {
    id: ruleId(id),
    name: id,
    title: id,
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

interface Source3 {
  readonly category?: string
  readonly product?: string
  readonly service?: string
}

/** A rule on detpack's own events, unless another log source is given. */
export function eventRule(
  id: string,
  where: Predicate,
  logsource: Source3 = { product: 'linux', service: 'detpack' },
): EventRule {
  const { category = null, product = null, service = null } = logsource
  return {
    ...header(id),
    kind: 'event',
    logsource: { category, product, service, definition: null, span },
    where,
    alone: true,
  }
}

export interface CorrelationParts {
  readonly timespan?: number
  readonly group?: readonly (string | GroupKey)[]
  readonly guard?: Predicate
}

export function correlation(id: string, body: CorrelationBody, parts: CorrelationParts = {}): Correlation {
  return {
    ...header(id),
    kind: 'correlation',
    body,
    group: (parts.group ?? []).map((key) => (typeof key === 'string' ? groupKey(key) : key)),
    timespan: milliseconds(parts.timespan ?? 1000),
    guard: parts.guard ?? always,
    alone: true,
  }
}

export function groupKey(name: string, fieldOf: Readonly<Record<string, FieldName>> = {}): GroupKey {
  return { name, fieldOf: new Map(Object.entries(fieldOf).map(([rule, to]) => [ruleId(rule), to])), span }
}

/** Steps `a`, `b`, ... of the rules of those names, the gap of each after the first where one is given. */
export function ordered(
  rules: readonly string[],
  more: Partial<CorrelationBody & { readonly type: 'ordered' }> & { readonly gaps?: readonly number[] } = {},
): CorrelationBody & { readonly type: 'ordered' } {
  const { gaps = [], ...rest } = more
  return {
    type: 'ordered',
    steps: rules.map((rule, index) => {
      const gap = gaps[index - 1]
      return { as: `${rule}${index}`, rule: ruleId(rule), within: gap === undefined ? null : milliseconds(gap), span }
    }),
    joins: [],
    unless: [],
    until: null,
    ...rest,
  }
}

/** The rules in the order given: what a correlation names comes before it. */
export function program(...rules: readonly Rule[]): Program {
  return { rules: new Map(rules.map((rule) => [rule.id, rule])) }
}

/** A test of a whole text, case ignored. */
export function equals(name: FieldName, value: string): Test {
  return tested(name, { is: 'text', pattern: pattern(text(value)), cased: false })
}

export function tested(name: FieldName, test: ValueTest): Test {
  return field(name, test, span)
}
