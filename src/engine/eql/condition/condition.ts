import type { JsonObject } from '../../../event/field.ts'
import type { Field } from '../field.ts'
import { arithmetic, negative } from '../function/arithmetic.ts'
import { callFunction } from '../function/call.ts'
import {
  computed,
  constant,
  isConstant,
  testOf,
  typeTitle,
  unknown,
  type Operand,
  type OperandType,
} from '../operand.ts'
import type { Scope } from '../scope.ts'
import type { Expression, Filter, Literal } from '../syntax/tree.ts'
import { comparison, isNotNull, isNull } from './comparison.ts'
import { membership } from './list.ts'
import type { Value } from '../value/value.ts'
import { patternMatch } from './pattern.ts'

/** What must be true of an event. */
export type Condition = (event: JsonObject) => boolean

/**
 * Understands what stands in brackets, and tells what is wrong with it. Truth is two-valued: a test on what is absent is
 * false, and `not`, `!=` and `not in` turn it round. On several values a test is true when it is true of any.
 */
export function compileFilter({ category, where }: Filter, categoryField: string, scope: Scope): Condition {
  const condition = compileCondition(where, scope)
  if (category === null) return condition
  const field = scope.categoryField(categoryField, category.span)
  if (!field) return () => false
  const named = (value: Value): boolean => value === category.name
  return (event) => field.some(event, named) && condition(event)
}

function compileCondition(of: Expression, scope: Scope): Condition {
  switch (of.kind) {
    case 'and': {
      const parts = of.of.map((one) => compileCondition(one, scope))
      return (event) => {
        for (const part of parts) if (!part(event)) return false
        return true
      }
    }
    case 'or': {
      const parts = of.of.map((one) => compileCondition(one, scope))
      return (event) => {
        for (const part of parts) if (part(event)) return true
        return false
      }
    }
    case 'not':
      return not(compileCondition(of.of, scope))
    case 'comparison': {
      const { operand, negated } = compileComparison(of, scope)
      return negated ? not(holds(operand)) : holds(operand)
    }
    default:
      return holds(truth(compileOperand(of, scope), scope))
  }
}

function not(of: Condition): Condition {
  return (event) => !of(event)
}

/** Something that can stand alone as a condition, or beside `and`, `or` and `not`. */
function truth(of: Operand, scope: Scope): Operand {
  if (of.type === 'boolean') return of.field ? testOf(of, (value) => value === true, of.span) : of
  if (of.type !== 'null' && of.type !== 'unknown')
    scope.tell(
      'eql/not-boolean',
      `a condition is true or false, and this is ${typeTitle(of.type)}`,
      of.span,
      'compare it with a value',
    )
  return constant('boolean', false, of.span)
}

/** Any combination of the values of the fields, null for one without values, makes it true. */
function holds(of: Operand): Condition {
  const { fields, test, read } = of
  const [only] = fields
  if (only === undefined) {
    const value = read() === true
    return () => value
  }
  if (test) return (event) => only.some(event, test)
  return (event) => anyOf(fields, 0, event, read)
}

function anyOf(fields: readonly Field[], at: number, event: JsonObject, read: Operand['read']): boolean {
  const field = fields[at]
  if (!field) return read() === true
  const values = field.values(event)
  if (values.length === 0) {
    field.current = null
    return anyOf(fields, at + 1, event, read)
  }
  for (const value of values) {
    field.current = value
    if (anyOf(fields, at + 1, event, read)) return true
  }
  return false
}

function compileOperand(of: Expression, scope: Scope): Operand {
  const { span } = of
  switch (of.kind) {
    case 'literal':
      return constant(literalType(of), of.value, span)
    case 'field': {
      const field = scope.field(of)
      if (field === undefined) return unknown(span)
      return field === null
        ? constant('null', null, span)
        : { type: field.type, fields: [field], field, read: () => field.current, span }
    }
    case 'call':
      return callFunction({ ...of, args: of.args.map((one) => compileOperand(one, scope)) }, scope)
    case 'negative':
      return negative(compileOperand(of.of, scope), span, scope)
    case 'arithmetic':
      return arithmetic(of.operator, compileOperand(of.left, scope), compileOperand(of.right, scope), span, scope)
    case 'comparison': {
      const { operand, negated } = compileComparison(of, scope)
      return negated ? computed('boolean', [operand], () => operand.read() !== true, span) : operand
    }
    case 'in':
      return membership(
        compileOperand(of.of, scope),
        of.list.map((one) => compileOperand(one, scope)),
        of.folds,
        span,
        scope,
      )
    case 'match':
      return patternMatch(compileOperand(of.of, scope), of.operator, of.folds, of.patterns, span, scope)
    case 'not': {
      const inner = truth(compileOperand(of.of, scope), scope)
      return computed('boolean', [inner], () => inner.read() !== true, span)
    }
    case 'and':
    case 'or': {
      const parts = of.of.map((one) => truth(compileOperand(one, scope), scope))
      const read =
        of.kind === 'and'
          ? () => parts.every((one) => one.read() === true)
          : () => parts.some((one) => one.read() === true)
      return computed('boolean', parts, read, span)
    }
  }
}

function literalType({ value, decimal }: Literal): OperandType {
  if (value === null) return 'null'
  if (typeof value === 'string') return 'keyword'
  if (typeof value === 'boolean') return 'boolean'
  return decimal ? 'double' : 'long'
}

/** `!=` is `==` turned round, but on null, where it asks whether anything is there. */
function compileComparison(
  of: Extract<Expression, { kind: 'comparison' }>,
  scope: Scope,
): { operand: Operand; negated: boolean } {
  const left = compileOperand(of.left, scope)
  const right = compileOperand(of.right, scope)
  if (of.operator !== '!=' && of.operator !== '==')
    return { operand: comparison(of.operator, left, right, of.span, scope), negated: false }
  const negated = of.operator === '!='
  const against = isNullConstant(right) ? left : isNullConstant(left) ? right : undefined
  if (against) return { operand: negated ? isNotNull(against, of.span) : isNull(against, of.span), negated: false }
  return { operand: comparison('==', left, right, of.span, scope), negated }
}

function isNullConstant(of: Operand): boolean {
  return of.type !== 'unknown' && isConstant(of) && of.read() === null
}
