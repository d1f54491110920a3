import { error } from '../../diagnostic/diagnostic.ts'
import { MapReader } from '../../diagnostic/map-reader.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import type { MapNode, Node } from '../../diagnostic/yaml.ts'
import { FIELD_CONDITIONS, ITEM_CONDITIONS, RULE_CONDITIONS, type ConditionTable } from './condition.ts'
import { namesIn, parseConditionExpression } from './condition-expression.ts'
import type { Conditions, Diagnostics, FieldCondition, ItemCondition, RuleCondition } from './pipeline.ts'

/** The three sets of conditions of a processing item. */
export function decodeConditions(
  reader: MapReader,
  diagnostics: Diagnostics,
): { rules: Conditions<RuleCondition>; items: Conditions<ItemCondition>; fields: Conditions<FieldCondition> } {
  return {
    rules: decodeSet(reader, 'rule_conditions', 'rule_cond', RULE_CONDITIONS, diagnostics),
    items: decodeSet(reader, 'detection_item_conditions', 'detection_item_cond', ITEM_CONDITIONS, diagnostics),
    fields: decodeSet(reader, 'field_name_conditions', 'field_name_cond', FIELD_CONDITIONS, diagnostics),
  }
}

function decodeSet<C>(
  reader: MapReader,
  key: string,
  prefix: string,
  table: ConditionTable<C>,
  diagnostics: Diagnostics,
): Conditions<C> {
  const node = reader.node(key)
  const of = new Map<string, C>()
  const named: (readonly [string, Node])[] =
    node?.kind === 'map'
      ? node.entries.map(({ key: name, value }) => [name.text, value] as const)
      : node?.kind === 'list'
        ? node.items.map((item, place) => [String(place + 1), item] as const)
        : []
  if (node?.kind === 'scalar' && node.value !== null) reader.wrong(node, key, 'a list or a map of conditions')
  for (const [name, each] of named) {
    if (each.kind !== 'map') reader.wrong(each, key, 'a list or a map of conditions')
    else {
      const condition = decodeOne(each, table, diagnostics)
      if (condition !== undefined) of.set(name, condition)
    }
  }
  const negated = reader.boolean(`${prefix}_not`) ?? false
  const written = reader.text(`${prefix}_expr`)
  const operator = reader.text(`${prefix}_op`)
  const joined = operator === 'or' ? 'any' : 'all'
  if (operator !== undefined && operator !== 'and' && operator !== 'or') {
    const at = reader.node(`${prefix}_op`)
    if (at) reader.wrong(at, `${prefix}_op`, 'and or or')
  }
  if (written === undefined) return { of, joined, negated }
  const at = reader.node(`${prefix}_expr`)?.span
  const expression = parseConditionExpression(written)
  const tell = (what: string, hint?: string): void => {
    diagnostics.push(error('mapping/condition-expression', what, at, { hint }))
  }
  if ('problem' in expression) tell(`not a condition: ${expression.problem}`)
  else {
    if (operator !== undefined) tell(`"${prefix}_expr" and "${prefix}_op" exclude each other`)
    if (node?.kind !== 'map')
      tell('an expression needs conditions with names', `write "${key}" as a map of name to condition`)
    const known = named.map(([name]) => name)
    const unknown = namesIn(expression).find((name) => !known.includes(name))
    if (unknown !== undefined) tell(`there is no condition "${unknown}"`, didYouMean(unknown, known))
    const unused = known.find((name) => !namesIn(expression).includes(name))
    if (unused !== undefined) tell(`the expression does not name the condition "${unused}"`, 'name it, or remove it')
  }
  return { of, joined: 'problem' in expression ? 'all' : expression, negated }
}

function decodeOne<C>(node: MapNode, table: ConditionTable<C>, diagnostics: Diagnostics): C | undefined {
  const reader = new MapReader(node, 'mapping', 'a condition', diagnostics)
  reader.require('type')
  const type = reader.text('type')
  if (type === undefined) return undefined
  const decode = Object.hasOwn(table, type) ? table[type] : undefined
  if (decode === undefined) {
    const hint = didYouMean(type, Object.keys(table))
    diagnostics.push(
      error('mapping/unknown-condition', `there is no condition "${type}" here`, reader.node('type')?.span, { hint }),
    )
    return undefined
  }
  const condition = decode(reader, diagnostics)
  reader.finish()
  return condition
}
