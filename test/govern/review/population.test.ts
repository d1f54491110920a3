import { expect, it } from 'vitest'
import { createHash } from 'node:crypto'
import {
  countByKind,
  digestOfText,
  drawSample,
  nameOf,
  parsePopulation,
  renderPopulation,
  type Item,
} from '../../../src/govern/review/population.ts'

const ITEMS: readonly Item[] = Array.from({ length: 50 }, (_, n) => ({
  kind: n % 5 === 0 ? ('change' as const) : ('alert' as const),
  ...{ id: `i${n}`, title: `Item ${n}`, author: n % 2 === 0 ? 'anna' : null, digest: digestOfText(String(n)) },
}))

it('is the same text in whatever order its items come', () => {
  const text = renderPopulation(ITEMS)
  expect(renderPopulation(ITEMS.toReversed())).toBe(text)
  expect(renderPopulation(parsePopulation(text) ?? [])).toBe(text)
  expect(countByKind(ITEMS)).toEqual({ alert: 40, change: 10, baseline: 0, exception: 0 })
  for (const wrong of ['{}\n', 'x\n', text.replace('"alert"', '"alarm"')])
    expect(parsePopulation(wrong)).toBeUndefined()
})

it('gives a sample that can be drawn again by hand', () => {
  const sample = drawSample(ITEMS, 'seed', 3)
  const rank = (name: string): string => createHash('sha256').update(`seed\n${name}`).digest('hex')
  const byHand = (['alert', 'change'] as const).flatMap((kind) =>
    ITEMS.filter((item) => item.kind === kind)
      .map(nameOf)
      .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
      .slice(0, 3),
  )
  expect(sample).toEqual(byHand.sort())
  expect(drawSample(ITEMS.toReversed(), 'seed', 3)).toEqual(sample)
  expect(drawSample(ITEMS, 'another', 3)).not.toEqual(sample)
  expect(drawSample(ITEMS, 'seed', 100)).toHaveLength(50)
})
