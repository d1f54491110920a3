import fc from 'fast-check'
import type { JsonObject } from '../../../src/event/field.ts'
import { any, one, pattern, text, type PatternPart } from '../../../src/ir/pattern.ts'
import { all, anyOf, message, not, type FieldName, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'
import { tested } from '../program.ts'

/** Values in which something is easily said wrong: letters that fold beyond ASCII, every sign of both syntaxes. */
const TEXTS = [
  '',
  'a',
  'A',
  'Pass',
  'paſſ',
  '\u212aelvin',
  'kelvin',
  'İx',
  'ΣΑΣ',
  'σας',
  'straße',
  'STRASSE',
  '😀x',
  'a*b?c\\d"e',
  '\\',
  'C:\\Windows\\',
  'c:\\windows\\cmd.exe',
  '*',
  '?',
  '5',
  '-12.50',
  'true',
  'FALSE',
  'and',
  'OR',
  'not x',
  'a\nb',
  'f~g#h@i&j<k>l{m}n(o)p[q]r|s.t+u^v$w/x-y:z!',
  '$HOME/.ssh/id_rsa',
  '/usr/bin/ssh',
]

const value = fc.constantFrom(...TEXTS)
const present = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined, freq: 4 })

/** Events with each kind of field; their ids are `e-0`, `e-1`, ... */
export const documents: fc.Arbitrary<JsonObject[]> = fc
  .array(
    fc.record({
      name: present(value),
      path: present(value),
      pid: present(fc.constantFrom(-5, 0, 1, 12, 4444, 2 ** 53 - 1)),
      address: present(fc.constantFrom('10.0.0.1', '10.1.2.3', '192.168.0.7', '2001:db8::1', 'fe80::1', '::1')),
      late: present(fc.constant(true)),
      args: present(fc.array(value, { minLength: 1, maxLength: 4 })),
      outcome: fc.constantFrom('success', 'failure', 'unknown'),
    }),
    { minLength: 120, maxLength: 120 },
  )
  .map((all) =>
    all.map(({ name, path, pid, address, late, args, outcome }, place): JsonObject => ({
      '@timestamp': '2026-01-01T10:20:30.405Z',
      event: { id: `e-${place}`, outcome },
      process: {
        ...(name !== undefined && { name }),
        ...(pid !== undefined && { pid }),
        ...(args !== undefined && { args }),
      },
      ...(path !== undefined && { file: { path } }),
      ...(address !== undefined && { destination: { ip: address } }),
      ...(late !== undefined && { detpack: { late } }),
    })),
  )

const part: fc.Arbitrary<PatternPart> = fc.oneof(
  { weight: 3, arbitrary: value.map(text) },
  { weight: 3, arbitrary: fc.constantFrom('s', 'K', 'ſ', '\\', '*', '.', '/', 'Σ', '5', '1').map(text) },
  { weight: 2, arbitrary: fc.constant(any) },
  { weight: 1, arbitrary: fc.constant(one) },
)
const form = fc.oneof(
  value.map((whole) => pattern(text(whole))),
  value.map((whole) => pattern(any, text(whole.slice(0, 4)), any)),
  value.map((whole) => pattern(any, text(whole.slice(-4)))),
  value.map((whole) => pattern(text(whole.slice(0, 3)), any)),
  fc.array(part, { maxLength: 4 }).map((parts) => pattern(...parts)),
)
const textTest: fc.Arbitrary<ValueTest> = fc
  .tuple(form, fc.boolean())
  .map(([of, cased]) => ({ is: 'text', pattern: of, cased }))
const presence = fc.constantFrom<ValueTest>(
  { is: 'null' },
  { is: 'exists', present: true },
  { is: 'exists', present: false },
)
const numbers = fc.constantFrom(-5, 0, 1, 4.5, 12, 4444, -12.5)
const equal: fc.Arbitrary<ValueTest> = numbers.map((number) => ({ is: 'number', value: number }))
const order: fc.Arbitrary<ValueTest> = fc
  .tuple(fc.constantFrom('lt', 'lte', 'gt', 'gte'), numbers)
  .map(([operator, number]) => ({ is: 'order', operator, value: number }))
const bool: fc.Arbitrary<ValueTest> = fc.boolean().map((truth) => ({ is: 'boolean', value: truth }))
const cidr: fc.Arbitrary<ValueTest> = fc
  .constantFrom('10.0.0.0/8', '10.0.0.1/32', '0.0.0.0/0', '::/0', '2001:db8::/32', '::1/128', 'fe80::/10')
  .map((network) => ({ is: 'cidr', network }))
const address: fc.Arbitrary<ValueTest> = fc
  .constantFrom(
    pattern(text('10.0.0.1')),
    pattern(text('FE80::1')),
    pattern(text('10.'), any),
    pattern(text('192.168.'), any),
    pattern(any),
  )
  .map((of) => ({ is: 'text', pattern: of, cased: false }))
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
      '\\\\$',
      'a.b',
      '^$',
      '\\.ssh/',
      '/',
    ),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([source, ignoreCase, dotAll]) => ({ is: 'regex', source, flags: { ignoreCase, dotAll, multiline: false } }))

const on = (name: FieldName, ...tests: readonly fc.Arbitrary<ValueTest>[]): fc.Arbitrary<Predicate> =>
  fc.oneof(...tests).map((test) => tested(name, test))
const keyword: fc.Arbitrary<Predicate> = fc
  .tuple(value, fc.boolean())
  .map(([whole, cased]) => message({ is: 'text', pattern: pattern(any, text(whole), any), cased }))

const single: fc.Arbitrary<Predicate> = fc.oneof(
  { weight: 4, arbitrary: on('process.name', textTest, textTest, textTest, presence, equal, bool, regex) },
  { weight: 2, arbitrary: on('process.args', textTest, textTest, presence, bool, regex) },
  { weight: 2, arbitrary: on('process.pid', textTest, presence, equal, order, bool) },
  { weight: 1, arbitrary: on('destination.ip', address, presence, equal, bool, cidr) },
  { weight: 1, arbitrary: on('detpack.late', textTest, presence, bool) },
  {
    weight: 1,
    arbitrary: on('event.outcome', textTest, fc.constant(outcomeLike('Fail*')), fc.constant(outcomeLike('*N'))),
  },
  { weight: 1, arbitrary: keyword },
)

function outcomeLike(written: string): ValueTest {
  const parts = written.split('*').flatMap((each, place) => (place === 0 ? [text(each)] : [any, text(each)]))
  return { is: 'text', pattern: pattern(...parts), cased: false }
}

/** Conditions over those events, three levels deep. */
export const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: single },
    { weight: 1, arbitrary: tie('predicate').map(not) },
    { weight: 1, arbitrary: fc.array(tie('predicate'), { maxLength: 3 }).map((of) => all(...of)) },
    { weight: 1, arbitrary: fc.array(tie('predicate'), { maxLength: 3 }).map((of) => anyOf(...of)) },
  ),
}))
