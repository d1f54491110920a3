import { error, warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import type { Predicate } from '../ir/predicate.ts'
import type { CorrelationBody, GroupKey, RuleId, RuleUse } from '../ir/rule.ts'
import { namesIn } from './condition.ts'
import type { SigmaCorrelation, Word } from './document.ts'
import { lowerOrdered } from './lower-ordered.ts'
import { isWithin, lowerPresence } from './lower-presence.ts'
import type { Registered } from './registry.ts'
import { lowerTask } from './task-condition.ts'

export interface LoweredCorrelation {
  readonly body: CorrelationBody
  readonly group: readonly GroupKey[]
  readonly guard: Predicate
}

/**
 * A correlation whose references all lead to rules that are there. Undefined when a diagnostic of severity error was
 * given.
 */
export function lowerCorrelation(
  of: SigmaCorrelation,
  resolve: (reference: Word) => Registered,
  diagnostics: Diagnostic[],
): LoweredCorrelation | undefined {
  const found = diagnostics.filter((one) => one.severity === 'error').length
  const body = lowerBody(of, resolve, diagnostics)
  const group = lowerGroup(of, resolve, diagnostics)
  const task = of.attribute?.task ?? null
  if (task && of.rules.some((rule) => resolve(rule).document?.kind === 'correlation')) {
    const hint = 'put the condition on the correlations that are named'
    diagnostics.push(
      error('sigma/task-over-correlation', 'an alert of another correlation has no task', task.span, { hint }),
    )
  }
  if (body === undefined || diagnostics.filter((one) => one.severity === 'error').length > found) return undefined
  return { body, group, guard: lowerTask(task) }
}

function lowerBody(
  of: SigmaCorrelation,
  resolve: (reference: Word) => Registered,
  diagnostics: Diagnostic[],
): CorrelationBody | undefined {
  if (of.type === 'temporal_ordered') return lowerOrdered(of, resolve, diagnostics)
  const uses = eachOnce(of.rules, resolve, diagnostics)
  if (of.type === 'temporal') return lowerTemporal(of, uses, resolve, diagnostics)
  const { condition } = of
  if (condition?.kind !== 'bounds') throw new Error('a count without bounds was not refused')
  const { bounds, fields, measure } = condition
  if (measure === null) return { type: 'count', of: uses, bounds }
  for (const { text, span } of fields) {
    if (!of.aliases.some((alias) => alias.name.text === text)) continue
    const hint = 'aliases are for group-by; name the field that the events have'
    diagnostics.push(error('sigma/alias', `"${text}" is an alias and cannot be measured`, span, { hint }))
  }
  return { type: 'value', of: uses, measure, fields: fields.map((field) => field.text), bounds }
}

function eachOnce(
  rules: readonly Word[],
  resolve: (reference: Word) => Registered,
  diagnostics: Diagnostic[],
): RuleUse[] {
  const uses = new Map<RuleId, RuleUse>()
  for (const reference of rules) {
    const rule = resolve(reference).identity
    if (!uses.has(rule)) uses.set(rule, { rule, span: reference.span })
    else {
      const hint = 'name it once; only temporal_ordered takes a rule again'
      diagnostics.push(warning('sigma/repeated-rule', 'this rule is already named', reference.span, { hint }))
    }
  }
  return [...uses.values()]
}

function lowerTemporal(
  { condition, rules }: SigmaCorrelation,
  uses: readonly RuleUse[],
  resolve: (reference: Word) => Registered,
  diagnostics: Diagnostic[],
): CorrelationBody | undefined {
  if (condition === null) {
    const everyRule = uses.map(({ rule }) => ({ op: 'rule' as const, rule }))
    return { type: 'unordered', of: uses, condition: { op: 'all', of: everyRule } }
  }
  if (condition.kind === 'bounds') {
    const { bounds } = condition
    if (!uses.some((_, i) => isWithin(i + 1, bounds))) {
      const message = `no number of these ${uses.length} rules fits the condition`
      const hint = 'the condition of temporal counts different rules, not events'
      diagnostics.push(error('sigma/impossible-condition', message, condition.span, { hint }))
      return undefined
    }
    return { type: 'unordered', of: uses, condition: { op: 'count', bounds } }
  }
  const named = new Map<string, RuleId>()
  for (const reference of rules) {
    const { identity, id, name } = resolve(reference)
    for (const text of [reference.text, id, name]) if (text !== null) named.set(text, identity)
  }
  const presence = lowerPresence(condition.condition, named, diagnostics)
  const used = new Set(namesIn(condition.condition).map(({ name }) => named.get(name)))
  for (const { rule, span } of uses) {
    if (used.has(rule)) continue
    const hint = 'name it in the condition, or remove it'
    diagnostics.push(warning('sigma/unused-rule', 'the condition does not name this rule', span, { hint }))
  }
  return presence && { type: 'unordered', of: uses, condition: presence }
}

function lowerGroup(
  { groupBy, aliases, rules, attribute }: SigmaCorrelation,
  resolve: (reference: Word) => Registered,
  diagnostics: Diagnostic[],
): GroupKey[] {
  const counted = new Set(rules.map((rule) => resolve(rule)))
  const known = new Map<string, Registered>()
  const absent = [...(attribute?.unless ?? []).map((one) => one.rule), ...(attribute?.until ? [attribute.until] : [])]
  for (const reference of [...rules, ...absent]) {
    const rule = resolve(reference)
    for (const text of [reference.text, rule.id, rule.name]) if (text !== null) known.set(text, rule)
  }
  const fieldsOf = new Map<string, Map<RuleId, string>>()
  for (const { name, fields } of aliases) {
    const fieldOf = new Map<RuleId, string>()
    for (const { rule, field } of fields) {
      const target = known.get(rule.text)
      if (target) fieldOf.set(target.identity, field)
      else {
        const hint = didYouMean(rule.text, known.keys())
        const message = `"${rule.text}" is no rule of this correlation`
        diagnostics.push(error('sigma/alias', message, rule.span, { hint }))
      }
    }
    fieldsOf.set(name.text, fieldOf)
    const missing = [...counted].find((rule) => !fieldOf.has(rule.identity))
    if (!groupBy.some((key) => key.text === name.text)) {
      const hint = 'name it in group-by, or remove it'
      diagnostics.push(warning('sigma/unused-alias', `group-by does not name "${name.text}"`, name.span, { hint }))
    } else if (missing) {
      const message = `"${name.text}" names no field of ${missing.name ?? missing.identity}`
      const hint = `its events are read by a field called "${name.text}"; add the rule to the alias`
      diagnostics.push(warning('sigma/partial-alias', message, name.span, { hint }))
    }
  }
  const keys = new Map<string, GroupKey>()
  for (const { text: name, span } of groupBy) keys.set(name, { name, fieldOf: fieldsOf.get(name) ?? new Map(), span })
  return [...keys.values()]
}
