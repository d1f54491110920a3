/** A condition on one event, before it is written in a language with the operators `O`. Constants are worked out early. */
export type ConditionTree<O extends string> =
  | { readonly kind: 'constant'; readonly value: boolean }
  /** `field operator value`; of several values one is enough. */
  | Comparison<O>
  /** Anything else that is written as one term. */
  | { readonly kind: 'term'; readonly text: string }
  | { readonly kind: 'and' | 'or'; readonly of: readonly ConditionTree<O>[] }
  | { readonly kind: 'not'; readonly of: ConditionTree<O> }

interface Comparison<O extends string> {
  readonly kind: 'compare'
  readonly field: string
  readonly operator: O
  readonly values: readonly string[]
}

export const yes: ConditionTree<never> = { kind: 'constant', value: true }
export const no: ConditionTree<never> = { kind: 'constant', value: false }

export function term(text: string): ConditionTree<never> {
  return { kind: 'term', text }
}

export function and<O extends string>(of: readonly ConditionTree<O>[]): ConditionTree<O> {
  if (of.some((each) => each.kind === 'constant' && !each.value)) return no
  return several('and', of)
}

/** Comparisons of one field by one operator become one with a list. */
export function or<O extends string>(of: readonly ConditionTree<O>[]): ConditionTree<O> {
  if (of.some((each) => each.kind === 'constant' && each.value)) return yes
  const result: ConditionTree<O>[] = []
  const lists = new Map<string, { readonly at: number; readonly of: Comparison<O>; readonly values: Set<string> }>()
  for (const each of of) {
    if (each.kind !== 'compare') {
      result.push(each)
      continue
    }
    const key = `${each.operator} ${each.field}`
    const known = lists.get(key)
    if (known !== undefined) for (const value of each.values) known.values.add(value)
    else {
      lists.set(key, { at: result.length, of: each, values: new Set(each.values) })
      result.push(each)
    }
  }
  // All stand where the first one stood.
  for (const { at, of: one, values } of lists.values()) result[at] = { ...one, values: [...values] }
  return several('or', result)
}

export function negate<O extends string>(of: ConditionTree<O>): ConditionTree<O> {
  if (of.kind === 'constant') return of.value ? no : yes
  return of.kind === 'not' ? of.of : { kind: 'not', of }
}

function several<O extends string>(kind: 'and' | 'or', of: readonly ConditionTree<O>[]): ConditionTree<O> {
  const open = of.filter((each) => each.kind !== 'constant')
  const [only] = open
  if (only === undefined) return kind === 'and' ? yes : no
  return open.length === 1 ? only : { kind, of: open }
}

/** How deep `and`, `or` and `not` nest, and how many values are asked for. */
export function measure(of: ConditionTree<string>): { readonly depth: number; readonly terms: number } {
  switch (of.kind) {
    case 'constant':
    case 'term':
      return { depth: 0, terms: 1 }
    case 'compare':
      return { depth: of.values.length > 1 ? 1 : 0, terms: of.values.length }
    case 'not': {
      const { depth, terms } = measure(of.of)
      return { depth: depth + 1, terms }
    }
    case 'and':
    case 'or': {
      const inner = of.of.map(measure)
      const terms = inner.reduce((sum, each) => sum + each.terms, 0)
      return { depth: Math.max(0, ...inner.map((each) => each.depth)) + 1, terms }
    }
  }
}
