import type { FieldName, Predicate } from './predicate.ts'
import { ruleClosure } from './rule-closure.ts'
import { keyField, namedRules, steppedRules, type Correlation, type Program, type Rule } from './rule.ts'

/** The fields that a rule reads, with those of the rules it names, sorted. */
export function usedFields(rule: Rule, program: Program): readonly FieldName[] {
  const names = new Set<FieldName>()
  for (const one of ruleClosure(rule, program)) {
    if (one.kind === 'event') addFields(one.where, names)
    else addCorrelationFields(one, names)
  }
  return [...names].sort()
}

/** The fields an analyst should see first: those the rule names, then those of the group. */
export function shownFields(rule: Rule): readonly FieldName[] {
  return [...new Set([...rule.fields, ...(rule.kind === 'correlation' ? groupFields(rule) : [])])]
}

/** The fields that the group is read from, by key, over the rules that the correlation counts or steps over. */
export function groupFields(of: Correlation): readonly FieldName[] {
  return of.group.flatMap((key) => steppedRules(of).map((rule) => keyField(key, rule)))
}

function addCorrelationFields(of: Correlation, names: Set<FieldName>): void {
  addFields(of.guard, names)
  for (const key of of.group) for (const rule of namedRules(of)) names.add(keyField(key, rule))
  const { body } = of
  switch (body.type) {
    case 'ordered':
      for (const join of body.joins) names.add(join.left.field).add(join.right.field)
      return
    case 'value':
      for (const name of body.fields) names.add(name)
      return
    case 'count':
    case 'unordered':
      return
  }
}

function addFields(predicate: Predicate, names: Set<FieldName>): void {
  switch (predicate.op) {
    case 'all':
    case 'any':
      for (const each of predicate.of) addFields(each, names)
      return
    case 'not':
      addFields(predicate.of, names)
      return
    case 'test':
      if (predicate.subject.kind === 'field') names.add(predicate.subject.name)
      if (predicate.test.is === 'field') names.add(predicate.test.other)
      return
  }
}
