import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import type { Json } from '../../../src/event/field.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import { any, one, pattern, text } from '../../../src/ir/pattern.ts'
import type { Predicate, Test, ValueTest } from '../../../src/ir/predicate.ts'
import { timeOf } from '../../engine/brute-force/judge.ts'
import { context } from '../context.ts'
import { eventRule, program, tested } from '../program.ts'
import { search } from './search.ts'

// Random conditions on random events: SPL finds the events that the stream engine finds. `search`
// compares without case and `where` compares numeric texts as numbers: values that only look alike are among these.

const texts = [
  'a',
  'A',
  'aB',
  'ab',
  '1',
  '01',
  '1.0',
  '1e0',
  'true',
  'TRUE',
  'a*b',
  'a\\b',
  'a"b',
  'é',
  'É',
  'ſ',
  'S',
  'k',
]
const words = fc.constantFrom(...texts)
const part = fc.oneof({ weight: 3, arbitrary: words.map(text) }, fc.constantFrom(any, one))
const textTest: fc.Arbitrary<ValueTest> = fc
  .record({ parts: fc.array(part, { minLength: 1, maxLength: 3 }), cased: fc.boolean() })
  .map(({ parts, cased }) => ({ is: 'text', pattern: pattern(...parts), cased }))
const numbers = fc.constantFrom(0, 1, 2, 10, -1, 1.5)

const tests: fc.Arbitrary<Test> = fc
  .oneof(
    fc.tuple(fc.constantFrom('process.name', 'file.path', 'detpack.flow.object.class', 'CommandLine'), textTest),
    fc.tuple(
      fc.constantFrom('process.pid', 'detpack.use.count', 'CommandLine'),
      numbers.map((value): ValueTest => ({ is: 'number', value })),
    ),
    fc.tuple(
      fc.constantFrom('process.pid', 'detpack.use.count'),
      fc.record({
        is: fc.constant('order' as const),
        operator: fc.constantFrom('lt', 'lte', 'gt', 'gte'),
        value: numbers,
      }),
    ),
    fc.tuple(
      fc.constantFrom('detpack.descriptor.raced', 'CommandLine'),
      fc.boolean().map((value): ValueTest => ({ is: 'boolean', value })),
    ),
    fc.tuple(
      fc.constantFrom('process.name', 'process.pid'),
      fc.constantFrom<ValueTest>({ is: 'null' }, { is: 'exists', present: true }, { is: 'exists', present: false }),
    ),
    fc.tuple(
      fc.constant('file.path'),
      fc.constantFrom<ValueTest>(
        { is: 'field', other: 'process.name', relation: 'equals', cased: true },
        { is: 'regex', source: '^a.?[bB]$|1', flags: { ignoreCase: false, multiline: false, dotAll: false } },
        { is: 'regex', source: 'AB|é', flags: { ignoreCase: true, multiline: false, dotAll: false } },
      ),
    ),
  )
  .map(([name, test]) => tested(name, test))

const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 3 },
    { weight: 3, arbitrary: tests },
    fc.record({
      op: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('predicate'), { minLength: 1, maxLength: 3 }),
    }),
    tie('predicate').map((of) => ({ op: 'not' as const, of })),
  ),
}))

const missing = fc.constant<Json | undefined>(undefined)
const whole = fc.oneof(missing, fc.constantFrom<Json>(0, 1, 2, 10))
const events = fc.array(
  fc.record({
    'process.name': fc.oneof(missing, words),
    'file.path': fc.oneof(missing, words),
    'process.pid': whole,
    'detpack.use.count': whole,
    'detpack.descriptor.raced': fc.oneof(missing, fc.boolean()),
    'detpack.flow.object.class': fc.oneof(missing, fc.array(words, { minLength: 1, maxLength: 3 })),
    CommandLine: fc.oneof(missing, words, fc.boolean(), numbers, fc.array(words, { minLength: 1, maxLength: 2 })),
  }),
  { minLength: 1, maxLength: 8 },
)

test('a random condition in SPL is true of the events that it is true of', () => {
  let compared = 0
  let found = 0
  fc.assert(
    fc.property(predicate, events, (where, drafts) => {
      const rule = eventRule('r', where)
      const compiled = splBackend.compile(program(rule), rule.id, context())
      if (compiled.kind === 'refused') return
      const records = drafts.map((draft, at): EventRecord => {
        const fields = Object.fromEntries(
          Object.entries(draft).filter((entry): entry is [string, Json] => entry[1] !== undefined),
        )
        return { line: at + 1, time: timeOf(1_700_000_000_000 + at), sequence: at, id: `e${at}`, fields }
      })
      const expected = evaluate(program(rule), records).alerts.map((alert) => alert.steps[0]?.event?.id)
      const rows = search(compiled.query.text, records)
      expect(rows.map((row) => row.first_id).sort(), compiled.query.text).toEqual(expected.sort())
      compared++
      found += expected.length
    }),
    { numRuns: 3000 * Number(process.env.PROPERTY_RUNS ?? 1) },
  )
  expect(compared).toBeGreaterThan(1000)
  expect(found).toBeGreaterThan(1000)
})
