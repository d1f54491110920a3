import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileMatcher } from '../../../src/engine/stream/matcher.ts'
import { PredicateSet } from '../../../src/engine/stream/predicate-set.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { LineScan } from '../../../src/event/scan/line-scan.ts'
import { any, one, pattern, text } from '../../../src/ir/pattern.ts'
import { field, message, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'
import { isTrue } from '../brute-force/naive-predicate.ts'
import { eventRule } from '../brute-force/program.ts'

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

const { predicate: predicates } = fc.letrec<{ predicate: Predicate }>((tie) => ({
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
const events = fc.dictionary(names, values, { noNullPrototype: true })

function matchesOf(wheres: readonly Predicate[], event: JsonObject): number[] {
  return wheres.flatMap((where, place) => (isTrue(where, event) ? [place] : []))
}

function matchLines(wheres: readonly Predicate[], lines: readonly Uint8Array[]): (readonly number[])[] {
  const set = new PredicateSet(wheres)
  const scan = new LineScan(set.fields, set.every)
  scan.turn(Uint8Array.from(lines.flatMap((line) => [...line])))
  let start = 0
  return lines.map((line) => {
    const end = scan.read(start, 1000)
    expect(end).toBe(start + line.length - 1)
    start = end + 1
    return set.match(scan.values)
  })
}

it('many rules matched at once give what each gives alone, and equal letters are those of simple folding', () => {
  fc.assert(
    fc.property(fc.array(predicates, { maxLength: 6 }), fc.array(events, { maxLength: 4 }), (wheres, stream) => {
      const rules = wheres.map((where, i) => eventRule(`rule-${i}`, where))
      const matcher = compileMatcher(rules)
      expect(matcher.diagnostics).toEqual([])
      // The same events as lines, with the bytes of one behind those of the other.
      const lines = [...stream, ...stream].map((event) => new TextEncoder().encode(`${JSON.stringify(event)}\n`))
      expect(matchLines(wheres, lines)).toEqual([...stream, ...stream].map((event) => matchesOf(wheres, event)))
      for (const event of stream) {
        expect(matcher.match(event).map((rule) => rule.id)).toEqual(
          rules.filter((rule) => isTrue(rule.where, event)).map((rule) => rule.id),
        )
      }
    }),
    { numRuns: 3000 * Number(process.env.PROPERTY_RUNS ?? 1) },
  )
})
