import { expect, it } from 'vitest'
import { KnownTexts } from '../../../src/event/scan/known-texts.ts'

const encoder = new TextEncoder()

/** Gives each text, and says which it had to make. */
function known() {
  const texts = new KnownTexts()
  const made: string[] = []
  const of = (text: string): string => {
    const bytes = encoder.encode(`<${text}>`)
    const known = texts.find(bytes, 1, bytes.length - 1)
    if (known !== undefined) return known
    made.push(text)
    return texts.keep(bytes, 1, bytes.length - 1, text)
  }
  return { of, made }
}

it('makes each text once while it is remembered, unless it is long', () => {
  const { of, made } = known()
  const long = 'x'.repeat(1000)
  for (const text of ['bash', '', 'bash', '', long, 'basj', long]) expect(of(text)).toBe(text)
  expect(made).toEqual(['bash', '', long, 'basj', long])
})

it.each([
  ['texts', 40_000, ''],
  ['bytes', 6000, 'y'.repeat(400)],
])('gives each its own text when so many %s come that some are forgotten', (_, count, end) => {
  const { of, made } = known()
  const texts = Array.from({ length: count }, (__, i) => `/usr/bin/tool-${i}${end}`)
  for (const text of [...texts, ...texts.slice(-100)]) if (of(text) !== text) expect(of(text)).toBe(text)
  expect(made.length).toBe(count)
})
