import { everyChar, type CharSet } from '../char-set.ts'

/**
 * What a regular expression of a rule means, without the spelling of any one dialect: case and `.` are already resolved
 * into sets of characters, and greed is gone, for a test only asks whether there is a match.
 */
export type RegexNode =
  | { readonly kind: 'empty' }
  /** One character out of a set. */
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'concat'; readonly of: readonly RegexNode[] }
  | { readonly kind: 'alternate'; readonly of: readonly RegexNode[] }
  /** `max` null: no upper end. */
  | { readonly kind: 'repeat'; readonly of: RegexNode; readonly min: number; readonly max: number | null }
  | { readonly kind: 'anchor'; readonly at: Anchor }

export type Anchor = 'start' | 'end' | 'line-start' | 'line-end' | 'word' | 'not-word'

export const emptyRegex: RegexNode = { kind: 'empty' }

/** Any text. */
export const anything: RegexNode = { kind: 'repeat', of: { kind: 'set', set: everyChar }, min: 0, max: null }

/** Concatenation; of one: that one. */
export function concat(of: readonly RegexNode[]): RegexNode {
  const [only] = of
  if (only === undefined) return emptyRegex
  return of.length === 1 ? only : { kind: 'concat', of }
}

/** Whether an anchor stands anywhere below a node. */
export function hasAnchor(node: RegexNode): boolean {
  switch (node.kind) {
    case 'empty':
    case 'set':
      return false
    case 'anchor':
      return true
    case 'repeat':
      return hasAnchor(node.of)
    case 'concat':
    case 'alternate':
      return node.of.some(hasAnchor)
  }
}

/** Whether an endless repetition stands inside another one, which takes backtracking engines exponential time. */
export function nestsEndlessRepeats(node: RegexNode, inside = false): boolean {
  switch (node.kind) {
    case 'empty':
    case 'set':
    case 'anchor':
      return false
    case 'repeat': {
      const long = node.max === null || node.max > 16
      return (inside && long) || nestsEndlessRepeats(node.of, inside || long)
    }
    case 'concat':
    case 'alternate':
      return node.of.some((each) => nestsEndlessRepeats(each, inside))
  }
}
