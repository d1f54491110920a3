import { error } from '../../diagnostic/diagnostic.ts'
import type { MapReader } from '../../diagnostic/map-reader.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import type { Pattern } from '../../ir/pattern.ts'
import type { ValueTest } from '../../ir/predicate.ts'
import { namedRules } from '../../ir/rule.ts'
import { parseTextValue } from '../../ir/written-pattern.ts'
import { someItem, writtenPattern, type Item } from './detection.ts'
import type { Diagnostics, FieldCondition, ItemCondition, RuleCondition } from './pipeline.ts'
import { plainOf, plainText, samePattern, type Plain } from './plain-value.ts'
import type { ProcessedRule } from './processed-rule.ts'
import { decodeRegex } from './decode-regex.ts'
import { attributeHolds, compareState, OPERATORS } from './comparison.ts'

/** Reads the keys of one kind of condition. */
type Decoder<C> = (reader: MapReader, diagnostics: Diagnostics) => C | undefined
export type ConditionTable<C> = Readonly<Record<string, Decoder<C>>>

export const RULE_CONDITIONS: ConditionTable<RuleCondition> = {
  logsource(reader) {
    const wanted = {
      category: reader.text('category'),
      product: reader.text('product'),
      service: reader.text('service'),
    }
    const holds = (rule: ProcessedRule): boolean => {
      if (rule.of.kind === 'correlation')
        return namedRules(rule.of).some((id) => {
          const named = rule.named.get(id)
          return named !== undefined && holds(named)
        })
      return (['category', 'product', 'service'] as const).every(
        (key) => wanted[key] === undefined || wanted[key] === rule.logsource?.[key],
      )
    }
    return holds
  },
  contains_field(reader) {
    reader.require('field')
    const name = reader.text('field')
    return (rule) => rule.detection !== null && someItem(rule.detection, (item) => item.field === name)
  },
  contains_detection_item(reader) {
    reader.require('field', 'value')
    const name = reader.text('field')
    const value = plainOf(reader.node('value'))
    if (value === undefined) return undefined
    return (rule) =>
      rule.detection !== null &&
      someItem(
        rule.detection,
        (item) =>
          item.field === name && item.values.some(({ tests }) => tests.some((test) => isValue(item, test, value))),
      )
  },
  processing_item_applied: appliedTo((rule, id) => rule.applied.has(id)),
  processing_state: stateHolds((state) => (rule) => state(rule)),
  is_sigma_rule: () => (rule) => rule.of.kind === 'event',
  is_sigma_correlation_rule: () => (rule) => rule.of.kind === 'correlation',
  rule_attribute(reader, diagnostics) {
    reader.require('attribute', 'value')
    const attribute = reader.text('attribute')
    const value = plainOf(reader.node('value'))
    const operator = operatorOf(reader, [...OPERATORS, 'in', 'not_in'], diagnostics)
    if (attribute === undefined || value === undefined || operator === undefined) return undefined
    return (rule) => attributeHolds(rule, attribute, value, operator)
  },
  tag(reader) {
    reader.require('tag')
    const tag = reader.text('tag')?.toLowerCase()
    return (rule) => rule.of.tags.some((each) => each.toLowerCase() === tag)
  },
}

export const ITEM_CONDITIONS: ConditionTable<ItemCondition> = {
  match_string(reader, diagnostics) {
    const expression = decodeRegex(reader, 'pattern', diagnostics)
    const negated = reader.boolean('negate') ?? false
    const join = joinOf(reader, diagnostics)
    if (expression === undefined || join === undefined) return undefined
    return (item) =>
      join(item, (test) => (test.is === 'text' && expression.matchesStart(plainText(written(item, test)))) !== negated)
  },
  match_value(reader, diagnostics) {
    reader.require('value')
    const value = plainOf(reader.node('value'))
    const join = joinOf(reader, diagnostics)
    if (value === undefined || join === undefined) return undefined
    return (item) => join(item, (test) => isValue(item, test, value))
  },
  contains_wildcard(reader, diagnostics) {
    const join = joinOf(reader, diagnostics)
    return (
      join &&
      ((item) => join(item, (test) => test.is === 'text' && written(item, test).some((part) => part.kind !== 'text')))
    )
  },
  is_null(reader, diagnostics) {
    const join = joinOf(reader, diagnostics)
    return join && ((item) => join(item, (test) => test.is === 'null'))
  },
  processing_item_applied: appliedTo((item: Item, id) => item.applied.has(id)),
  processing_state: stateHolds(
    (state): ItemCondition =>
      (_item, rule) =>
        state(rule),
  ),
}

