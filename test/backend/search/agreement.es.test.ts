import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Backend, NativeQuery } from '../../../src/backend/backend.ts'
import { kqlBackend } from '../../../src/backend/kql/backend.ts'
import { luceneBackend } from '../../../src/backend/lucene/backend.ts'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import type { Predicate } from '../../../src/ir/predicate.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import { ElasticsearchClient } from '../../elasticsearch/client.ts'
import { makeIndex } from '../../elasticsearch/detpack-index.ts'
import { eventRule, program } from '../program.ts'
import { documents, predicate } from './generated.ts'

const SEED = Number(process.env.DETPACK_SEED ?? 1)
const RULES = Number(process.env.DETPACK_RULES ?? 250)
const url = inject('elasticsearch')
const client = new ElasticsearchClient(url)
const index = `search-agreement-${SEED}`
const context = { mapping: ecs, store: { elasticIndex: index, splunkBase: '' }, today: '2026-01-01' }

async function found({ language, text }: NativeQuery): Promise<string[]> {
  const query = language === 'kql' ? { kql: { query: text } } : { query_string: { query: text } }
  const answer = await client.request('POST', `/${index}/_search?size=1000&_source=false`, {
    query,
    docvalue_fields: ['event.id'],
  })
  const { hits } = answer.hits as unknown as { hits: readonly { fields: { 'event.id': string[] } }[] }
  return hits.flatMap((hit) => hit.fields['event.id']).sort()
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

  /** The conditions that a language says, each with the events that it must find; some are found by most of them. */
  async function agrees(backend: Backend): Promise<{ said: number; telling: number }> {
    const records = events.map((event, line) => toRecord(event, line + 1))
    let said = 0
    let telling = 0
    const check = async (where: Predicate): Promise<void> => {
      const rule = eventRule('r', where)
      const compiled = backend.compile(program(rule), rule.id, context)
      if (compiled.kind === 'refused') return
      said++
      const expected = evaluate(program(rule), records).alerts.map((alert) => alert.steps[0]?.event?.id ?? '')
      expect(await found(compiled.query), compiled.query.text).toEqual(expected.sort())
      if (expected.length > 0 && expected.length < events.length) telling++
    }
    const queue = fc.sample(predicate, { numRuns: RULES, seed: SEED }).values()
    const worker = async (): Promise<void> => {
      for (const where of queue) await check(where)
    }
    await Promise.all([worker(), worker(), worker()])
    return { said, telling }
  }

  it('Lucene finds the events for which a condition holds', async () => {
    const { said, telling } = await agrees(luceneBackend)
    expect(said).toBeGreaterThan(RULES * 0.8)
    expect(telling).toBeGreaterThan(RULES * 0.4)
  })

  it('KQL finds them wherever it does not refuse', async () => {
    const { said, telling } = await agrees(kqlBackend)
    expect(said).toBeGreaterThan(RULES * 0.3)
    expect(telling).toBeGreaterThan(RULES * 0.1)
  })
})
