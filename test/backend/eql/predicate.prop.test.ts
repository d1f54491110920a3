import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileMatcher } from '../../../src/engine/stream/matcher.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import { any, one, pattern, text, type PatternPart } from '../../../src/ir/pattern.ts'
import { all, anyOf, not, type FieldName, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'
import { programOf } from '../../engine/brute-force/program.ts'
import { eventRule, tested } from '../program.ts'
import { compiled, knowing, runText, type Fields } from './run.ts'

// Random conditions, compiled and run, must find what the stream engine finds.

const FIELDS: Fields = {
  name: { type: 'keyword', multi: false },
  args: { type: 'keyword', multi: true },
  pid: { type: 'long', multi: false },
  ratio: { type: 'double', multi: false },
  ip: { type: 'ip', multi: false },
  late: { type: 'boolean', multi: false },
}

/** Without the long s and the Kelvin sign, which equal ASCII letters: literals of ASCII alone are not spelt out (semantics §1). */
const TEXTS = [
  '',
  'a',
  'A',
  'Pass',
  'kelvin',
  'ΣΑΣ',
  'σας',
  'straße',
  '😀x',
  'a*b?c\\d"e',
  '\\',
  '*',
  '?',
  '5',
  '-12.50',
  'true',
  'FALSE',
  'a\nb',
  'f~g#h@i&j<k>l{m}n(o)p[q]r|s.t+u^v$w/x-y',
  '/usr/bin/ssh',
]
const value = fc.constantFrom(...TEXTS)
const part: fc.Arbitrary<PatternPart> = fc.oneof(
  { weight: 3, arbitrary: value.map(text) },
  { weight: 3, arbitrary: fc.constantFrom('s', 'K', 'ſ', '\\', '*', '.', '2', '/', 'Σ', 'ss').map(text) },
  { weight: 2, arbitrary: fc.constant(any) },
  { weight: 1, arbitrary: fc.constant(one) },
)
const textTest: fc.Arbitrary<ValueTest> = fc
  .tuple(
    fc.oneof(
      value.map((whole) => pattern(text(whole))),
      value.map((whole) => pattern(any, text(whole.slice(0, 4)), any)),
      value.map((whole) => pattern(text(whole.slice(0, 3)), any)),
      fc.array(part, { maxLength: 4 }).map((parts) => pattern(...parts)),
    ),
    fc.boolean(),
  )
  .map(([form, cased]) => ({ is: 'text', pattern: form, cased }))
const presence = fc.constantFrom<ValueTest>(
  { is: 'null' },
  { is: 'exists', present: true },
  { is: 'exists', present: false },
)
const numbers = fc.constantFrom(-5, 0, 1, 4.5, 5, 12, -12.5)
const numeric: fc.Arbitrary<ValueTest> = fc.oneof(
  numbers.map((number): ValueTest => ({ is: 'number', value: number })),
  fc
    .tuple(fc.constantFrom('lt', 'lte', 'gt', 'gte'), numbers)
    .map(([operator, number]): ValueTest => ({ is: 'order', operator, value: number })),
)
const bool: fc.Arbitrary<ValueTest> = fc.boolean().map((truth) => ({ is: 'boolean', value: truth }))
const cidr: fc.Arbitrary<ValueTest> = fc
  .constantFrom('10.0.0.0/8', '10.0.0.1/32', '0.0.0.0/0', '2001:db8::/32', 'fe80::/10')
  .map((network) => ({ is: 'cidr', network }))
const regex: fc.Arbitrary<ValueTest> = fc
  .tuple(
    fc.constantFrom(
      '^a',
      'b$',
      '[kK]el',
      's{2}',
      '\\d+',
      '(ab|ss|x)$',
      '^\\\\+$',
      'a.b',
      '[^a-z]',
      '^$',
      'p[q-z]?',
      '/b?s*',
    ),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([source, ignoreCase, dotAll]) => ({ is: 'regex', source, flags: { ignoreCase, dotAll, multiline: false } }))

const on = (name: FieldName, ...tests: readonly fc.Arbitrary<ValueTest>[]): fc.Arbitrary<Predicate> =>
  fc.oneof(...tests).map((test) => tested(name, test))

const single: fc.Arbitrary<Predicate> = fc.oneof(
  { weight: 4, arbitrary: on('name', textTest, textTest, textTest, presence, numeric, bool, regex) },
  { weight: 3, arbitrary: on('args', textTest, textTest, textTest, presence, bool, regex) },
  { weight: 1, arbitrary: on('pid', textTest, presence, numeric, bool) },
  { weight: 1, arbitrary: on('ratio', presence, numeric, bool) },
  { weight: 1, arbitrary: on('ip', presence, numeric, bool, cidr, cidr) },
  { weight: 1, arbitrary: on('late', textTest, presence, numeric, bool) },
  // Nothing is known of these: one is nowhere, one holds texts, one numbers.
  { weight: 1, arbitrary: on('nowhere', textTest, regex, fc.constant({ is: 'null' })) },
  {
    weight: 1,
    arbitrary: on('word', textTest, regex, fc.constant({ is: 'number', value: 5 }), fc.constant({ is: 'null' })),
  },
  {
    weight: 1,
    arbitrary: on(
      'count',
      fc.constantFrom(5, 4.5, -5).map((number) => ({ is: 'number', value: number })),
    ),
  },
)
const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 3 },
    { weight: 3, arbitrary: single },
    { weight: 1, arbitrary: tie('predicate').map(not) },
    { weight: 1, arbitrary: fc.array(tie('predicate'), { maxLength: 3 }).map((of) => all(...of)) },
    { weight: 1, arbitrary: fc.array(tie('predicate'), { maxLength: 3 }).map((of) => anyOf(...of)) },
  ),
}))

