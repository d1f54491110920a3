import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { esqlBackend } from '../../../src/backend/esql/backend.ts'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import { milliseconds } from '../../../src/ir/duration.ts'
import { anyOf } from '../../../src/ir/predicate.ts'
import type { Absence, Correlation, CorrelationBody, GroupKey } from '../../../src/ir/rule.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import { ElasticsearchClient } from '../../elasticsearch/client.ts'
import { makeIndex } from '../../elasticsearch/detpack-index.ts'
import { correlation, equals, eventRule, groupKey, ordered, program, ruleId, span } from '../program.ts'
import { alertIds, eachOf, found } from './agreement.ts'
import { alertsOf, judged } from './judge.ts'
import { streams } from './streams.ts'

const HOSTS = 30
const RULES = 15
const SEED = Number(process.env.DETPACK_SEED ?? 1)
const url = inject('elasticsearch')
const client = new ElasticsearchClient(url)
const index = `esql-correlation-${SEED}`
const context = {
  mapping: ecs,
  store: { elasticIndex: index, splunkBase: '' },
  today: '2026-01-01',
}

const named = (...names: readonly string[]) => anyOf(...names.map((name) => equals('process.name', name)))
const events = [eventRule('a', named('a', 'ab')), eventRule('b', named('b', 'ab')), eventRule('u', named('u'))]

const host: GroupKey = groupKey('host.id')
const groups: fc.Arbitrary<readonly GroupKey[]> = fc.constantFrom<readonly GroupKey[]>(
  [host],
  [host],
  [host, groupKey('detpack.task.run')],
  [host, groupKey('detpack.flow.object.id')],
  [groupKey('detpack.flow.object.id'), host, groupKey('detpack.task.run')],
  [host, groupKey('of', { a: 'detpack.description.id', b: 'detpack.flow.object.id', u: 'detpack.description.id' })],
  [host, groupKey('of', { a: 'detpack.task.run', b: 'detpack.task.run', u: 'detpack.description.id' })],
)
/** On and around the ticks of the streams. */
const lengths = fc.constantFrom(1, 99, 100, 101, 200, 300, 500, 799, 1000).map(milliseconds)
const gap = fc.option(lengths, { nil: null })

const absence: fc.Arbitrary<Absence> = fc.oneof(
  fc.constant<Absence>({ rule: ruleId('u'), span, where: 'between', after: 0 }),
  gap.map((within): Absence => ({ rule: ruleId('u'), span, where: 'before', within })),
)

const twoSteps: fc.Arbitrary<CorrelationBody> = fc
  .record({
    steps: fc.constantFrom(['a', 'b'], ['a', 'b'], ['a', 'a'], ['b', 'u']),
    gaps: fc.constantFrom([], [100], [300]),
    unless: fc.array(absence, { maxLength: 2 }),
    until: fc.constantFrom(null, null, { rule: ruleId('u'), span }),
    joined: fc.boolean(),
  })
  .map(({ steps, gaps, unless, until, joined }) => {
    const body = ordered(steps, { gaps })
    const left = { step: 0, field: 'detpack.flow.object.id' }
    if (joined) return { ...body, joins: [{ left, right: { ...left, step: 1 }, span }] }
    return { ...body, unless, until }
  })

const uses = fc
  .constantFrom(['a'], ['a', 'b'], ['b', 'u', 'a'])
  .map((ids) => ids.map((id) => ({ rule: ruleId(id), span })))

const anyOrder: fc.Arbitrary<CorrelationBody> = uses.map((of) => ({
  type: 'unordered',
  of,
  condition: { op: 'all', of: of.map(({ rule }) => ({ op: 'rule', rule })) },
}))

const counts: fc.Arbitrary<CorrelationBody> = fc
  .tuple(uses, fc.constantFrom('gte', 'gt', 'lt', 'lte', 'eq', 'neq'), fc.integer({ min: 1, max: 4 }))
  .map(([of, operator, value]) => ({ type: 'count', of, bounds: [{ operator, value }] }))

const operators = fc.constantFrom('gte', 'gte', 'gt', 'lt', 'lte', 'eq', 'neq')
const distinct: fc.Arbitrary<CorrelationBody> = fc
  .record({
    of: uses,
    fields: fc.constantFrom(
      ['detpack.flow.object.id'],
      ['detpack.description.id', 'detpack.flow.object.id'],
      ['detpack.use.bytes'],
    ),
    bound: fc.record({ operator: operators, value: fc.integer({ min: 1, max: 3 }) }),
  })
  .map(({ of, fields, bound }) => ({ type: 'value', of, fields, measure: { of: 'distinct' }, bounds: [bound] }))
const sums: fc.Arbitrary<CorrelationBody> = fc
  .record({
    of: uses,
    measure: fc.constantFrom('sum', 'average'),
    bound: fc.record({ operator: operators, value: fc.integer({ min: 1, max: 12 }) }),
  })
  .map(({ of, measure, bound }) => ({
    type: 'value',
    of,
    fields: ['detpack.use.bytes'],
    measure: { of: measure },
    bounds: [bound],
  }))

function ruleOf(bodies: fc.Arbitrary<CorrelationBody>): fc.Arbitrary<Correlation> {
  return fc
    .record({ body: bodies, group: groups, timespan: lengths, guarded: fc.boolean() })
    .map(({ body, group, timespan, guarded }) =>
      correlation('c', body, { group, timespan, ...(guarded && { guard: named('a', 'b', 'u') }) }),
    )
}

describe.skipIf(url === '')('on a real Elasticsearch, over streams with ties, edges, gaps and doubled events', () => {
  let documents: readonly JsonObject[] = []

  beforeAll(async () => {
    documents = fc.sample(streams(HOSTS), { numRuns: 1, seed: SEED })[0] ?? []
    await makeIndex(client, index, documents)
  })

  afterAll(async () => {
    await client.request('DELETE', `/${index}?ignore_unavailable=true`)
  })

  it.each([
    ['two steps in order', twoSteps, 3 * RULES],
    ['rules in any order', anyOrder, RULES],
    ['counts', counts, RULES],
    ['distinct values', distinct, RULES],
    ['sums and averages', sums, RULES],
  ])('%s give the alerts of the semantics and of the stream correlator', async (_, bodies, numRuns) => {
    const stream = documents.map(judged)
    const records = documents.map((document, line) => toRecord(document, line + 1))
    let alerts = 0
    await eachOf(fc.sample(ruleOf(bodies), { numRuns, seed: SEED }), async (rule) => {
      const rules = program(...events, rule)
      const compiled = esqlBackend.compile(rules, rule.id, context)
      if (compiled.kind === 'refused') throw new Error(compiled.diagnostics[0]?.message)
      const expected = alertsOf(rule, rules, stream)
      alerts += expected.size
      const actual = await found(client, compiled.query, rule)
      expect([...actual].sort(), compiled.query.text).toEqual([...expected].sort())
      const streamed = evaluate(rules, records).alerts.filter((alert) => alert.rule === rule.id)
      expect(streamed.map((alert) => alert.id).sort(), 'stream').toEqual(alertIds(rule, actual))
    })
    expect(alerts).toBeGreaterThan(numRuns)
  })
})
