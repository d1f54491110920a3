import { and, or, type ConditionTree } from '../condition-tree.ts'

/** A comparison with a literal that the search index answers, and what is made of such. */
export type Indexed = ConditionTree<'=='>

/** Longer ones, with more choices, cost more than they spare. */
const LONGEST = 2000
const MOST_CHOICES = 32

/**
 * What holds wherever all parts hold, and what holds wherever any does. Elasticsearch hands a part of `WHERE` to its index
 * only when it is one there as a whole, which no `COALESCE` is, and computes all the rest for each row, both sides of an `OR`
 * included: a few comparisons in front leave it the rows of one task out of those of a month.
 */
export function ofAll(parts: readonly (readonly Indexed[])[]): readonly Indexed[] {
  return distinct(parts.flat())
}

export function ofAny(parts: readonly (readonly Indexed[])[]): readonly Indexed[] {
  const [one = []] = parts
  const shared = one.filter((each) => parts.every((part) => holds(part, each)))
  const rests = parts.map((part) => part.filter((each) => !holds(shared, each)))
  if (rests.some((rest) => rest.length === 0)) return shared
  const choice = [rests, rests.map((rest) => rest.slice(0, 1))].map((each) => or(distinct(each.map(and)))).find(isShort)
  return choice === undefined ? shared : [...shared, choice]
}

/** As ES|QL writes it. */
export function indexedText(of: Indexed): string {
  switch (of.kind) {
    case 'constant':
      return String(of.value)
    case 'term':
      return of.text
    case 'compare':
      return of.values.length === 1
        ? `${of.field} == ${of.values.join('')}`
        : `${of.field} IN (${of.values.join(', ')})`
    case 'and':
    case 'or':
      return of.of
        .map((each) => (each.kind === 'and' || each.kind === 'or' ? `(${indexedText(each)})` : indexedText(each)))
        .join(` ${of.kind.toUpperCase()} `)
    case 'not':
      return `NOT (${indexedText(of.of)})`
  }
}

function isShort(of: Indexed): boolean {
  return (of.kind !== 'or' || of.of.length <= MOST_CHOICES) && indexedText(of).length <= LONGEST
}

function holds(all: readonly Indexed[], one: Indexed): boolean {
  const text = indexedText(one)
  return all.some((each) => indexedText(each) === text)
}

function distinct(of: readonly Indexed[]): readonly Indexed[] {
  return [...new Map(of.map((each) => [indexedText(each), each])).values()]
}
