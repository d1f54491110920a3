import type { FieldName } from '../../ir/predicate.ts'
import { keyField, namedRules, type Correlation } from '../../ir/rule.ts'
import { HOST_FIELDS } from './host-mark.ts'

/** What a correlation reads of an event once it is known which rules the event matches. */
export function keptFields(of: Correlation): readonly FieldName[] {
  const { body, group } = of
  const keys = namedRules(of).flatMap((rule) => group.map((key) => keyField(key, rule)))
  switch (body.type) {
    case 'ordered':
      return [...keys, ...body.joins.flatMap(({ left, right }) => [left.field, right.field]), ...HOST_FIELDS]
    case 'value':
      return [...keys, ...body.fields]
    case 'unordered':
    case 'count':
      return keys
  }
}
