import fc from 'fast-check'
import { any, one, pattern, text } from '../../../src/ir/pattern.ts'
import { field, message, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'

const letters = fc.constantFrom('a', 'A', 'b', 'ab', 's', 'ſ', 'k', '\u212a', 'ß', 'ẞ', 'σ', 'ς', 'ı', 'I', '😀', '1')
const texts = fc.array(letters, { maxLength: 4 }).map((parts) => parts.join(''))
const patterns = fc
  .array(fc.oneof(texts.map(text), fc.constant(any), fc.constant(one)), { maxLength: 4 })
  .map((parts) => pattern(...parts))
const numbers = fc.constantFrom(-1, 0, 1, 2, 10, 1.5)

const tests: fc.Arbitrary<ValueTest> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ is: fc.constant('text' as const), pattern: patterns, cased: fc.boolean() }),
  },
  fc.record({ is: fc.constant('number' as const), value: numbers }),
  fc.record({ is: fc.constant('boolean' as const), value: fc.boolean() }),
  fc.record({ is: fc.constant('exists' as const), present: fc.boolean() }),
  fc.constant({ is: 'null' as const }),
  fc.record({
    is: fc.constant('order' as const),
    operator: fc.constantFrom('lt' as const, 'lte' as const, 'gt' as const, 'gte' as const),
    value: numbers,
  }),
  fc
    .constantFrom('10.0.0.0/8', '10.1.2.0/23', '10.1.2.0/24', '10.1.3.0/24', '0.0.0.0/0', '10.1.2.3/32', '11.0.0.1/31')
    .map((network) => ({ is: 'cidr' as const, network })),
  fc.record({
    is: fc.constant('regex' as const),
    source: fc.constantFrom('a+b', '^1', 'b$', '[ab]1', '(a|s)k?', 'aab', 'ask', 'a1b|b1a'),
    flags: fc.record({ ignoreCase: fc.boolean(), multiline: fc.constant(false), dotAll: fc.constant(false) }),
  }),
)
const names = fc.constantFrom('f', 'g', 'a.b')

const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(names, tests).map(([name, test]) => field(name, test)),
    fc.tuple(names, tests).map(([name, test]) => field(name, test)),
    fc
      .tuple(
        fc.constant('message'),
        tests.filter((test) => test.is === 'text'),
      )
      .map(([, test]) => message(test)),
    fc.record({
      op: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('predicate'), { maxLength: 3 }),
    }),
    tie('predicate').map((of) => ({ op: 'not' as const, of })),
    // A list, whose tests are asked together.
    fc
      .tuple(names, fc.array(tests, { minLength: 2, maxLength: 12 }))
      .map(([name, of]) => ({ op: 'any' as const, of: of.map((test) => field(name, test)) })),
  ),
}))

const scalars = fc.oneof(
  texts,
  numbers,
  fc.boolean(),
  fc.constantFrom('true', 'FALSE', '1', '1.5', '10.1.2.3', '10.1.3.255', '10.1.4.0', '11.0.0.1', '300.1.1.1'),
)
const values = fc.oneof(scalars, scalars, fc.constant(null), fc.array(scalars, { maxLength: 3 }))
/** Events whose fields lie on one level, as `isTrue` takes them. */
export const flatEvents = fc.dictionary(names, values, { noNullPrototype: true })

/** Of a few fields and values, so that they are often true. */
export const predicates = predicate
