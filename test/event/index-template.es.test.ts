import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ElasticsearchClient } from '../elasticsearch/client.ts'
import { makeIndex } from '../elasticsearch/detpack-index.ts'
import { madeEvent } from '../ship/made-event.ts'

const url = inject('elasticsearch')

/** Fields without an index: a text, a number and a time. */
function event(sequence: number): ReturnType<typeof madeEvent> {
  const { process, ...rest } = madeEvent(sequence)
  const start = `2026-01-01T00:00:0${sequence}.000Z`
  return {
    ...rest,
    process: { ...(process as object), start },
    network: { direction: sequence % 2 === 0 ? 'ingress' : 'egress' },
    detpack: { use: { bytes: 100 * sequence } },
  }
}

describe.skipIf(url === '')('a field that is kept as a column only, in a real Elasticsearch', () => {
  const client = new ElasticsearchClient(url)
  const index = `detpack-columns-${randomBytes(6).toString('hex')}`
  beforeAll(() => makeIndex(client, index, [1, 2, 3, 4, 5].map(event)))
  afterAll(() => client.request('DELETE', `/${index}`))

  const sequences = (rows: readonly (readonly unknown[])[]): unknown[] => rows.map(([one]) => one)

  it.each([
    ['network.direction == "ingress"', [2, 4]],
    ['network.direction != "ingress"', [1, 3, 5]],
    ['network.direction LIKE "in*"', [2, 4]],
    ['network.direction RLIKE "eg.*"', [1, 3, 5]],
    ['network.direction IN ("ingress", "internal")', [2, 4]],
    ['detpack.use.bytes > 200 AND event.sequence <= 4', [3, 4]],
    ['process.start >= "2026-01-01T00:00:04.000Z"', [4, 5]],
    ['MATCH(network.direction, "egress")', [1, 3, 5]],
  ])('is asked for in ES|QL as any other: %s', async (where, expected) => {
    const { rows } = await client.query(`FROM ${index} | WHERE ${where} | SORT event.sequence | KEEP event.sequence`)
    expect(sequences(rows)).toEqual(expected)
  })

  it.each([
    ['query_string', 'network.direction:in* AND detpack.use.bytes:[300 TO *]', [4]],
    ['query_string', 'process.start:["2026-01-01T00:00:05Z" TO *]', [5]],
    ['kql', 'network.direction: E* and detpack.use.bytes < 400', [1, 3]],
    ['kql', 'network.direction: "ingress"', [2, 4]],
  ])('and in %s: %s', async (language, text, expected) => {
    const query =
      language === 'kql' ? { kql: { query: text, case_insensitive: true } } : { query_string: { query: text } }
    const body = { query, sort: ['event.sequence'], _source: false, fields: ['event.sequence'] }
    const answer = await client.request('POST', `/${index}/_search`, body)
    const { hits } = answer as unknown as { hits: { hits: { fields: Record<string, unknown[]> }[] } }
    expect(hits.hits.map(({ fields }) => fields['event.sequence']?.[0])).toEqual(expected)
  })
})
