import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { esqlBackend } from '../../../src/backend/esql/backend.ts'
import { kqlBackend } from '../../../src/backend/kql/backend.ts'
import { luceneBackend } from '../../../src/backend/lucene/backend.ts'
import type { NativeQuery } from '../../../src/backend/backend.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { usedFields } from '../../../src/ir/used-field.ts'
import type { Mapping } from '../../../src/mapping/mapping.ts'
import { none } from '../../../src/mapping/none.ts'
import { sigmaEcs } from '../../../src/mapping/sigma-ecs.ts'
import { ElasticsearchClient } from '../../elasticsearch/client.ts'
import { compileCorpus, type Outcome } from './corpus.ts'

const url = inject('elasticsearch')
const client = new ElasticsearchClient(url)
/** Automata of texts without regard to case take the node a while: every tenth rule, or all where they are asked for. */
const EACH = process.env.DETPACK_CORPUS === 'all' ? 1 : 10
const index = (mapping: Mapping): string => `corpus-${mapping.name}`

/** What queries read besides the fields of their rules. */
const ALWAYS = ['@timestamp', 'event.id', 'event.sequence', 'host.id', 'host.boot.id', 'detpack.clock.epoch']

/** An index in which each field has the type that the mapping says; one that it does not know is a keyword. */
async function makeIndex(mapping: Mapping, { program }: Outcome): Promise<void> {
  const names = [...ALWAYS, ...[...program.rules.values()].flatMap((rule) => usedFields(rule, program))]
  const properties = Object.fromEntries(
    [...new Set(names)].map((name) => {
      const { type = 'keyword', analyzed = false } = mapping.field(name) ?? {}
      return [name, { type: analyzed ? 'text' : type }]
    }),
  )
  await client.request('DELETE', `/${index(mapping)}?ignore_unavailable=true`)
  const settings = { number_of_replicas: 0, 'index.mapping.total_fields.limit': 5000 }
  await client.request('PUT', `/${index(mapping)}`, { settings, mappings: { subobjects: false, properties } })
  // A field without a value is not asked, whatever is asked of it.
  const of = Object.entries(properties).map(([name, { type }]) => [name, VALUES[type] ?? 'x'])
  await client.index(index(mapping), [Object.fromEntries(of) as JsonObject])
}

/** A value of each type that is not a text. */
const VALUES: Readonly<Record<string, JsonObject[string]>> = {
  long: 1,
  double: 1.5,
  boolean: true,
  date: '2026-01-01T00:00:00Z',
  ip: '192.0.2.1',
}

/** What the node says against queries. */
async function complaints(mapping: Mapping, all: readonly NativeQuery[]): Promise<readonly string[]> {
  const queries = all.filter((_, place) => place % EACH === 0)
  const found: string[] = []
  for (let at = 0; at < queries.length; at += 50) {
    const some = queries.slice(at, at + 50)
    const body = some.map(({ language, text }) => {
      const query = language === 'kql' ? { kql: { query: text } } : { query_string: { query: text } }
      return `{}\n${JSON.stringify({ size: 0, query })}\n`
    })
    const answer = await client.request('POST', `/${index(mapping)}/_msearch`, body.join(''))
    const { responses } = answer as unknown as { responses: readonly JsonObject[] }
    for (const [place, each] of responses.entries())
      if (each.error !== undefined)
        found.push(`${some[place]?.text ?? ''}\n${JSON.stringify(each.error).slice(0, 500)}`)
  }
  return found
}

/** What the node says against ES|QL, which it reads and plans whole before it runs. */
async function esqlComplaints(mapping: Mapping, all: readonly NativeQuery[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const { text } of all.filter((_, place) => place % EACH === 0))
    await client
      .query(text.replace('FROM logs-*', `FROM ${index(mapping)}`))
      .catch((problem: unknown) => found.push(`${text}\n${String(problem).slice(0, 500)}`))
  return found
}

describe.skipIf(url === '').each([sigmaEcs, none])('on a real Elasticsearch, mapped by $name', (mapping) => {
  const lucene = compileCorpus(luceneBackend, mapping)
  const esql = compileCorpus(esqlBackend, mapping)
  const kql = compileCorpus(kqlBackend, mapping)

  beforeAll(() => makeIndex(mapping, lucene))
  afterAll(async () => {
    await client.request('DELETE', `/${index(mapping)}?ignore_unavailable=true`)
  })

  it('takes the queries of the published rules', async () => {
    expect(lucene.queries.length).toBeGreaterThan(500)
    expect(await complaints(mapping, lucene.queries)).toEqual([])
    expect(kql.queries.length).toBeGreaterThan(5)
    expect(await complaints(mapping, kql.queries)).toEqual([])
  })

  it('takes the published rules in ES|QL', async () => {
    expect(esql.queries.length).toBeGreaterThan(500)
    expect(await esqlComplaints(mapping, esql.queries)).toEqual([])
  })
})
