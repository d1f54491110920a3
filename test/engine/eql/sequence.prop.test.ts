import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { JsonObject } from '../../../src/event/field.ts'
import { runModel, type ModelEvent, type ModelItem } from './model.ts'
import { run } from './query.ts'

/** `PROPERTY_RUNS=10` takes ten times as long. */
const scale = Number(process.env.PROPERTY_RUNS ?? 1)
const numRuns = 3000 * scale

const letter = fc.constantFrom('a', 'b', 'c')
const items = fc
  .array(
    fc.record({
      letter: fc.oneof(letter, letter, fc.constant('x')),
      missing: fc.boolean(),
      runs: fc.constantFrom(1, 1, 1, 2),
    }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((drawn) => drawn.map((one) => ({ ...one, missing: one.missing && one.letter === 'x' })))
  .filter((drawn) => drawn.some((one) => !one.missing) && drawn.reduce((sum, one) => sum + one.runs, 0) >= 2)

const queries = fc.record({
  items,
  until: fc.constantFrom(null, null, null, 'a', 'u'),
  maxspan: fc.integer({ min: 1, max: 8 }),
  bounded: fc.boolean(),
  key: fc.constantFrom(null, 'k', '?k'),
})

const streams = fc.array(
  fc.record({
    gap: fc.nat(2),
    meets: fc.subarray(['a', 'b', 'c', 'x', 'u']),
    k: fc.constantFrom('p', 'p', 'q', ['q', 'p'], ['p', 'p'], null, []),
  }),
  { maxLength: 12 },
)

it('finds what the rules of the machine say', () => {
  let found = 0
  fc.assert(
    fc.property(queries, streams, ({ items: drawn, until, maxspan, bounded, key }, stream) => {
      const limited = bounded || drawn.some((one) => one.missing)
      const parts = drawn.map(
        (one) => `${one.missing ? '!' : ''}[any where m == "${one.letter}"] with runs=${one.runs}`,
      )
      const head = `sequence${key === null ? '' : ` by ${key}`}${limited ? ` with maxspan=${maxspan}ms` : ''}`
      const text = [head, ...parts, ...(until === null ? [] : [`until [any where m == "${until}"]`])].join(' ')
      const events: JsonObject[] = []
      const model: ModelEvent[] = []
      let time = 0
      for (const [at, { gap, meets, k }] of stream.entries()) {
        time += gap
        events.push({ '@timestamp': time, m: meets, k })
        const values = [k].flat().filter((value) => value !== null)
        const keys = key === null ? [''] : values.length === 0 && key === '?k' ? [null] : [...new Set(values)]
        model.push({ line: at + 1, time, meets: new Set(meets), keys })
      }
      // Fields have a type even where no event holds them.
      const result = run(text, events, {
        types: new Map([
          ['m', 'keyword'],
          ['k', 'keyword'],
        ]),
      })
      if (result.of !== 'sequences') throw new Error(JSON.stringify(result.diagnostics.map((one) => one.message)))
      const expanded: ModelItem[] = drawn.flatMap((one) => Array.from({ length: one.runs }, () => one))
      const expected = runModel({ items: expanded, until, maxspan: limited ? maxspan : null }, model)
      found += expected.length
      const sequences = result.sequences.map((one) => ({
        key: key === null ? '' : (one.keys[0] ?? null),
        lines: one.events.map((event) => event?.line ?? null),
      }))
      expect({ text, sequences }).toEqual({ text, sequences: expected })
    }),
    { numRuns },
  )
  expect(found).toBeGreaterThan(800 * scale)
})
