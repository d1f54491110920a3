import type { Dialect } from './dialect.ts'

/** A condition on one event, before it is written. */
export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  /** A field has one of these values, each as the language writes it. */
  | { readonly kind: 'match'; readonly field: string; readonly values: readonly string[] }
  /** Anything else that is written as one term. */
  | { readonly kind: 'term'; readonly text: string }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }

export const yes: Condition = { kind: 'constant', value: true }
export const no: Condition = { kind: 'constant', value: false }

export function match(field: string, ...values: readonly string[]): Condition {
  return { kind: 'match', field, values }
}

export function term(text: string): Condition {
  return { kind: 'term', text }
}

export function and(of: readonly Condition[]): Condition {
  if (of.some((each) => each.kind === 'constant' && !each.value)) return no
  return several('and', of)
}

/** Values of one field become one list. */
export function or(of: readonly Condition[]): Condition {
  if (of.some((each) => each.kind === 'constant' && each.value)) return yes
  const result: Condition[] = []
  const valuesOf = new Map<string, Set<string>>()
  for (const each of of) {
    const known = each.kind === 'match' ? valuesOf.get(each.field) : undefined
    if (each.kind !== 'match') result.push(each)
    else if (known) for (const value of each.values) known.add(value)
    else {
      const values = new Set(each.values)
      valuesOf.set(each.field, values)
      result.push(each)
    }
  }
  for (const [i, each] of result.entries()) {
    const values = each.kind === 'match' ? valuesOf.get(each.field) : undefined
    if (each.kind === 'match' && values && values.size > each.values.length) result[i] = match(each.field, ...values)
  }
  return several('or', result)
}

export function negate(of: Condition): Condition {
  if (of.kind === 'constant') return of.value ? no : yes
  return of.kind === 'not' ? of.of : { kind: 'not', of }
}

function several(kind: 'and' | 'or', of: readonly Condition[]): Condition {
  const open = of.filter((each) => each.kind !== 'constant')
  const [only] = open
  if (only === undefined) return kind === 'and' ? yes : no
  return open.length === 1 ? only : { kind, of: open }
}

/**
 * The condition in a language. Brackets stand around everything that is not one term, because neither language has the
 * usual precedence, and around a negation beside `or`, which Lucene would take as demanded.
 */
export function writeCondition(of: Condition, dialect: Dialect): string {
  switch (of.kind) {
    case 'constant':
      return of.value ? dialect.everything : `${dialect.not} ${dialect.everything}`
    case 'term':
      return of.text
    case 'match':
      return dialect.match(of.field, of.values)
    case 'not':
      return `${dialect.not} ${operand(of.of, dialect)}`
    case 'and':
    case 'or':
      return of.of.map((each) => operand(each, dialect)).join(` ${dialect[of.kind]} `)
  }
}

function operand(of: Condition, dialect: Dialect): string {
  const text = writeCondition(of, dialect)
  return of.kind === 'term' || of.kind === 'match' ? text : `(${text})`
}

/** How deep `and`, `or` and `not` nest, and how many values are asked for. */
export function measure(of: Condition): { depth: number; terms: number } {
  switch (of.kind) {
    case 'constant':
    case 'term':
      return { depth: 0, terms: 1 }
    case 'match':
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
