import type { ConditionTree } from '../condition-tree.ts'

export type Expression = ConditionTree<Operator>

/** Operators whose right side may be a list. `==` with a list is written `in`. */
export type Operator = ':' | 'like' | 'in~' | '==' | 'regex'

export function compare(field: string, operator: Operator, ...values: readonly string[]): Expression {
  return { kind: 'compare', field, operator, values }
}

/** EQL text; `not` binds tighter than `and`, `and` tighter than `or`. */
export function emitExpression(of: Expression): string {
  switch (of.kind) {
    case 'constant':
      return String(of.value)
    case 'term':
      return of.text
    case 'compare':
      return emitCompare(of)
    case 'not':
      return `not (${emitExpression(of.of)})`
    case 'and':
      return of.of
        .map((each) => (each.kind === 'or' ? `(${emitExpression(each)})` : emitExpression(each)))
        .join(' and ')
    case 'or':
      return of.of
        .map((each) => (each.kind === 'and' ? `(${emitExpression(each)})` : emitExpression(each)))
        .join(' or ')
  }
}

function emitCompare(of: Extract<Expression, { kind: 'compare' }>): string {
  const [only] = of.values
  const { field, operator } = of
  if (of.values.length === 1 && only !== undefined && operator !== 'in~') return `${field} ${operator} ${only}`
  return `${field} ${operator === '==' ? 'in' : operator} (${of.values.join(', ')})`
}
