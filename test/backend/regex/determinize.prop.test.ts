import fc from 'fast-check'
import { expect, it } from 'vitest'
import { determinizationEffort } from '../../../src/backend/regex/determinize.ts'
import { Places } from '../../../src/backend/regex/places.ts'
import { parseRegex } from '../../../src/ir/regex/parse.ts'
import type { RegexNode } from '../../../src/ir/regex/tree.ts'

const MOST = 5000

/** The same by sets of numbers and every letter, one after the other. */
function plainEffort(node: RegexNode): number {
  const places = new Places()
  const whole = places.of(node)
  const edges = new Set([0, ...places.sets.flatMap((set) => set.flatMap(([low, high]) => [low, high + 1]))])
  const seen = new Set<string>()
  const waiting: number[][] = []
  let effort = 0
  const reach = (next: ReadonlySet<number>): void => {
    for (const letter of edges) {
      const state = [...next].filter((place) =>
        places.sets[place]?.some(([low, high]) => low <= letter && letter <= high),
      )
      state.sort((a, b) => a - b)
      if (seen.has(state.join())) continue
      seen.add(state.join())
      effort += state.length
      waiting.push(state)
    }
  }
  reach(new Set(whole.first))
  for (let state = waiting.pop(); state !== undefined && effort < MOST; state = waiting.pop())
    reach(new Set(state.flatMap((place) => places.follow[place] ?? [])))
  return Math.min(effort, MOST)
}

const atom = fc.constantFrom('a', 'b', 'ab', '.', '[^a]', '[a-f]', '\\d', '[b-x]', '\\S', 'Z', '\\x{1f600}')
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc.tuple(tie('expression'), tie('expression')).map((both) => both.join('')),
    fc.tuple(tie('expression'), tie('expression')).map((both) => `(${both.join('|')})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('*', '+', '?', '{2}', '{0,3}', '{1,9}', '{3,}', '{35}'))
      .map(([of, times]) => `(${of})${times}`),
  ),
}))

it('what an automaton costs is counted as by going through every letter', () => {
  let compared = 0
  fc.assert(
    fc.property(expression, fc.boolean(), (source, ignoreCase) => {
      const parsed = parseRegex(`.*${source}.*`, { ignoreCase, multiline: false, dotAll: true })
      if (!('node' in parsed) || new Places().of(parsed.node).first.length === 0) return
      const places = new Places()
      places.of(parsed.node)
      if (places.sets.length > 300) return
      compared++
      expect(determinizationEffort(parsed.node, MOST)).toBe(plainEffort(parsed.node))
    }),
    { numRuns: 400 },
  )
  expect(compared).toBeGreaterThan(200)
})
