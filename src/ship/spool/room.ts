import type { Lane } from './chunk.ts'

/** Bytes, by lane. */
export type ByLane = Readonly<Record<Lane, number>>

/**
 * What must go so that so many bytes of a lane find room (event contract §7): the bulk lane keeps to its budget; a rare
 * event may also use what the bulk lane leaves free, and takes it from bulk events first, then from the oldest rare
 * ones. Nothing to free means that it fits.
 *
 * @param ceiling what both lanes may take together; below the sum of the budgets when the disk is full
 */
export function bytesToFree(lane: Lane, size: number, used: ByLane, budget: ByLane, ceiling: number): ByLane {
  const excess = used.rare + used.bulk + size - Math.min(ceiling, budget.rare + budget.bulk)
  if (lane === 'bulk') return { rare: 0, bulk: Math.max(0, excess, used.bulk + size - budget.bulk) }
  const bulk = Math.min(Math.max(0, excess), used.bulk)
  return { rare: Math.max(0, excess - bulk), bulk }
}
