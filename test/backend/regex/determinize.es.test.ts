import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { emitLuceneRegex } from '../../../src/backend/regex/lucene.ts'
import { parseRegex } from '../../../src/ir/regex/parse.ts'
import { quote } from '../../../src/backend/esql/literal.ts'
import { ElasticsearchClient } from '../../elasticsearch/client.ts'

const url = inject('elasticsearch')
const client = new ElasticsearchClient(url)
const INDEX = 'intricate'
const flags = { ignoreCase: false, multiline: false, dotAll: false }

/** Expressions of few characters and many repetitions, about half of which a node takes. */
const { expression } = fc.letrec<{ expression: string; part: string }>((tie) => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '[^b]')
  const times = fc.oneof(
    fc.tuple(fc.nat(3), fc.nat(14)).map(([min, more]) => `{${min},${min + more + 1}}`),
    fc.nat(14).map((count) => `{${count + 1}}`),
    fc.constantFrom('*', '+', '?'),
  )
  return {
    part: fc.oneof(
      { maxDepth: 2 },
      atom,
      fc.tuple(atom, times).map((all) => all.join('')),
      fc.tuple(tie('part'), tie('part')).map(([a, b]) => `(${a}|${b})`),
      fc.tuple(tie('part'), times).map(([a, b]) => `(${a})${b}`),
    ),
    expression: fc.array(tie('part'), { minLength: 2, maxLength: 5 }).map((parts) => parts.join('')),
  }
})

describe.skipIf(url === '')('on a real Elasticsearch', () => {
  beforeAll(async () => {
    await client.request('PUT', `/${INDEX}`, { mappings: { properties: { f: { type: 'keyword' } } } })
    await client.index(INDEX, [{ f: 'a' }])
  })
  afterAll(() => client.request('DELETE', `/${INDEX}?ignore_unavailable=true`))

  it('takes every expression that is emitted, and not those that are too intricate', async () => {
    let agreed = 0
    const query = (regex: string) => client.query(`FROM ${INDEX} | WHERE f RLIKE ${quote(regex)}`)
    await fc.assert(
      fc.asyncProperty(expression, async (source) => {
        const parsed = parseRegex(source, flags)
        if (!('node' in parsed)) throw new Error(source)
        const emitted = emitLuceneRegex(parsed.node)
        if ('text' in emitted) await query(emitted.text)
        // Lucene makes parts of an expression smaller before it puts them together, so that it takes a few of these.
        else await query(`.*(${source.replaceAll('.', '[^\n]')}).*`).catch(() => agreed++)
      }),
      { numRuns: 80 * Number(process.env.PROPERTY_RUNS ?? 1) },
    )
    expect(agreed).toBeGreaterThan(0)
  })

  it('finds nothing, without a word, for a search string with such an expression', async () => {
    const value = `a${'c'.repeat(200)}`
    await client.index(INDEX, [{ f: value }])
    const query = { query_string: { query: 'f:/.*a[^b]{200}.*/' } }
    expect(await client.request('POST', `/${INDEX}/_search`, { query })).toMatchObject({
      hits: { total: { value: 0 } },
    })
    expect(new RegExp('^.*a[^b]{200}.*$').test(value)).toBe(true)
  })
})
