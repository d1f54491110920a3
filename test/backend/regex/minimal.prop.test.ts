import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Automaton } from '../../../src/backend/regex/automaton.ts'
import { determinized } from '../../../src/backend/regex/determinized.ts'
import { minimal } from '../../../src/backend/regex/minimal.ts'

const LETTERS = 2
const LONGEST = 7

/** Automata of a few states, with choices. */
const automata: fc.Arbitrary<Automaton> = fc.integer({ min: 1, max: 6 }).chain((states) =>
  fc.record({
    next: fc.array(fc.subarray([...Array.from({ length: states }).keys()]), {
      minLength: states * LETTERS,
      maxLength: states * LETTERS,
    }),
    accepts: fc.array(fc.boolean(), { minLength: states, maxLength: states }),
  }),
)

/** For each word, shortest first, whether it matches. */
function language({ next, accepts }: Automaton): readonly boolean[] {
  const found: boolean[] = []
  let reached: ReadonlySet<number>[] = [new Set([0])]
  for (let length = 0; length <= LONGEST; length++) {
    for (const states of reached) found.push([...states].some((state) => accepts[state]))
    reached = reached.flatMap((states) =>
      Array.from({ length: LETTERS }, (_, letter) => {
        const after = [...states].flatMap((state) => next[state * LETTERS + letter] ?? [])
        return new Set(after)
      }),
    )
  }
  return found
}

it('an automaton takes the same words when it is free of choices, and when it is as small as can be', () => {
  fc.assert(
    fc.property(automata, (automaton) => {
      const one = determinized(automaton, LETTERS, Infinity)
      if (one === undefined) throw new Error('too much')
      const small = minimal(one, LETTERS)
      expect(language(one)).toEqual(language(automaton))
      expect(language(small)).toEqual(language(automaton))
      expect(one.next.every((states) => states.length <= 1)).toBe(true)
      expect(small.accepts.length).toBeLessThanOrEqual(one.accepts.length)
    }),
    { numRuns: 500 },
  )
})

it('no two states of a small one take the same words', () => {
  fc.assert(
    fc.property(automata, (automaton) => {
      const one = determinized(automaton, LETTERS, Infinity)
      const small = one && minimal(one, LETTERS)
      if (small === undefined || small.accepts.length > LONGEST + 1) return
      const from = (state: number): string => {
        const swap = (each: number): number => (each === 0 ? state : each === state ? 0 : each)
        const next = small.next.map((_, row) => {
          const own = swap(Math.floor(row / LETTERS)) * LETTERS + (row % LETTERS)
          return (small.next[own] ?? []).map(swap)
        })
        return language({ next, accepts: small.accepts.map((__, each) => small.accepts[swap(each)] === true) }).join()
      }
      const languages = [...small.accepts.keys()].map(from)
      expect(new Set(languages).size).toBe(languages.length)
    }),
    { numRuns: 300 },
  )
})

it('what costs too much is not made', () => {
  const choices: Automaton = { next: [[0, 1], [0], [2], [2], [], []], accepts: [false, false, true] }
  // {0}, {0, 1}, {0, 1, 2} and {0, 2} are its states.
  expect(determinized(choices, LETTERS, 8)).toBeUndefined()
  expect(determinized(choices, LETTERS, 9)).toBeDefined()
})
