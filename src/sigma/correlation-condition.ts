import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import type { MapNode } from '../diagnostic/yaml.ts'
import type { Bound, Measure } from '../ir/rule.ts'
import { parseCondition } from './condition.ts'
import type { CorrelationCondition, CorrelationType, Word } from './document.ts'

const OPERATORS: readonly Bound['operator'][] = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq']

/** Null: there is none, which only the temporal types allow. Undefined: a diagnostic was given. */
export function decodeCorrelationCondition(
  type: CorrelationType,
  reader: MapReader,
  diagnostics: Diagnostic[],
): CorrelationCondition | null | undefined {
  const node = reader.node('condition')
  const temporal = type === 'temporal' || type === 'temporal_ordered'
  if (node === undefined) {
    if (temporal) return null
    reader.require('condition')
    return undefined
  }
  if (node.kind === 'map') return decodeBounds(type, node, diagnostics)
  if (node.kind === 'list' || node.value === null) {
    reader.wrong(node, 'condition', 'a map such as {gte: 10}')
    return undefined
  }
  if (!temporal) {
    const hint = 'write a map such as {gte: 10}, or use the type temporal'
    diagnostics.push(error('sigma/extended-condition', `${type} takes no condition over rules`, node.span, { hint }))
    return undefined
  }
  const condition = parseCondition(node, diagnostics)
  return condition && { kind: 'extended', condition, span: node.span }
}

/**
 * Bounds, the field that is measured, and `percentile` (0 to 100) for value_percentile. The published text does not
 * spell out that key; it is the one the reference parser reads, and it has no default.
 */
function decodeBounds(
  type: CorrelationType,
  node: MapNode,
  diagnostics: Diagnostic[],
): CorrelationCondition | undefined {
  const found = diagnostics.length
  const reader = new MapReader(node, 'sigma', 'a correlation condition', diagnostics)
  const counted = !type.startsWith('value_') || type === 'value_count'
  const bounds: Bound[] = []
  for (const operator of OPERATORS) {
    const value = reader.node(operator)
    if (value === undefined) continue
    if (value.kind === 'scalar' && typeof value.value === 'number' && (!counted || Number.isInteger(value.value))) {
      bounds.push({ operator, value: value.value })
    } else reader.wrong(value, operator, counted ? 'a whole number' : 'a number')
  }
  if (bounds.length === 0 && diagnostics.length === found) {
    const hint = `add one of ${OPERATORS.join(', ')}`
    diagnostics.push(error('sigma/missing-key', 'the condition has no bound', node.span, { hint }))
  }
  const fields = type.startsWith('value_') ? decodeFields(type, reader, diagnostics) : []
  const measure = decodeMeasure(type, reader, diagnostics)
  reader.finish()
  if (diagnostics.length > found || measure === undefined) return undefined
  return { kind: 'bounds', bounds, fields, measure, span: node.span }
}

function decodeFields(type: CorrelationType, reader: MapReader, diagnostics: Diagnostic[]): Word[] {
  reader.require('field')
  const fields = (reader.texts('field') ?? []).map(({ text, span }) => ({ text, span }))
  const [, second] = fields
  if (second && type !== 'value_count') {
    const hint = 'only value_count counts several fields together'
    diagnostics.push(error('sigma/several-fields', `${type} measures one field`, second.span, { hint }))
  }
  const node = reader.node('field')
  if (node && fields.length === 0) {
    diagnostics.push(error('sigma/empty', 'no field is named', node.span, { hint: 'name the field to measure' }))
  }
  return fields
}

function decodeMeasure(
  type: CorrelationType,
  reader: MapReader,
  diagnostics: Diagnostic[],
): Measure | null | undefined {
  switch (type) {
    case 'event_count':
    case 'temporal':
    case 'temporal_ordered':
      return null
    case 'value_count':
      return { of: 'distinct' }
    case 'value_sum':
      return { of: 'sum' }
    case 'value_avg':
      return { of: 'average' }
    case 'value_median':
      return { of: 'median' }
    case 'value_percentile': {
      reader.require('percentile')
      const node = reader.node('percentile')
      if (node === undefined) return undefined
      const rank = node.kind === 'scalar' ? node.value : null
      if (typeof rank === 'number' && rank >= 0 && rank <= 100) return { of: 'percentile', rank }
      const hint = 'write the percentile to take, such as 95'
      diagnostics.push(error('sigma/percentile', 'a percentile is a number from 0 to 100', node.span, { hint }))
      return undefined
    }
  }
}
