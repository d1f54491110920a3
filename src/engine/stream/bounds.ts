import type { Bound, Bounds } from '../../ir/rule.ts'

/** Whether a number meets all bounds. */
export function meets(value: number, bounds: Bounds): boolean {
  return bounds.every((bound) => holds(bound.operator, value - bound.value))
}

/** Whether a comparison holds, by the sign of the difference of its sides. */
export function holds(operator: Bound['operator'], difference: number): boolean {
  switch (operator) {
    case 'gt':
      return difference > 0
    case 'gte':
      return difference >= 0
    case 'lt':
      return difference < 0
    case 'lte':
      return difference <= 0
    case 'eq':
      return difference === 0
    case 'neq':
      return difference !== 0
  }
}

/**
 * Where an alert begins among the events of its window, oldest first: at the N-th newest for `gte N` alone, else at the
 * oldest (semantics §2). A window of fewer than N events begins at its oldest.
 */
export function startsAt(length: number, bounds: Bounds): number {
  const [only] = bounds
  if (bounds.length !== 1 || only?.operator !== 'gte') return 0
  return Math.max(0, Math.min(length - 1, length - Math.ceil(only.value)))
}
