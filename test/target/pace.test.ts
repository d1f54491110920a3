import { expect, test } from 'vitest'
import { persist, retryAfter } from '../../src/target/pace.ts'

const PACE = { timeout: 1000, attempts: 3, pause: 10, longestPause: 60 }

/** The pauses between attempts that all may be tried again. */
async function pauses(wait?: number): Promise<readonly number[]> {
  const slept: number[] = []
  let tries = 0
  const attempt = () => Promise.resolve({ value: ++tries, passing: true, wait })
  expect(await persist(PACE, attempt, (time) => Promise.resolve(slept.push(time)))).toBe(3)
  return slept
}

test('what passes is tried again after pauses that grow and vary by chance', async () => {
  const [first = 0, second = 0, ...more] = await pauses()
  expect(more).toEqual([])
  expect([first >= 5 && first <= 10, second >= 10 && second <= 20]).toEqual([true, true])
})

test('a server that says how long it is to be let alone is, as far as one waits at all', async () => {
  expect(await pauses(45)).toEqual([45, 45])
  expect(await pauses(3_600_000)).toEqual([60, 60])
})

test.each([
  ['2', 2000],
  ['0', 0],
  ['-1', undefined],
  ['soon', undefined],
  ['', undefined],
  ['Wed, 21 Oct 2015 07:28:00 GMT', undefined],
  [undefined, undefined],
])('retry-after %s', (value, wait) => {
  expect(retryAfter({ 'retry-after': value })).toBe(wait)
})
