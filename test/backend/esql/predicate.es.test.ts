import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { esqlBackend } from '../../../src/backend/esql/backend.ts'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import { any, one, pattern, text, type PatternPart } from '../../../src/ir/pattern.ts'
import { all, anyOf, not, type FieldName, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import { ElasticsearchClient } from '../../elasticsearch/client.ts'
import { makeIndex } from '../../elasticsearch/detpack-index.ts'
import { eventRule, program, tested } from '../program.ts'
import { eachOf, found } from './agreement.ts'
import { holds } from './judge.ts'

const RULES = 250
const SEED = Number(process.env.DETPACK_SEED ?? 1)
const url = inject('elasticsearch')
const client = new ElasticsearchClient(url)
const index = `esql-predicate-${SEED}`
const context = { mapping: ecs, store: { elasticIndex: index, splunkBase: '' }, today: '2026-01-01' }

/** Values in which something is easily said wrong: letters that fold beyond ASCII, every sign of every syntax. */
const TEXTS = [
  '',
  'a',
  'A',
  'Pass',
  'paſſ',
  'kelvin',
  '\u212aelvin',
  'İx',
  'ix',
  'ΣΑΣ',
  'σας',
  'straße',
  'STRASSE',
  'ẞ',
  '😀x',
  'a*b?c\\d"e',
  '\\',
  '\\\\',
  '*',
  '?',
  '%00',
  '%25',
  '5',
  '-12.50',
  '1e3',
  '0x10',
  ' 7',
  'true',
  'FALSE',
  'a\nb',
  'f~g#h@i&j<k>l{m}n(o)p[q]r|s.t+u^v$w/x-y',
  '$HOME/.ssh/id_rsa',
  '/usr/bin/ssh',
]

const value = fc.constantFrom(...TEXTS)
const present = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined, freq: 4 })

