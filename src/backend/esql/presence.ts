import type { Bounds, Presence, RuleId } from '../../ir/rule.ts'
import { emitBounds } from './bounds.ts'
import { and, comparison, not, or, yes, type Condition } from './condition.ts'
import { leastOf } from './count-query.ts'

/** A condition over which rules have matched, and the item with which its window begins. */
export interface PresenceText {
  readonly holds: Condition
  /** Of value only where it holds; `closing` where no match is needed. */
  readonly start: string
}

/** The column with the newest matches of all rules, newest first, and how long the name behind each item is. */
export interface Matched {
  readonly column: string
  readonly suffix: number
}

/**
 * Says a condition over the newest match of each rule in a window, null where there is none. Of all parts the oldest
 * begins the window, of any the newest that holds, of a number of rules the N-th newest. What must not be there needs no
 * match: its window begins where it ends.
 *
 * @param newestOf the column with the newest match of a rule
 */
export function emitPresence(of: Presence, newestOf: (rule: RuleId) => string, matched: Matched): PresenceText {
  const { holds, start } = emitPart(of, newestOf, matched)
  if (start === NOTHING) return { holds, start: 'closing' }
  return {
    holds,
    start: start.includes(NOTHING) ? `${start}, start = CASE(start == ${NOTHING}, closing, start)` : start,
  }
}

/** In place of a start where no match is needed: newer than all, the closing event and what stands at its place included. */
const NOTHING = '"~"'

function emitPart(of: Presence, newestOf: (rule: RuleId) => string, matched: Matched): PresenceText {
  const inner = (part: Presence): PresenceText => emitPart(part, newestOf, matched)
  switch (of.op) {
    case 'rule': {
      const newest = newestOf(of.rule)
      return { holds: comparison(`${newest} IS NOT NULL`, true), start: newest }
    }
    case 'not':
      return { holds: not(inner(of.of).holds), start: NOTHING }
    case 'all': {
      const parts = of.of.map(inner)
      return { holds: and(parts.map(({ holds }) => holds)), start: least(parts.map(({ start }) => start)) }
    }
    case 'any': {
      const parts = of.of.map(inner)
      const starts = parts.map(({ holds, start }) => (holds === yes ? start : `CASE(${holds.text}, ${start}, "")`))
      return { holds: or(parts.map(({ holds }) => holds)), start: extreme('GREATEST', starts) }
    }
    case 'count':
      return {
        holds: emitBounds(`COALESCE(MV_COUNT(${matched.column}), 0)`, of.bounds),
        start: `COALESCE(${nth(of.bounds, matched)}, closing)`,
      }
  }
}

/** Among items that are there where the whole holds. */
function least(starts: readonly string[]): string {
  const needed = [...new Set(starts)].filter((start) => start !== NOTHING)
  return needed.length === 0 ? NOTHING : extreme('LEAST', needed)
}

function extreme(name: 'LEAST' | 'GREATEST', starts: readonly string[]): string {
  const [only] = starts
  if (only === undefined) return NOTHING
  return starts.length === 1 ? only : `${name}(${starts.join(', ')})`
}

/** The N-th newest for `gte N` alone, else the oldest. */
function nth(bounds: Bounds, { column, suffix }: Matched): string {
  const enough = leastOf(bounds)
  const oldest = `MV_LAST(${column})`
  const found = enough === undefined ? oldest : `COALESCE(MV_SLICE(${column}, ${enough - 1}), ${oldest})`
  return `LEFT(${found}, LENGTH(${found}) - ${suffix})`
}
