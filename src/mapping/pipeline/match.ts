import { holds } from './condition-expression.ts'
import type { Item } from './detection.ts'
import type { Conditions, ProcessingItem } from './pipeline.ts'
import type { ProcessedRule } from './processed-rule.ts'

/** What several conditions decide together. */
export function decide<C>({ of, joined, negated }: Conditions<C>, test: (condition: C) => boolean): boolean {
  const results = (): boolean => {
    if (joined === 'all') return [...of.values()].every(test)
    if (joined === 'any') return [...of.values()].some(test)
    return holds(joined, (name) => {
      const condition = of.get(name)
      return condition !== undefined && test(condition)
    })
  }
  return results() !== negated
}

/** Whether the conditions on items and on their fields let a transformation at an item. */
export function matchesItem({ items, fields }: ProcessingItem, item: Item, rule: ProcessedRule): boolean {
  const references = item.values.flatMap(({ tests }) =>
    tests.flatMap((test) => (test.is === 'field' ? [test.other] : [])),
  )
  return (
    decide(items, (condition) => condition(item, rule)) &&
    decide(fields, (condition) => {
      if (condition.item) return condition.item(item, rule)
      return [item.field, ...references].some((name) => condition.name(name, rule))
    })
  )
}