const documents: fc.Arbitrary<JsonObject[]> = fc
  .array(
    fc.record({
      at: fc.date({ min: new Date('1969-12-20'), max: new Date('2027-01-20'), noInvalidDate: true }),
      name: present(value),
      path: present(value),
      pid: present(fc.constantFrom(-5, 0, 1, 12, 4444, 2 ** 53 - 1)),
      address: present(fc.constantFrom('10.0.0.1', '10.1.2.3', '192.168.0.7', '2001:db8::1', 'fe80::1', '::1')),
      late: present(fc.constant(true)),
      // No event of ours holds an empty list: a store cannot tell it from an absent field, and `exists` can.
      args: present(fc.array(value, { minLength: 1, maxLength: 4 })),
      outcome: fc.constantFrom('success', 'failure', 'unknown'),
    }),
    { minLength: 150, maxLength: 150 },
  )
  .map((all) =>
    all.map(({ at, name, path, pid, address, late, args, outcome }, place): JsonObject => ({
      '@timestamp': at.toISOString(),
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
  { weight: 3, arbitrary: fc.constantFrom('s', 'K', 'ſ', '\\', '*', '.', '%', '2', '/', 'Σ', 'ss').map(text) },
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
const order = fc.constantFrom('lt', 'lte', 'gt', 'gte')
const numbers = fc.constantFrom(-5, 0, 1, 4.5, 12, 4444, -12.5, 1000, 1e21)
const numeric: fc.Arbitrary<ValueTest> = fc.oneof(
  numbers.map((number): ValueTest => ({ is: 'number', value: number })),
  fc.tuple(order, numbers).map(([operator, number]): ValueTest => ({ is: 'order', operator, value: number })),
)
const bool: fc.Arbitrary<ValueTest> = fc.boolean().map((truth) => ({ is: 'boolean', value: truth }))
const cidr: fc.Arbitrary<ValueTest> = fc
  .constantFrom('10.0.0.0/8', '10.0.0.1/32', '0.0.0.0/0', '::/0', '::/80', '2001:db8::/32', '::1/128', 'fe80::/10')
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
      '\\.ssh/',
      'p[q-z]?',
    ),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([source, ignoreCase, dotAll]) => ({ is: 'regex', source, flags: { ignoreCase, dotAll, multiline: false } }))
const otherField: fc.Arbitrary<ValueTest> = fc
  .tuple(fc.constantFrom('file.path', 'process.pid'), fc.constantFrom('equals', 'startswith', 'endswith', 'contains'))
  .map(([other, relation]) => ({ is: 'field', other, relation, cased: true }))
const timePart: fc.Arbitrary<ValueTest> = fc
  .tuple(fc.constantFrom('minute', 'hour', 'day', 'week', 'month', 'year'), fc.constantFrom(0, 1, 2, 12, 52, 53, 2026))
  .map(([of, number]) => ({ is: 'time-part', part: of, value: number }))

const on = (name: FieldName, ...tests: readonly fc.Arbitrary<ValueTest>[]): fc.Arbitrary<Predicate> =>
  fc.oneof(...tests).map((test) => tested(name, test))

const single: fc.Arbitrary<Predicate> = fc.oneof(
  {
    weight: 4,
    arbitrary: on('process.name', textTest, textTest, textTest, presence, numeric, bool, regex, otherField),
  },
  { weight: 2, arbitrary: on('process.args', textTest, textTest, textTest, presence, bool) },
  { weight: 1, arbitrary: on('process.pid', textTest, presence, numeric, bool, regex) },
  { weight: 1, arbitrary: on('destination.ip', textTest, presence, numeric, bool, cidr, cidr) },
  { weight: 1, arbitrary: on('detpack.late', textTest, presence, numeric, bool) },
  {
    weight: 1,
    arbitrary: on('event.outcome', fc.constant({ is: 'text', pattern: pattern(text('FAILURE')), cased: false })),
  },
  { weight: 1, arbitrary: on('@timestamp', timePart) },
)

const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: single },
    { weight: 1, arbitrary: tie('predicate').map(not) },
    { weight: 1, arbitrary: fc.array(tie('predicate'), { maxLength: 3 }).map((of) => all(...of)) },
    { weight: 1, arbitrary: fc.array(tie('predicate'), { maxLength: 3 }).map((of) => anyOf(...of)) },
  ),
}))

function idOf(event: JsonObject): string {
  return (event.event as { id: string }).id
}

describe.skipIf(url === '')('on a real Elasticsearch', () => {
  let events: readonly JsonObject[] = []

  beforeAll(async () => {
    events = fc.sample(documents, { numRuns: 1, seed: SEED })[0] ?? []
    await makeIndex(client, index, events)
  })

  afterAll(async () => {
    await client.request('DELETE', `/${index}?ignore_unavailable=true`)
  })

  it('finds the events for which the condition holds', async () => {
    let matched = 0
    const disagreements: string[] = []
    const records = events.map((event, line) => toRecord(event, line + 1))
    await eachOf(fc.sample(predicate, { numRuns: RULES, seed: SEED }), async (where) => {
      const rule = eventRule('r', where)
      const compiled = esqlBackend.compile(program(rule), rule.id, context)
      if (compiled.kind === 'refused')
        throw new Error(`${compiled.diagnostics[0]?.message ?? ''} ${JSON.stringify(where)}`)
      const expected = events.filter((event) => holds(where, event)).map(idOf)
      const actual = await found(client, compiled.query)
      const wrong = events.filter((event) => actual.has(idOf(event)) !== expected.includes(idOf(event)))
      const streamed = new Set(evaluate(program(rule), records).alerts.map((alert) => alert.steps[0]?.event?.id))
      expect([...streamed].sort(), JSON.stringify(where)).toEqual([...actual].sort())
      if (wrong.length > 0)
        disagreements.push(`${compiled.query.text}
${JSON.stringify(wrong[0])}`)
      if (expected.length > 0 && expected.length < events.length) matched++
    })
    expect(disagreements.slice(0, 5)).toEqual([])
    expect(matched).toBeGreaterThan(RULES / 3)
  })
})
