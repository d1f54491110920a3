import fc from 'fast-check'
import { expect, it } from 'vitest'
import { determinizationEffort, MOST_EFFORT } from '../../../src/backend/regex/determinize.ts'
import { isPatternDeterminable, patternTree } from '../../../src/backend/regex/pattern-tree.ts'
import { any, one, pattern, text } from '../../../src/ir/pattern.ts'

const letters = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'A', 'k', '\u212a', '\u{1f600}', '.'), maxLength: 40 }),
)
const repeated = fc.tuple(letters, fc.nat({ max: 60 })).map(([of, times]) => of.repeat(times))
const parts = fc.array(
  fc.oneof(fc.constant(any), fc.constant(any), fc.constant(one), repeated.map(text), letters.map(text)),
  {
    maxLength: 7,
  },
)

it('a pattern is taken if, and only if, its automaton does not cost too much', () => {
  fc.assert(
    fc.property(parts, fc.boolean(), fc.constantFrom(1, 1, 4, 40), (of, cased, states) => {
      const whole = pattern(any, ...of)
      const most = MOST_EFFORT / states
      const effort = determinizationEffort(patternTree(whole, cased), most)
      expect(isPatternDeterminable(whole, cased, states)).toBe(effort < most)
    }),
    { numRuns: 300 },
  )
})
