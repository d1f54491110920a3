import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BoundedTable } from '../../../src/behaviour/baseline/bounded-table.ts'

const MOST = 8
const names = fc.array(fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b', 'c', 'd') }), {
  maxLength: 80,
})

function counted(all: readonly string[]): BoundedTable<{ uses: number }> {
  const table = new BoundedTable(MOST, () => ({ uses: 0 }))
  for (const name of all) {
    const entry = table.entry(name)
    if (entry !== undefined) entry.uses++
  }
  return table
}

it('holds the same names with whole counts in whatever order they come', () => {
  fc.assert(
    fc.property(names, fc.infiniteStream(fc.nat()), (all, chance) => {
      const table = counted(all)
      const shuffled = all.map((name) => ({ name, at: chance.next().value as number })).sort((a, b) => a.at - b.at)
      expect(counted(shuffled.map(({ name }) => name)).sorted()).toEqual(table.sorted())
      for (const [name, { uses }] of table.sorted()) expect(uses).toBe(all.filter((one) => one === name).length)
      expect(table.size).toBe(Math.min(MOST, new Set(all).size))
      expect(table.isFull).toBe(new Set(all).size > MOST)
    }),
  )
})

it('never calls a name unseen that was seen', () => {
  fc.assert(
    fc.property(names, (all) => {
      const table = counted(all)
      for (const name of all) expect(table.isUnseen(name)).toBe(false)
      if (!table.isFull) expect(table.isUnseen('never')).toBe(true)
    }),
  )
})
