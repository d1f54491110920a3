import { error } from '../../diagnostic/diagnostic.ts'
import type { FieldName, ValueTest } from '../../ir/predicate.ts'
import { keyField, namedRules, type Correlation, type CorrelationBody } from '../../ir/rule.ts'
import { mapItems, marked, type Detection, type Item } from './detection.ts'
import { decide, matchesItem } from './match.ts'
import type { ProcessingItem, Transformation } from './pipeline.ts'
import type { ProcessedRule } from './processed-rule.ts'

type Renaming = Extract<Transformation, { kind: 'rename' }>

/** The list of fields, the keys of a correlation, and every item with the fields that it is compared with. */
export function renameRule(renaming: Renaming, item: ProcessingItem, rule: ProcessedRule): void {
  const renamed = (name: FieldName): readonly FieldName[] => {
    const to = renaming.rename(name)
    if (to === undefined || !decide(item.fields, (condition) => condition.name(name, rule))) return [name]
    const names = typeof to === 'string' ? [to] : to
    track(name, names, item.id, rule)
    return names
  }
  rule.fields = rule.fields.flatMap(renamed)
  if (rule.of.kind === 'correlation') renameKeys(rule.of, renamed, item, rule)
  if (rule.detection === null) return
  rule.detection = mapItems(rule.detection, (each) => {
    if (!matchesItem(item, each, rule)) return each
    const changed = renameItem(each, renaming.rename(each.field), item, rule, renamed)
    return changed === undefined ? each : marked(changed, item.id)
  })
}

function renameItem(
  item: Item,
  to: string | readonly string[] | undefined,
  at: ProcessingItem,
  rule: ProcessedRule,
  renamed: (name: FieldName) => readonly FieldName[],
): Detection | undefined {
  const renames = (test: ValueTest): test is Extract<ValueTest, { is: 'field' }> =>
    test.is === 'field' && decide(at.fields, (condition) => condition.name(test.other, rule))
  const compared = item.values.some(({ tests }) => tests.some(renames))
  const values = item.values.map((value) => ({
    ...value,
    tests: value.tests.flatMap((test): readonly ValueTest[] =>
      renames(test) ? renamed(test.other).map((other) => ({ ...test, other })) : [test],
    ),
  }))
  const own = to !== undefined && decide(at.fields, (condition) => condition.name(item.field, rule))
  if (!own) return compared ? { ...item, values } : undefined
  if (item.field !== null) rule.memory.mapped.add(item.field)
  for (const name of typeof to === 'string' ? [to] : to) rule.memory.mapped.add(name)
  if (typeof to === 'string') return { ...item, values, field: to }
  return { kind: 'any', of: to.map((name) => ({ ...item, values, field: name })) }
}

/** Remembers which items gave a field of the rule's list its name. */
function track(from: FieldName, to: readonly FieldName[], id: string | null, { memory }: ProcessedRule): void {
  if (to.length === 1 && to[0] === from) return
  const ids = new Set([...(memory.renamedBy.get(from) ?? []), ...(id === null ? [] : [id])])
  memory.renamedBy.delete(from)
  for (const name of to) memory.renamedBy.set(name, new Set(ids))
}

/** Each field of a correlation: keys, joins and measures. Only one name will do for each. */
function renameKeys(
  of: Correlation,
  renamed: (name: FieldName) => readonly FieldName[],
  item: ProcessingItem,
  rule: ProcessedRule,
): void {
  for (const original of fieldsOf(of)) {
    const [name, ...more] = renamed(rule.keys.get(original) ?? original)
    if (name !== undefined && more.length === 0) rule.keys.set(original, name)
    else {
      const notes = [{ message: 'the pipeline gives it these names', span: item.span }]
      const message = `"${original}" must be one field in a correlation, not ${1 + more.length}`
      rule.diagnostics.push(error('mapping/ambiguous-field', message, of.span, { notes }))
    }
  }
}

function fieldsOf(of: Correlation): ReadonlySet<FieldName> {
  const keys = of.group.flatMap((key) => namedRules(of).map((rule) => keyField(key, rule)))
  const { body } = of
  const joined = body.type === 'ordered' ? body.joins.flatMap(({ left, right }) => [left.field, right.field]) : []
  return new Set([...keys, ...joined, ...(body.type === 'value' ? body.fields : [])])
}

/** Keys keep their own names, which belong to the identity of alerts. */
export function renamedCorrelation(of: Correlation, { keys }: ProcessedRule): Pick<Correlation, 'group' | 'body'> {
  const name = (field: FieldName): FieldName => keys.get(field) ?? field
  const group = of.group.map((key) => {
    const fields = namedRules(of).map((rule) => [rule, name(keyField(key, rule))] as const)
    return { ...key, fieldOf: new Map(fields.filter(([, field]) => field !== key.name)) }
  })
  return { group, body: renamedBody(of.body, name) }
}

function renamedBody(body: CorrelationBody, name: (field: FieldName) => FieldName): CorrelationBody {
  switch (body.type) {
    case 'ordered':
      return {
        ...body,
        joins: body.joins.map((join) => ({
          ...join,
          left: { ...join.left, field: name(join.left.field) },
          right: { ...join.right, field: name(join.right.field) },
        })),
      }
    case 'value':
      return { ...body, fields: body.fields.map(name) }
    case 'unordered':
    case 'count':
      return body
  }
}
