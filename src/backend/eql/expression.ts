/** A condition on one event, before it is written. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: boolean }
  /** `field operator value`; several values stand in a list, and one of them is enough. */
  | {
      readonly kind: 'compare'
      readonly field: string
      readonly operator: Operator
      readonly values: readonly string[]
    }
  /** Anything else that is written as one term. */
  | { readonly kind: 'term'; readonly text: string }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }

/** Operators whose right side may be a list. `==` with a list is written `in`. */
export type Operator = ':' | 'like' | 'in~' | '==' | 'regex'

export const yes: Expression = { kind: 'constant', value: true }
export const no: Expression = { kind: 'constant', value: false }

export function compare(field: string, operator: Operator, ...values: readonly string[]): Expression {
  return { kind: 'compare', field, operator, values }
}

export function term(text: string): Expression {
  return { kind: 'term', text }
}

export function and(of: readonly Expression[]): Expression {
  if (of.some((each) => each.kind === 'constant' && !each.value)) return no
  return several('and', of)
}

/** Comparisons of one field by one operator become one with a list. */
export function or(of: readonly Expression[]): Expression {
  if (of.some((each) => each.kind === 'constant' && each.value)) return yes
  const result: Expression[] = []
  const placeOf = new Map<string, number>()
  for (const each of of) {
    if (each.kind !== 'compare') {
      result.push(each)
      continue
    }
    const key = `${each.operator} ${each.field}`
    const place = placeOf.get(key)
    const before = place === undefined ? undefined : result[place]
    if (place !== undefined && before?.kind === 'compare') {
      result[place] = { ...before, values: [...new Set([...before.values, ...each.values])] }
    } else {
      placeOf.set(key, result.length)
      result.push(each)
    }
  }
  return several('or', result)
}

function several(kind: 'and' | 'or', of: readonly Expression[]): Expression {
  const open = of.filter((each) => each.kind !== 'constant')
  const [only] = open
  if (only === undefined) return kind === 'and' ? yes : no
  return open.length === 1 ? only : { kind, of: open }
}

export function negate(of: Expression): Expression {
  if (of.kind === 'constant') return of.value ? no : yes
  return of.kind === 'not' ? of.of : { kind: 'not', of }
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

/** How deep `and`, `or` and `not` nest, and how many comparisons there are. */
export function measure(of: Expression): { depth: number; terms: number } {
  switch (of.kind) {
    case 'constant':
    case 'term':
      return { depth: 0, terms: 1 }
    case 'compare':
      return { depth: of.values.length > 1 ? 1 : 0, terms: of.values.length }
    case 'not': {
      const inner = measure(of.of)
      return { depth: inner.depth + 1, terms: inner.terms }
    }
    case 'and':
    case 'or': {
      let depth = 0
      let terms = 0
      for (const each of of.of) {
        const inner = measure(each)
        depth = Math.max(depth, inner.depth)
        terms += inner.terms
      }
      return { depth: depth + 1, terms }
    }
  }
}
