import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Sketch, SKETCH_ERROR } from '../../../src/behaviour/baseline/sketch.ts'

const values = fc.array(fc.oneof(fc.nat(50), fc.nat(100_000), fc.nat(2_000_000_000)), { minLength: 1, maxLength: 200 })

function sketchOf(numbers: readonly number[]): Sketch {
  const sketch = new Sketch()
  for (const number of numbers) sketch.add(number)
  return sketch
}

it('gives quantiles at most a twentieth below the value of that rank, and never above it', () => {
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (numbers, rank) => {
      const sorted = [...numbers].sort((a, b) => a - b)
      const exact = sorted[Math.max(1, Math.ceil(rank * sorted.length)) - 1] ?? 0
      const told = sketchOf(numbers).quantile(rank)
      expect(told).toBeLessThanOrEqual(exact)
      expect(told).toBeGreaterThanOrEqual(Math.floor(exact * (1 - SKETCH_ERROR)))
    }),
  )
})

it('is the same however the values are put together', () => {
  fc.assert(
    fc.property(values, values, (left, right) => {
      const whole = sketchOf([...left, ...right])
      const merged = sketchOf(right)
      merged.addAll(sketchOf(left))
      expect(JSON.stringify(merged)).toBe(JSON.stringify(whole))
      expect(JSON.stringify(Sketch.from(JSON.parse(JSON.stringify(whole))))).toBe(JSON.stringify(whole))
    }),
  )
})

it('says the same whether it was asked before more values came, or not', () => {
  fc.assert(
    fc.property(values, values, values, fc.double({ min: 0, max: 1, noNaN: true }), (early, late, other, rank) => {
      const asked = sketchOf(early)
      asked.quantile(rank)
      for (const number of late) asked.add(number)
      asked.quantile(rank)
      asked.addAll(sketchOf(other))
      const whole = sketchOf([...early, ...late, ...other])
      expect(asked.quantile(rank)).toBe(whole.quantile(rank))
      expect(JSON.stringify(asked)).toBe(JSON.stringify(whole))
    }),
  )
})

it.each([
  ['no object', 3],
  [
    'a bucket twice',
    {
      least: 1,
      greatest: 1,
      buckets: [
        [1, 1],
        [1, 1],
      ],
    },
  ],
  ['a count of none', { least: 1, greatest: 1, buckets: [[1, 0]] }],
  ['a bucket that is none', { least: 1, greatest: 1, buckets: [[99_999, 1]] }],
  ['a least that lies elsewhere', { least: 5, greatest: 1, buckets: [[1, 1]] }],
  ['a greatest that lies elsewhere', { least: 1, greatest: 500, buckets: [[1, 1]] }],
])('does not take %s for one', (_, data) => {
  expect(Sketch.from(data)).toBeUndefined()
})
