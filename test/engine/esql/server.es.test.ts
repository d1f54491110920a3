import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ElasticsearchClient } from '../../elasticsearch/client.ts'
import { documents, types } from './data.ts'
import { pipelines } from './generated.ts'
import { answers, type Answer } from './server.ts'
import { texts } from './texts.ts'

const url = inject('elasticsearch')
const client = new ElasticsearchClient(url)
const index = 'esql-engine'
const SEED = Number(process.env.DETPACK_SEED ?? 1)
const GENERATED = 250 * Number(process.env.PROPERTY_RUNS ?? 1)

/** The texts on which the two differ, with what each answered. */
async function differences(asked: readonly string[]): Promise<string> {
  const wrong: string[] = []
  for (const text of asked) {
    const [theirs, ours] = await answers(client, text.replace(/\bevents\b/g, index), documents, types)
    if (theirs !== 'broken' && JSON.stringify(theirs) !== JSON.stringify(ours))
      wrong.push(`${text}\n  server ${told(theirs)}\n  engine ${told(ours)}`)
  }
  return wrong.join('\n')
}

function told(answer: Answer): string {
  return typeof answer === 'string' ? answer : answer.join('\n         ')
}

describe.skipIf(url === '')('a real Elasticsearch and the engine', () => {
  beforeAll(async () => {
    await client.request('DELETE', `/${index}?ignore_unavailable=true`)
    const properties = Object.fromEntries([...types].map(([name, type]) => [name, { type }]))
    await client.request('PUT', `/${index}`, { settings: { number_of_replicas: 0 }, mappings: { properties } })
    await client.index(index, documents)
  })

  afterAll(async () => {
    await client.request('DELETE', `/${index}?ignore_unavailable=true`)
  })

  it('answer the same, rows or a refusal', async () => {
    expect(await differences(texts)).toBe('')
  })

  it('answer the same to what is made up', async () => {
    expect(await differences(fc.sample(pipelines, { numRuns: GENERATED, seed: SEED }))).toBe('')
  })
})
