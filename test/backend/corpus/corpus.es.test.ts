import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { kqlBackend } from '../../../src/backend/kql/backend.ts'
import { luceneBackend } from '../../../src/backend/lucene/backend.ts'
import type { NativeQuery } from '../../../src/backend/backend.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import type { Predicate } from '../../../src/ir/predicate.ts'
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

function fieldsOf(of: Predicate): readonly string[] {
  if (of.op === 'test') return of.subject.kind === 'field' ? [of.subject.name] : []
  return of.op === 'not' ? fieldsOf(of.of) : of.of.flatMap(fieldsOf)
}

/** An index in which each field has the type that the mapping says; one that it does not know is a keyword. */
async function makeIndex(mapping: Mapping, { program }: Outcome): Promise<void> {
  const names = [...program.rules.values()].flatMap((rule) => (rule.kind === 'event' ? fieldsOf(rule.where) : []))
  const properties = Object.fromEntries(
    [...new Set(names)].map((name) => {
      const { type = 'keyword', analyzed = false } = mapping.field(name) ?? {}
      return [name, { type: analyzed ? 'text' : type }]
    }),
  )
  await client.request('DELETE', `/${index(mapping)}?ignore_unavailable=true`)
  const settings = { number_of_replicas: 0, 'index.mapping.total_fields.limit': 5000 }
  await client.request('PUT', `/${index(mapping)}`, { settings, mappings: { subobjects: false, properties } })
  await client.index(index(mapping), [{ 'event.id': 'e' }])
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

describe.skipIf(url === '').each([sigmaEcs, none])('on a real Elasticsearch, mapped by $name', (mapping) => {
  const lucene = compileCorpus(luceneBackend, mapping)
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
})