const there = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 4 })
const event: fc.Arbitrary<JsonObject> = fc
  .record({
    name: there(value),
    args: there(fc.array(value, { minLength: 1, maxLength: 3 })),
    pid: there(fc.constantFrom(-5, 0, 1, 5, 12)),
    ratio: there(fc.constantFrom(-12.5, 0, 4.5, 5)),
    ip: there(fc.constantFrom('10.0.0.1', '10.1.2.3', '192.168.0.7', '2001:db8::1', 'fe80::1')),
    late: there(fc.boolean()),
    word: there(value),
    count: there(fc.constantFrom(-5, 4.5, 5)),
  })
  .map((drawn) => Object.fromEntries(Object.entries(drawn).filter(([, one]) => one !== undefined)) as JsonObject)

it('conditions in EQL hold where the rule does', () => {
  let [said, held] = [0, 0]
  fc.assert(
    fc.property(
      fc.array(predicate, { minLength: 1, maxLength: 5 }),
      fc.array(event, { minLength: 1, maxLength: 12 }),
      (wheres, events) => {
        const records = events.map((fields, at) => toRecord(fields, at + 1))
        for (const where of wheres) {
          const rule = eventRule('r', where)
          const query = compiled(programOf(rule), rule, knowing(FIELDS))
          if (query === undefined) continue
          const result = runText(query, records, FIELDS)
          if (result.of !== 'events') throw new Error(query)
          const matcher = compileMatcher([rule])
          const expected = records
            .filter((record) => matcher.match(record.fields).length > 0)
            .map((record) => record.line)
          expect({ query, lines: result.events.map((record) => record.line) }).toEqual({ query, lines: expected })
          said++
          if (expected.length > 0 && expected.length < events.length) held++
        }
      },
    ),
    { numRuns: 500 * Number(process.env.PROPERTY_RUNS ?? 1) },
  )
  expect(said).toBeGreaterThan(700)
  expect(held).toBeGreaterThan(300)
})
