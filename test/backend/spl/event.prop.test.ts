import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import type { Json } from '../../../src/event/field.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import { any, one, pattern, text } from '../../../src/ir/pattern.ts'
import { message, type Predicate, type Test, type ValueTest } from '../../../src/ir/predicate.ts'
import { timeOf } from '../../engine/brute-force/judge.ts'
import { context } from '../context.ts'
import { eventRule, program, span, tested } from '../program.ts'
import { search, withFields } from './search.ts'

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
  'x\ny',
  '1.5',
]
const words = fc.constantFrom(...texts)
const part = fc.oneof({ weight: 3, arbitrary: words.map(text) }, fc.constantFrom(any, one))
const textTest: fc.Arbitrary<ValueTest> = fc
  .record({ parts: fc.array(part, { minLength: 1, maxLength: 3 }), cased: fc.boolean() })
  .map(({ parts, cased }) => ({ is: 'text', pattern: pattern(...parts), cased }))
const numbers = fc.constantFrom(0, 1, 2, 10, -1, 1.5)

const fieldTests: fc.Arbitrary<Test> = fc
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
      fc.constantFrom('process.name', 'process.pid', 'detpack.flow.object.class', 'CommandLine'),
      fc.constantFrom<ValueTest>({ is: 'null' }, { is: 'exists', present: true }, { is: 'exists', present: false }),
    ),
    fc.tuple(
      fc.constant('file.path'),
      fc.constantFrom<ValueTest>(
        { is: 'field', other: 'process.name', relation: 'equals', cased: true },
        { is: 'field', other: 'process.name', relation: 'startswith', cased: true },
        { is: 'field', other: 'process.name', relation: 'endswith', cased: true },
        { is: 'field', other: 'process.name', relation: 'contains', cased: true },
        { is: 'regex', source: '^a.?[bB]$|1', flags: { ignoreCase: false, multiline: false, dotAll: false } },
        { is: 'regex', source: 'AB|é', flags: { ignoreCase: true, multiline: false, dotAll: false } },
      ),
    ),
    fc.tuple(
      fc.constantFrom('destination.ip', 'CommandLine'),
      fc
        .constantFrom('10.0.0.0/8', '10.1.2.0/23', '203.0.113.9/32')
        .map((network): ValueTest => ({ is: 'cidr', network })),
    ),
    fc.tuple(
      fc.constant('@timestamp'),
      fc.constantFrom<ValueTest>(
        { is: 'time-part', part: 'minute', value: 5 },
        { is: 'time-part', part: 'hour', value: 3 },
        { is: 'time-part', part: 'day', value: 31 },
        { is: 'time-part', part: 'month', value: 12 },
        { is: 'time-part', part: 'year', value: 2026 },
      ),
    ),
  )
  .map(([name, test]) => tested(name, test))

/** Names and escapes of the JSON are among what is looked for, and must not be found. */
const keyword = fc.oneof(
  words,
  fc.constantFrom('name', 'CommandLine', '\\"', '\\\\', ':', '"', ',', '1', '.5', 'tru', 'n', '\n'),
)
const tests: fc.Arbitrary<Test> = fc.oneof(
  { weight: 4, arbitrary: fieldTests },
  fc
    .record({
      parts: fc.array(fc.oneof(keyword.map(text), fc.constantFrom(any, one)), { minLength: 1, maxLength: 4 }),
      cased: fc.boolean(),
    })
    .map(({ parts, cased }) => message({ is: 'text', pattern: pattern(...parts), cased }, span)),
  numbers.map((value) => message({ is: 'number', value }, span)),
)

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

const addresses = fc.constantFrom(
  '10.1.2.3',
  '10.1.3.255',
  '10.1.4.0',
  '110.1.2.3',
  '::ffff:10.1.2.3',
  '203.0.113.9',
  'fe80::1',
)
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
    '@timestamp': fc.constantFrom('2026-12-31T03:05:00.000Z', '2026-01-31T13:05:59.123456Z', '2025-12-03T03:15:05.5Z'),
    'destination.ip': fc.oneof(missing, addresses),
    CommandLine: fc.oneof(
      missing,
      words,
      addresses,
      fc.boolean(),
      numbers,
      fc.array(words, { minLength: 1, maxLength: 2 }),
    ),
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
        return withFields({ line: at + 1, time: timeOf(1_700_000_000_000 + at), sequence: at, id: `e${at}`, fields })
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
