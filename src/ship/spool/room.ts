import type { Lane } from './chunk.ts'

/** Bytes, by lane. */
export type ByLane = Readonly<Record<Lane, number>>

/**
 * By how many bytes so much more of a lane would be too much (event contract §7): the bulk lane keeps to its budget; rare
 * events may also use what it leaves free, and take it from bulk events before they take it from older rare ones.
 *
 * @param ceiling what both lanes may take together; below the sum of the budgets when the disk is full
 */
export function excess(lane: Lane, size: number, used: ByLane, budget: ByLane, ceiling: number): number {
  const ofBoth = used.rare + used.bulk + size - Math.min(ceiling, budget.rare + budget.bulk)
  return Math.max(0, ofBoth, lane === 'bulk' ? used.bulk + size - budget.bulk : 0)
}
