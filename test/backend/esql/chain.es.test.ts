import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { EventRecord } from '../../../src/event/record.ts'
import { ElasticsearchClient } from '../../elasticsearch/client.ts'
import { judge } from '../../engine/brute-force/judge.ts'
import { programs } from '../../engine/brute-force/program.ts'
import { eachOf } from './agreement.ts'
import { flatTypes, identitiesOf, identityText, queryOf, storedStreams } from './offline.ts'

const STREAMS = 4
const PROGRAMS = 60 * Number(process.env.PROPERTY_RUNS ?? 1)
const SEED = Number(process.env.DETPACK_SEED ?? 1)
const url = inject('elasticsearch')
const client = new ElasticsearchClient(url)
const index = (at: number): string => `esql-chain-${at}`

/** The time of an event as an index reads it. */
function document({ time, fields }: EventRecord): Record<string, unknown> {
  return { ...fields, ...(time !== null && { '@timestamp': time }) }
}

describe.skipIf(url === '')('on a real Elasticsearch, rules of every form', () => {
  let streams: readonly (readonly EventRecord[])[] = []

  beforeAll(async () => {
    streams = fc.sample(
      storedStreams.filter((events) => events.length > 8),
      { numRuns: STREAMS, seed: SEED },
    )
    for (const [at, events] of streams.entries()) {
      await client.request('DELETE', `/${index(at)}?ignore_unavailable=true`)
      const properties = Object.fromEntries([...flatTypes].map(([name, type]) => [name, { type }]))
      const settings = { number_of_replicas: 0 }
      await client.request('PUT', `/${index(at)}`, { settings, mappings: { subobjects: false, properties } })
      await client.index(index(at), events.map(document) as never)
    }
  })

  afterAll(async () => {
    for (const at of streams.keys()) await client.request('DELETE', `/${index(at)}?ignore_unavailable=true`)
  })

  it('give the alerts of the brute-force judge, with all windows closed', async () => {
    let compared = 0
    let alerts = 0
    await eachOf(fc.sample(programs, { numRuns: PROGRAMS, seed: SEED }), async (program) => {
      const at = compared % STREAMS
      const verdicts = judge(program, streams[at] ?? [], Infinity)
      for (const rule of program.rules.values()) {
        const query = rule.kind === 'event' ? undefined : queryOf(program, rule)
        if (query === undefined) continue
        const expected = verdicts
          .filter((one) => one.rule === rule.id)
          .map((one) => identityText(one.rule, one.group, one.first, one.last))
        const { columns, rows } = await client.query(query.text.replace('FROM events', `FROM ${index(at)}`))
        const found = rows.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place]])))
        const actual = [...new Set(identitiesOf(query, rule, found as never))].sort()
        expect(actual, query.text).toEqual(expected.sort())
        compared++
        alerts += expected.length
      }
    })
    expect(compared).toBeGreaterThan(PROGRAMS / 2)
    expect(alerts).toBeGreaterThan(PROGRAMS / 4)
  })
})
