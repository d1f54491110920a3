import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ACTIONS } from '../../src/event/action.ts'
import { FlowTracker, type FlowUse } from '../../src/event/flow.ts'
import { OBJECT_KINDS } from '../../src/event/own-field.ts'

const order = { rank: (name: string) => name.length, isFollowed: (name: string) => name !== 'public' }
const process = fc.constantFrom('p1', 'p2', 'p3', 'p4')
const object = fc.record({
  id: fc.integer({ min: 0, max: 20 }).map((n) => `o${n}`),
  kind: fc.constantFrom(...OBJECT_KINDS),
  class: fc.option(fc.constantFrom('key', 'letter', 'public'), { nil: undefined }),
})
const use = fc.record({
  process,
  action: fc.constantFrom(...ACTIONS),
  succeeded: fc.boolean(),
  object: fc.option(object, { nil: undefined }),
  source: fc.option(object, { nil: undefined }),
  sink: fc.option(
    fc.integer({ min: 0, max: 20 }).map((n) => `o${n}`),
    { nil: undefined },
  ),
  child: fc.option(process, { nil: undefined }),
  bytes: fc.option(fc.nat(2), { nil: undefined }),
})

/** Every state that a tracker gives for these uses, a millisecond apart. */
function statesOf(uses: readonly Omit<FlowUse, 'micros'>[]) {
  const tracker = new FlowTracker(order, { processes: 3, objects: 12 })
  return uses.map((one, at) => ({ use: one, state: tracker.apply({ ...one, micros: at * 1000 }), tracker }))
}

test('whatever happens: at most eight objects, each once, each of a followed class, with an age when there are any', () => {
  fc.assert(
    fc.property(fc.array(use, { maxLength: 60 }), (uses) => {
      for (const { state, tracker } of statesOf(uses)) {
        expect(state.objects.length).toBeLessThanOrEqual(8)
        expect(new Set(state.objects).size).toBe(state.objects.length)
        expect(state.objects.every((id) => tracker.classOf(id) !== undefined)).toBe(true)
        expect(state.classes).not.toContain('public')
        expect(state.age === null).toBe(state.objects.length === 0)
        expect(state.age ?? 0).toBeGreaterThanOrEqual(0)
      }
    }),
    { numRuns: 300 },
  )
})

test('nothing flows while no classed object is touched', () => {
  fc.assert(
    fc.property(fc.array(use, { maxLength: 60 }), (uses) => {
      const plain = uses.map((one) => ({
        ...one,
        object: one.object && { ...one.object, class: undefined },
        source: one.source && { ...one.source, class: undefined },
      }))
      expect(statesOf(plain).filter(({ state }) => state.objects.length > 0 || state.overflow > 0)).toEqual([])
    }),
    { numRuns: 300 },
  )
})
