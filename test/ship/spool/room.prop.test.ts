import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Lane } from '../../../src/ship/spool/chunk.ts'
import { excess } from '../../../src/ship/spool/room.ts'

const size = fc.integer({ min: 0, max: 1000 })
const byLane = fc.record({ rare: size, bulk: size })

it('what fits keeps both lanes within what they may take, and what is too much is exactly what has to go', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Lane>('rare', 'bulk'),
      size,
      byLane,
      byLane,
      size,
      (lane, bytes, used, budget, ceiling) => {
        const over = excess(lane, bytes, used, budget, ceiling)
        const total = Math.min(ceiling, budget.rare + budget.bulk)
        const fits = (freed: number): boolean =>
          used.rare + used.bulk + bytes - freed <= total &&
          (lane === 'rare' || used.bulk + bytes - freed <= budget.bulk)
        expect(fits(over)).toBe(true)
        if (over > 0) expect(fits(over - 1)).toBe(false)
      },
    ),
  )
})
