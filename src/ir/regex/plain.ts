import type { RegexFlags } from '../predicate.ts'
import { parseRegex } from './parse.ts'
import type { RegexNode } from './tree.ts'

/** How often RE2 repeats anything at most, repetitions inside one another multiplied. */
const MOST_REPEATS = 1000
/** RE2 also limits the size of a program, which no expression of this length comes near with so few repetitions. */
const LONGEST = 2000
/** Groups with names may not have the same one. */
const NAMED = /\(\?P?</

/**
 * Whether RE2 surely takes an expression, without asking it, which takes far longer. Of others nothing is said: it may
 * take them.
 */
export function isPlainRegex(source: string, flags: RegexFlags): boolean {
  if (source.length > LONGEST || NAMED.test(source)) return false
  const parsed = parseRegex(source, flags)
  return 'node' in parsed && repeats(parsed.node) <= MOST_REPEATS
}

/** How often the part of an expression that is repeated most may come. */
function repeats(node: RegexNode): number {
  switch (node.kind) {
    case 'empty':
    case 'set':
    case 'anchor':
      return 1
    case 'repeat':
      return Math.max(1, node.max ?? node.min) * repeats(node.of)
    case 'concat':
    case 'alternate':
      return node.of.reduce((most, each) => Math.max(most, repeats(each)), 1)
  }
}
