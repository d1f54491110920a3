import { Source } from '../../src/diagnostic/source.ts'
import type { NativeQuery } from '../../src/backend/backend.ts'
import { parseDuration, type Duration } from '../../src/ir/duration.ts'
import { text } from '../../src/ir/pattern.ts'
import { always, field } from '../../src/ir/predicate.ts'
import type {
  Correlation,
  CorrelationBody,
  EventRule,
  GroupKey,
  Ordered,
  Program,
  Rule,
  RuleHeader,
  RuleId,
  Step,
} from '../../src/ir/rule.ts'

/** The source that all rules of these tests point into. */
export const source = new Source('rules/read-then-send.yml', 'title: Read, then sent\n')
export const span = { source, start: 0, end: source.text.length }

export function duration(written: string): Duration {
  const parsed = parseDuration(written)
  if (parsed === undefined) throw new Error(`no duration: ${written}`)
  return parsed
}

const header: RuleHeader = {
  id: '6e9ce123-1fcb-4b2e-9d3a-3cf4b0b3a001' as RuleId,
  name: 'read-then-send',
  title: 'Read, then sent',
  description: 'A credential was read and then something was sent.',
  status: 'test',
  level: 'high',
  author: 'A. Author, B. Author',
  date: null,
  modified: null,
  tags: [],
  references: [],
  falsepositives: [],
  fields: [],
  governance: { version: 3, risk: [], grant: null, triage: [], accept: [] },
  span,
}

/** A rule on single events: `event.action` is the given action. */
export function eventRule(action: string, more: Partial<EventRule> = {}): EventRule {
  return {
    ...header,
    id: action as RuleId,
    name: action,
    title: action,
    kind: 'event',
    logsource: { category: null, product: 'linux', service: 'detpack', definition: null, span },
    where: field('event.action', { is: 'text', pattern: [text(action)], cased: true }, span),
    alone: true,
    ...more,
  }
}

export function key(name: string, fieldOf: Readonly<Record<string, string>> = {}): GroupKey {
  return { name, fieldOf: new Map(Object.entries(fieldOf).map(([rule, name]) => [rule as RuleId, name])), span }
}

export function step(rule: string): Step {
  return { as: rule, rule: rule as RuleId, within: null, span }
}

export function use(rule: string): { readonly rule: RuleId; readonly span: typeof span } {
  return { rule: rule as RuleId, span }
}

export function ordered(more: Partial<Ordered> = {}): Ordered {
  return {
    type: 'ordered',
    steps: [step('file_read'), step('network_send')],
    joins: [],
    unless: [],
    until: null,
    ...more,
  }
}

export function correlation(body: CorrelationBody, more: Partial<Correlation> = {}): Correlation {
  return {
    ...header,
    kind: 'correlation',
    body,
    group: [key('process.entity_id')],
    timespan: duration('10s'),
    guard: always,
    alone: true,
    ...more,
  }
}

/** A program of the given rules and the two event rules that `ordered()` steps over. */
export function programOf(...rules: readonly Rule[]): Program {
  const all = [eventRule('file_read', { alone: false }), eventRule('network_send', { alone: false }), ...rules]
  return { rules: new Map(all.map((rule) => [rule.id, rule])) }
}

export function eql(
  rule: Rule,
  text = 'sequence by process.entity_id with maxspan=10s [any where true] [any where true]',
): NativeQuery {
  return {
    language: 'eql',
    rule: rule.id,
    text,
    identity: { of: 'sequence', keys: rule.kind === 'correlation' ? rule.group.map((each) => each.name) : [] },
    approximations: [],
  }
}

export function esql(rule: Rule): NativeQuery {
  const keys = rule.kind === 'correlation' ? rule.group.map((each) => [each.name, `key.${each.name}`]) : []
  return {
    language: 'esql',
    rule: rule.id,
    text: 'FROM logs-detpack.use-* | STATS first = MIN(event.id), last = MAX(event.id) BY process.entity_id',
    identity: { of: 'row', keys: Object.fromEntries(keys) as Record<string, string>, first: 'first', last: 'last' },
    approximations: [],
  }
}

export function eventQuery(rule: Rule): NativeQuery {
  return {
    language: 'eql',
    rule: rule.id,
    text: 'any where event.action == "file_read"',
    identity: { of: 'event', column: 'event.id' },
    approximations: [],
  }
}
