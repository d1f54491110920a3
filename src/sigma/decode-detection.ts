import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { spanWithin, type Entry, type MapNode, type Node, type ScalarNode } from '../diagnostic/yaml.ts'
import { parseCondition, type Condition } from './condition.ts'
import type { Detection, DetectionItem, NamedSelection, Selection, Word } from './document.ts'

/** More selections than this are no rule a person wrote. */
const MOST_SELECTIONS = 1000

/**
 * The selections and the condition of a rule's `detection` or a filter's `filter`.
 *
 * @param others keys of the same map that are no selections
 */
export function decodeDetection(
  node: MapNode,
  others: readonly string[],
  diagnostics: Diagnostic[],
): Detection | undefined {
  const found = diagnostics.length
  const selections: NamedSelection[] = []
  let conditions: readonly Condition[] | undefined
  for (const { key, value } of node.entries) {
    if (key.text === 'condition') conditions = decodeConditions(value, diagnostics)
    else if (key.text === 'timeframe') refuseTimeframe(key, diagnostics)
    else if (!others.includes(key.text)) {
      const body = decodeSelection(value, diagnostics)
      if (body) selections.push({ name: { text: key.text, span: key.span }, body })
    }
  }
  if (!node.entries.some((entry) => entry.key.text === 'condition')) {
    const hint = 'add condition: with the names of the selections'
    const at = node.entries[0]?.key.span ?? node.span
    diagnostics.push(error('sigma/missing-key', 'a detection needs "condition"', at, { hint }))
  }
  if (selections.length > MOST_SELECTIONS) {
    diagnostics.push(error('sigma/too-large', `more than ${MOST_SELECTIONS} selections`, node.span))
  } else if (selections.length === 0 && diagnostics.length === found) {
    diagnostics.push(error('sigma/empty', 'a detection needs at least one selection', node.span))
  }
  return conditions && diagnostics.length === found ? { selections, conditions } : undefined
}

function decodeConditions(node: Node, diagnostics: Diagnostic[]): readonly Condition[] | undefined {
  const items = node.kind === 'list' ? node.items : [node]
  const conditions: Condition[] = []
  for (const item of items) {
    if (item.kind !== 'scalar' || item.value === null) {
      diagnostics.push(error('sigma/wrong-type', '"condition" must be a text or a list of texts', item.span))
      continue
    }
    const condition = parseCondition(item, diagnostics)
    if (condition) conditions.push(condition)
  }
  if (items.length === 0) diagnostics.push(error('sigma/empty', 'the list of conditions is empty', node.span))
  return conditions.length > 0 ? conditions : undefined
}

function refuseTimeframe(key: ScalarNode, diagnostics: Diagnostic[]): void {
  const hint = 'write a correlation with timespan that names this rule'
  diagnostics.push(
    error('sigma/old-aggregation', '"timeframe" belongs to the old aggregations of Sigma', key.span, { hint }),
  )
}

/** A map is joined by `and`, a list by `or`; plain values are searched in the whole message. */
function decodeSelection(node: Node, diagnostics: Diagnostic[]): Selection | undefined {
  switch (node.kind) {
    case 'scalar':
      return { kind: 'item', field: null, modifiers: [], values: [node], span: node.span }
    case 'map': {
      if (node.entries.length === 0) {
        refuseEmpty(node, diagnostics)
        return undefined
      }
      const items = node.entries.map((entry) => decodeItem(entry, diagnostics)).filter((item) => item !== undefined)
      return items.length < node.entries.length ? undefined : { kind: 'all', of: items }
    }
    case 'list': {
      if (node.items.length === 0) {
        refuseEmpty(node, diagnostics)
        return undefined
      }
      const parts = node.items.map((item) => {
        if (item.kind !== 'list') return decodeSelection(item, diagnostics)
        const hint = 'write maps or values in the list'
        diagnostics.push(error('sigma/wrong-type', 'a list may not stand in a list here', item.span, { hint }))
        return undefined
      })
      const whole = parts.filter((part) => part !== undefined)
      return whole.length < parts.length ? undefined : { kind: 'any', of: whole }
    }
  }
}

function refuseEmpty(node: Node, diagnostics: Diagnostic[]): void {
  diagnostics.push(error('sigma/empty', 'nothing stands here', node.span, { hint: 'add values or remove it' }))
}

function decodeItem({ key, value }: Entry, diagnostics: Diagnostic[]): DetectionItem | undefined {
  const values = value.kind === 'list' ? value.items : [value]
  if (values.length === 0) {
    refuseEmpty(value, diagnostics)
    return undefined
  }
  const scalars = values.filter((each) => each.kind === 'scalar')
  if (scalars.length < values.length) {
    for (const each of values) {
      if (each.kind === 'scalar') continue
      const hint = each.kind === 'map' ? 'write the path of a field with dots, as a.b' : undefined
      diagnostics.push(error('sigma/wrong-type', 'a field takes a value or a list of values', each.span, { hint }))
    }
    return undefined
  }
  const [field = '', ...modifiers] = key.text.split('|')
  return {
    kind: 'item',
    field: field === '' ? null : field,
    modifiers: placeModifiers(key, field.length, modifiers),
    values: scalars,
    span: key.span,
  }
}

function placeModifiers(key: ScalarNode, from: number, names: readonly string[]): readonly Word[] {
  let at = from
  return names.map((text) => {
    const start = at + 1
    at = start + text.length
    return { text, span: spanWithin(key, start, at) }
  })
}
