import { expect, it } from 'vitest'
import { RecentTexts } from '../../../src/engine/stream/recent-texts.ts'

it('gives each text its own, also when texts share a place', () => {
  const upper = new RecentTexts((text) => text.toUpperCase())
  const texts = ['', 'a', 'b', 'abxdef', 'cdxdef', ...Array.from({ length: 5000 }, (_, i) => `/usr/bin/tool-${i}`)]
  for (const text of [...texts, ...texts]) expect(upper.of(text)).toBe(text.toUpperCase())
})

it('works a text out once while it comes again and again, unless it is long', () => {
  const worked: string[] = []
  const recent = new RecentTexts((text) => worked.push(text))
  const long = 'x'.repeat(1000)
  for (const text of ['bash', 'bash', long, 'bash', long]) recent.of(text)
  expect(worked).toEqual(['bash', long, long])
})
