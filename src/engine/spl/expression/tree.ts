import type { Single } from '../value.ts'

/** An expression of `eval` and `where`; offsets are places in the text of the query. */
export type Expression =
  | (Placed & { readonly kind: 'literal'; readonly value: Single })
  | (Placed & { readonly kind: 'field'; readonly name: string })
  | (Placed & { readonly kind: 'sign'; readonly operator: '-' | '+'; readonly of: Expression })
  | (Placed & { readonly kind: 'not'; readonly of: Expression })
  | (Placed & {
      readonly kind: 'logic'
      readonly operator: 'AND' | 'OR' | 'XOR'
      readonly left: Expression
      readonly right: Expression
    })
  | (Placed & {
      readonly kind: 'arithmetic'
      readonly operator: Arithmetic
      readonly left: Expression
      readonly right: Expression
    })
  | (Placed & {
      readonly kind: 'comparison'
      readonly operator: Comparison
      readonly left: Expression
      readonly right: Expression
    })
  | (Placed & { readonly kind: 'call'; readonly name: string; readonly of: readonly Expression[] })
  /** A text that a subsearch gives when the query runs, by its number among those of the command. */
  | (Placed & { readonly kind: 'subsearch'; readonly number: number })

export type Arithmetic = '+' | '-' | '*' | '/' | '%' | '.'
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='

interface Placed {
  readonly start: number
  readonly end: number
}

/** The parts of an expression. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'field':
    case 'subsearch':
      return []
    case 'sign':
    case 'not':
      return [expression.of]
    case 'logic':
    case 'arithmetic':
    case 'comparison':
      return [expression.left, expression.right]
    case 'call':
      return expression.of
  }
}

/** The fields that an expression reads. */
export function fieldsOf(expression: Expression): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (one: Expression): void => {
    if (one.kind === 'field') found.add(one.name)
    for (const part of partsOf(one)) visit(part)
  }
  visit(expression)
  return found
}
