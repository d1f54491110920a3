import type { Expression, Query } from './tree.ts'

/** The fields that a query names, each once, in the order of the text; keys before conditions. */
export function namedFields(query: Query): readonly string[] {
  const names = new Set<string>()
  const items = query.kind === 'event' ? [query] : query.items
  for (const item of items) if ('keys' in item) for (const key of item.keys) names.add(key.name)
  for (const { filter } of items) collect(filter.where, names)
  return [...names]
}

function collect(of: Expression, names: Set<string>): void {
  switch (of.kind) {
    case 'literal':
      return
    case 'field':
      names.add(of.name)
      return
    case 'call':
      for (const arg of of.args) collect(arg, names)
      return
    case 'negative':
    case 'not':
    case 'match':
      return collect(of.of, names)
    case 'in':
      return collect(of.of, names)
    case 'arithmetic':
    case 'comparison':
      collect(of.left, names)
      collect(of.right, names)
      return
    case 'and':
    case 'or':
      for (const part of of.of) collect(part, names)
  }
}
