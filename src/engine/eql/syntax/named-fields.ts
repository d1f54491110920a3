import type { Expression, FieldRef, Filter, Item, Query } from './tree.ts'

/** The fields that a query names, each once, in the order of the text; keys before conditions. */
export function namedFields(query: Query): readonly string[] {
  const names = new Set<string>()
  for (const key of keysOf(query)) names.add(key.name)
  for (const { where } of filtersOf(query)) collect(where, names)
  return [...names]
}

/** Whether a query names an event category. */
export function namesCategory(query: Query): boolean {
  return filtersOf(query).some(({ category }) => category !== null)
}

function keysOf(query: Query): readonly FieldRef[] {
  return itemsOf(query).flatMap((item) => item.keys)
}

function filtersOf(query: Query): readonly Filter[] {
  return query.kind === 'event' ? [query.filter] : itemsOf(query).map((item) => item.filter)
}

function itemsOf(query: Query): readonly Item[] {
  if (query.kind === 'event') return []
  return query.kind === 'sequence' && query.until ? [...query.items, query.until] : query.items
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
      for (const part of [of.of, ...of.list]) collect(part, names)
      return
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
