import type { Span } from '../diagnostic/source.ts'
import type { FieldName } from '../ir/predicate.ts'
import {
  keyField,
  namedRules,
  type Correlation,
  type CorrelationBody,
  type GroupKey,
  type Join,
  type Ordered,
  type RuleId,
  type StepField,
  type Value,
} from '../ir/rule.ts'
import type { FieldNames } from './field-names.ts'

/**
 * A correlation in the names of the events; undefined when a field has none. Group keys keep their own names, which
 * belong to the identity of alerts; only the fields they are read from change. The guard is written in the events' own
 * names already.
 */
export function mapCorrelation(of: Correlation, names: FieldNames): Correlation | undefined {
  const rules = namedRules(of)
  const group = of.group.map((key) => mapKey(key, rules, names))
  const body = mapBody(of.body, of.span, names)
  return names.failed ? undefined : { ...of, group, body }
}

function mapKey(key: GroupKey, rules: readonly RuleId[], names: FieldNames): GroupKey {
  const fieldOf = new Map<RuleId, FieldName>()
  for (const rule of rules) {
    const name = keyField(key, rule)
    const field = mapField(name, rule, key.span, names)
    if (field !== key.name) fieldOf.set(rule, field)
  }
  return { ...key, fieldOf }
}

function mapBody(body: CorrelationBody, span: Span, names: FieldNames): CorrelationBody {
  switch (body.type) {
    case 'ordered':
      return { ...body, joins: body.joins.map((join) => mapJoin(join, body, names)) }
    case 'value':
      return { ...body, fields: body.fields.map((field) => mapMeasured(field, body, span, names)) }
    case 'unordered':
    case 'count':
      return body
  }
}

function mapJoin(join: Join, body: Ordered, names: FieldNames): Join {
  const side = (of: StepField): StepField => {
    const rule = body.steps[of.step]?.rule
    return rule === undefined ? of : { ...of, field: mapField(of.field, rule, join.span, names) }
  }
  return { ...join, left: side(join.left), right: side(join.right) }
}

/** A measured field is read by one name on the events of all rules. */
function mapMeasured(field: FieldName, body: Value, span: Span, names: FieldNames): FieldName {
  const mapped = [...new Set(body.of.map((use) => mapField(field, use.rule, span, names)))]
  if (mapped.length > 1) names.ambiguous(field, mapped, span)
  return mapped[0] ?? field
}

function mapField(name: FieldName, rule: RuleId, span: Span, names: FieldNames): FieldName {
  const source = names.sourceOf(rule)
  return source === undefined ? name : (names.renamed(name, source, span) ?? name)
}
