import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ecs } from '../../src/mapping/ecs.ts'
import { storedTypes } from '../../src/prove/store.ts'
import { makeIndex } from '../elasticsearch/detpack-index.ts'
import { ElasticsearchClient } from '../elasticsearch/client.ts'
import { recordedEvents } from '../event/recorded.ts'
import { answers } from '../engine/esql/server.ts'
import { equals, eventRule, program } from './program.ts'

const url = inject('elasticsearch')
const client = new ElasticsearchClient(url)
const index = 'golden-texts'
const events = recordedEvents()

/** Each text with its name. */
function goldenTexts(folder: string, ending: string): (readonly [name: string, text: string])[] {
  return readdirSync(`test/backend/${folder}/golden`)
    .filter((name) => name.endsWith(ending))
    .map((name) => [name, readFileSync(`test/backend/${folder}/golden/${name}`, 'utf8').trim()])
}

describe.skipIf(url === '')('each golden text, on a real Elasticsearch', () => {
  beforeAll(async () => {
    await makeIndex(client, index, events)
  })

  afterAll(async () => {
    await client.request('DELETE', `/${index}?ignore_unavailable=true`)
  })

  it.each(goldenTexts('esql', '.esql'))('%s gives the rows that the engine gives', async (_, text) => {
    const rule = eventRule('r', equals('event.action', 'any'))
    const types = storedTypes(program(rule), rule, ecs)
    const [theirs, ours] = await answers(client, text.replace(/^FROM \S+/, `FROM ${index}`), events, types)
    expect(theirs).not.toBe('refused')
    expect(theirs).toEqual(ours)
  })

  it.each([...goldenTexts('search', '.kql'), ...goldenTexts('search', '.lucene')])(
    '%s is taken',
    async (name, text) => {
      const query = name.endsWith('.kql') ? { kql: { query: text } } : { query_string: { query: text } }
      const answer = await client.request('POST', `/${index}/_search?size=0`, { query })
      expect(answer).toMatchObject({ timed_out: false, _shards: { failed: 0 } })
    },
  )
})
