import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ElasticsearchClient } from '../../elasticsearch/client.ts'
import { documents, types } from './data.ts'
import { answers, type Answer } from './server.ts'
import { texts } from './texts.ts'

const url = inject('elasticsearch')
const client = new ElasticsearchClient(url)
const index = 'esql-engine'

function told(answer: Answer): string {
  return answer === 'refused' ? answer : answer.join('\n         ')
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
    const wrong: string[] = []
    for (const text of texts) {
      const [theirs, ours] = await answers(client, text.replace(/\bevents\b/g, index), documents, types)
      if (JSON.stringify(theirs) !== JSON.stringify(ours))
        wrong.push(`${text}\n  server ${told(theirs)}\n  engine ${told(ours)}`)
    }
    expect(wrong.join('\n')).toBe('')
  })
})
