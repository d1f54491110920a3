import fc from 'fast-check'
import type { Json } from '../../src/event/field.ts'
import type { EventRecord } from '../../src/event/record.ts'
import { any, one, pattern, text } from '../../src/ir/pattern.ts'
import { all, anyOf, field, message, not, type Predicate, type ValueTest } from '../../src/ir/predicate.ts'
import type { Program } from '../../src/ir/rule.ts'
import type { FieldInfo, Mapping } from '../../src/mapping/mapping.ts'
import { none } from '../../src/mapping/none.ts'
import { timeOf } from '../engine/brute-force/judge.ts'
import { programs as plainPrograms, streams as plainStreams } from '../engine/brute-force/program.ts'

/** Of a made-up index: numbers may have fractions, and any of the fields several values. */
export interface Index {
  readonly fractions: boolean
  readonly lists: boolean
}

export const indexes: fc.Arbitrary<Index> = fc.record({ fractions: fc.boolean(), lists: fc.boolean() })

export function mappingOf({ fractions, lists }: Index): Mapping {
  const fields: Readonly<Record<string, FieldInfo>> = {
    '@timestamp': { type: 'date', multi: false },
    'event.id': { type: 'keyword', multi: false },
    'event.sequence': { type: 'long', multi: false },
    'host.boot.id': { type: 'keyword', multi: false },
    kind: { type: 'keyword', multi: lists },
    g: { type: 'keyword', multi: lists },
    j: { type: 'keyword', multi: lists },
    n: { type: fractions ? 'double' : 'long', multi: false },
    path: { type: 'keyword', multi: lists },
    address: { type: 'ip', multi: false },
    flag: { type: 'boolean', multi: false },
  }
  return { ...none, name: 'generated', field: (name) => fields[name] }
}

const words = [
  'a',
  'A',
  'aB',
  'ab',
  '1',
  '1.5',
  'true',
  'é',
  'É',
  'k',
  '/a/b.txt',
  '/A/B.TXT',
  'a*b',
  'a\\b',
  'a"b',
  '.',
]
const word = fc.constantFrom(...words)
const part = fc.oneof({ weight: 3, arbitrary: word.map(text) }, fc.constantFrom(any, one))
const textTest: fc.Arbitrary<ValueTest> = fc
  .record({ parts: fc.array(part, { minLength: 1, maxLength: 3 }), cased: fc.boolean() })
  .map(({ parts, cased }) => ({ is: 'text', pattern: pattern(...parts), cased }))
const presence = fc.constantFrom<ValueTest>(
  { is: 'null' },
  { is: 'exists', present: true },
  { is: 'exists', present: false },
)
const number = fc.constantFrom(0, 1, 2, 3, -1, 0.5)
const regex: fc.Arbitrary<ValueTest> = fc
  .record({
    source: fc.constantFrom('^a', 'b$', '^[a1].?b?$', '\\d', '(ab|é)', '/.*\\.txt$', '^$'),
    ignoreCase: fc.boolean(),
    dotAll: fc.boolean(),
  })
  .map(({ source, ...flags }) => ({ is: 'regex', source, flags: { ...flags, multiline: false } }))
const relation = fc
  .constantFrom('equals' as const, 'startswith' as const, 'endswith' as const, 'contains' as const)
  .map((of): ValueTest => ({ is: 'field', other: 'j', relation: of, cased: true }))
const order: fc.Arbitrary<ValueTest> = fc.record({
  is: fc.constant('order' as const),
  operator: fc.constantFrom('lt', 'lte', 'gt', 'gte'),
  value: number,
})
const network: fc.Arbitrary<ValueTest> = fc
  .constantFrom('10.0.0.0/8', '10.1.2.3/32', '0.0.0.0/0', '2001:db8::/32', '::/0')
  .map((of) => ({ is: 'cidr', network: of }))
const numeric: fc.Arbitrary<ValueTest> = number.map((value) => ({ is: 'number', value }))
const truth: fc.Arbitrary<ValueTest> = fc.boolean().map((value) => ({ is: 'boolean', value }))

const test: fc.Arbitrary<Predicate> = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(textTest, textTest, presence, regex, relation).map((of) => field('path', of)) },
  { weight: 2, arbitrary: fc.oneof(numeric, order, presence).map((of) => field('n', of)) },
  { weight: 1, arbitrary: fc.oneof(network, presence).map((of) => field('address', of)) },
  { weight: 1, arbitrary: fc.oneof(truth, presence).map((of) => field('flag', of)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(word, fc.boolean())
      .map(([of, cased]) => message({ is: 'text', pattern: pattern(any, text(of), any), cased })),
  },
)

/** Every kind of test, combined. */
const condition: fc.Arbitrary<Predicate> = fc.oneof(
  test,
  test.map(not),
  fc.tuple(test, test).map(([a, b]) => all(a, b)),
  fc.tuple(test, test).map(([a, b]) => anyOf(a, not(b))),
)

/** Programs of the brute-force judge, of whose rules for one event some ask for more than their kind. */
export const programs: fc.Arbitrary<Program> = fc
  .tuple(plainPrograms, fc.array(fc.option(condition, { freq: 2 }), { minLength: 4, maxLength: 4 }))
  .map(([{ rules }, more]) => {
    const conditions = more.values()
    const changed = [...rules.values()].map((rule) => {
      if (rule.kind === 'correlation') return rule
      const { value } = conditions.next()
      return value ? { ...rule, where: anyOf(all(rule.where, value), all(not(value), rule.where, not(value))) } : rule
    })
    return { rules: new Map(changed.map((rule) => [rule.id, rule])) }
  })

const values = (of: fc.Arbitrary<string>): fc.Arbitrary<Json | undefined> =>
  fc.oneof(of, of, fc.uniqueArray(of, { minLength: 2, maxLength: 2 }), fc.constant(undefined))
const drafts = fc.tuple(
  plainStreams,
  fc.array(
    fc.record({
      path: values(word),
      address: fc.constantFrom('10.1.2.3', '192.168.0.1', '2001:db8::1', undefined),
      flag: fc.constantFrom(true, false, undefined),
    }),
    { minLength: 14, maxLength: 14 },
  ),
)

/**
 * Events as a store keeps them: all with a time, in an order that is decided, with ids that ascend with the lines;
 * nothing is null, and a field that holds one value holds no list.
 */
export function streamsFor({ fractions, lists }: Index): fc.Arbitrary<readonly EventRecord[]> {
  return drafts.map(([events, more]) =>
    events.map(({ time, fields: { n, ...rest } }, at): EventRecord => {
      const isNumber = typeof n === 'number' && (fractions || Number.isInteger(n))
      const own = { ...rest, ...more[at], ...(isNumber && { n }) }
      const kept = Object.entries(own).flatMap(([name, value]): [string, Json][] => {
        if (value === undefined || value === null) return []
        return [[name, Array.isArray(value) && !lists ? (value[0] as Json) : value]]
      })
      const id = `id-${String(at).padStart(2, '0')}`
      const fields = { ...Object.fromEntries(kept), 'event.id': id, 'event.sequence': at }
      return { line: at + 1, time: timeOf(1_700_000_000_000 + (time ?? 3)), sequence: at, id, fields }
    }),
  )
}