export const FIELD_CONDITIONS: ConditionTable<FieldCondition> = {
  include_fields: (reader, diagnostics) => fieldsListed(reader, diagnostics, true),
  exclude_fields: (reader, diagnostics) => fieldsListed(reader, diagnostics, false),
  processing_item_applied(reader) {
    reader.require('processing_item_id')
    const id = reader.text('processing_item_id') ?? ''
    return {
      name: (field, rule) => field !== null && (rule.memory.renamedBy.get(field)?.has(id) ?? false),
      item: (item) => item.applied.has(id),
    }
  },
  processing_state: stateHolds((state): FieldCondition => ({ name: (_field, rule) => state(rule) })),
}

function appliedTo<S>(wasApplied: (subject: S, id: string) => boolean): Decoder<(subject: S) => boolean> {
  return (reader) => {
    reader.require('processing_item_id')
    const id = reader.text('processing_item_id')
    return id === undefined ? undefined : (subject) => wasApplied(subject, id)
  }
}

function stateHolds<C>(make: (state: RuleCondition) => C): Decoder<C> {
  return (reader, diagnostics) => {
    reader.require('key', 'val')
    const key = reader.text('key')
    const value = plainOf(reader.node('val'))
    const operator = operatorOf(reader, OPERATORS, diagnostics)
    if (key === undefined || value === undefined || operator === undefined) return undefined
    return make(({ memory }) => memory.state.has(key) && compareState(memory.state.get(key) ?? null, value, operator))
  }
}

function operatorOf(reader: MapReader, known: readonly string[], diagnostics: Diagnostics): string | undefined {
  const operator = reader.text('op') ?? 'eq'
  if (known.includes(operator)) return operator
  const hint = didYouMean(operator, known)
  diagnostics.push(error('mapping/wrong-type', `"${operator}" is no comparison`, reader.node('op')?.span, { hint }))
  return undefined
}

/** `cond`: whether all values must meet it, or any. */
function joinOf(
  reader: MapReader,
  diagnostics: Diagnostics,
): ((item: Item, test: (test: ValueTest) => boolean) => boolean) | undefined {
  reader.require('cond')
  const written = reader.text('cond')
  if (written === 'all') return (item, test) => item.values.every(({ tests }) => tests.every(test))
  if (written === 'any') return (item, test) => item.values.some(({ tests }) => tests.some(test))
  if (written !== undefined)
    diagnostics.push(error('mapping/wrong-type', '"cond" must be any or all', reader.node('cond')?.span))
  return undefined
}

function fieldsListed(reader: MapReader, diagnostics: Diagnostics, wanted: boolean): FieldCondition | undefined {
  reader.require('fields')
  const names = reader.texts('fields') ?? []
  const mode = reader.text('mode') ?? 'plain'
  if (mode === 'plain') {
    const listed = new Set(names.map((name) => name.text))
    return { name: (field) => (field !== null && listed.has(field)) === wanted }
  }
  if (mode !== 're') {
    diagnostics.push(error('mapping/wrong-type', '"mode" must be plain or re', reader.node('mode')?.span))
    return undefined
  }
  const expressions = names.map((name) => decodeRegex(name, 'fields', diagnostics))
  if (!expressions.every((each) => each !== undefined)) return undefined
  return { name: (field) => (field !== null && expressions.some((each) => each.matchesStart(field))) === wanted }
}

function written(item: Item, test: Extract<ValueTest, { is: 'text' }>): Pattern {
  return writtenPattern(item, test.pattern)
}

/** Whether a value of a rule is the one that a pipeline names, type and all. */
function isValue(item: Item, test: ValueTest, value: Plain): boolean {
  if (typeof value === 'string') return test.is === 'text' && samePattern(written(item, test), parseTextValue(value))
  if (value === null) return test.is === 'null'
  return (test.is === 'number' || test.is === 'boolean') && test.value === value
}
