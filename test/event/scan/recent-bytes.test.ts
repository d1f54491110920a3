import { expect, it } from 'vitest'
import { RecentBytes } from '../../../src/event/scan/recent-bytes.ts'

const encoder = new TextEncoder()

/** Gives each text in capital letters, and says how often it had to work that out. */
function worker() {
  const recent = new RecentBytes<string>()
  const worked: string[] = []
  const of = (text: string): string => {
    const bytes = encoder.encode(`<${text}>`)
    const known = recent.find(bytes, 1, bytes.length - 1)
    if (known !== undefined) return known
    worked.push(text)
    return recent.keep(text.toUpperCase())
  }
  return { of, worked }
}

it('gives each text its own, also when texts share a place', () => {
  const { of } = worker()
  const texts = ['', 'a', 'b', 'abxdef', 'cdxdef', ...Array.from({ length: 5000 }, (_, i) => `/usr/bin/tool-${i}`)]
  for (const text of [...texts, ...texts]) expect(of(text)).toBe(text.toUpperCase())
})

it('works a text out once while it comes again and again, unless it is long', () => {
  const { of, worked } = worker()
  const long = 'x'.repeat(1000)
  for (const text of ['bash', 'bash', long, 'bash', long]) of(text)
  expect(worked).toEqual(['bash', long, long])
})
