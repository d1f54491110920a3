import type { Plain } from './plain-value.ts'
import type { Level, Status } from '../../ir/rule.ts'

import type { ProcessedRule } from './processed-rule.ts'

export const OPERATORS: readonly string[] = ['eq', 'ne', 'gte', 'gt', 'lte', 'lt']

/** From the least to the most. */
const LEVELS: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical']
const STATUSES: readonly Status[] = ['unsupported', 'deprecated', 'experimental', 'test', 'stable']

/** Values of two kinds are not equal, and in no order. */
export function compareState(one: Plain, two: Plain, operator: string): boolean {
  if (operator === 'eq') return one === two
  if (operator === 'ne') return one !== two
  if (typeof one !== typeof two || one === null || two === null) return false
  return inOrder(one < two ? -1 : one > two ? 1 : 0, operator)
}

function inOrder(order: number, operator: string): boolean {
  switch (operator) {
    case 'eq':
      return order === 0
    case 'ne':
      return order !== 0
    case 'gte':
      return order >= 0
    case 'gt':
      return order > 0
    case 'lte':
      return order <= 0
    default:
      return order < 0
  }
}

/** An attribute of a rule, or one that a pipeline gave it, compared with a value; one that is not there is false. */
export function attributeHolds(rule: ProcessedRule, attribute: string, value: Plain, operator: string): boolean {
  const found = attributeOf(rule, attribute)
  if (found === undefined || found === null) return false
  if (Array.isArray(found)) {
    if (operator === 'in' || operator === 'not_in') return found.includes(String(value)) === (operator === 'in')
    return operator === 'ne'
  }
  if (operator === 'in' || operator === 'not_in') return false
  if (attribute === 'level') return ranked(LEVELS, found, value, operator)
  if (attribute === 'status') return ranked(STATUSES, found, value, operator)
  if (typeof found === 'number') return inOrder(Math.sign(found - Number(value)), operator)
  return compareState(found as Plain, typeof value === 'string' ? value : String(value), operator)
}

function ranked(ranks: readonly string[], found: unknown, value: Plain, operator: string): boolean {
  const [one, two] = [found, value].map((each) => ranks.indexOf(String(each).toLowerCase()))
  return one !== undefined && two !== undefined && one >= 0 && two >= 0 && inOrder(one - two, operator)
}

function attributeOf({ of, attributes, fields }: ProcessedRule, name: string): Plain | readonly string[] | undefined {
  switch (name) {
    case 'id':
    case 'name':
    case 'title':
    case 'description':
    case 'status':
    case 'level':
    case 'author':
    case 'date':
    case 'modified':
      return of[name]
    case 'tags':
    case 'references':
    case 'falsepositives':
      return of[name]
    case 'fields':
      return fields
    default:
      return attributes.get(name)
  }
}
