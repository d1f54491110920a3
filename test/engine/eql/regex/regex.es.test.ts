import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { compileRegex } from '../../../../src/engine/eql/regex/regex.ts'
import { ElasticsearchClient } from '../../../elasticsearch/client.ts'

/** The `regexp` query is what the server makes of EQL's `regex`. */
const url = inject('elasticsearch')
const client = new ElasticsearchClient(url)
const index = 'eql-regex'
const EXPRESSIONS = 400
const SEED = Number(process.env.DETPACK_SEED ?? 1)

const letters = [
  'a',
  'b',
  'A',
  'B',
  's',
  'K',
  '0',
  '5',
  '1',
  ' ',
  '\n',
  '-',
  '.',
  '<',
  '>',
  '&',
  '~',
  '"',
  '|',
  '(',
  ')',
  '\\',
  '^',
]
const beyond = ['é', 'É', 'ſ', '\u212a', '😀', '"', '@', '#', '[', ']', '{', '}', '*', '+', '?', '_', ',', ':']
const TEXTS = [
  ...new Set([
    '',
    ...letters,
    ...beyond,
    ...letters.flatMap((a) => ['a', 'B', '5', '.'].map((b) => a + b)),
    ...[
      'aaa',
      'aab',
      'abab',
      'aBaB',
      '005',
      '050',
      '500',
      '12',
      '007',
      '10',
      '99',
      'a😀b',
      'a\nb',
      'a-b',
      'a|b',
      'a&b',
    ],
  ]),
]

const sign = fc.constantFrom(...letters, ...beyond)
const escape = fc.constantFrom(
  '\\d',
  '\\D',
  '\\w',
  '\\W',
  '\\s',
  '\\S',
  '\\.',
  '\\\\',
  '\\"',
  '\\q',
  '\\n',
  '\\é',
  '\\5',
)
const bracket = fc
  .tuple(
    fc.constantFrom('', '^'),
    fc.array(fc.oneof(sign, escape, fc.constantFrom('a-b', '0-5', 'A-b', '\\.-5')), { maxLength: 4 }),
  )
  .map(([negated, parts]) => `[${negated}${parts.join('')}]`)
const number = fc.constantFrom('0', '1', '5', '05', '10', '007', '99', '500')
const atom = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'B', '5', '.', 's') },
  sign,
  escape,
  bracket,
  fc.tuple(number, number).map(([from, to]) => `<${from}-${to}>`),
  fc.constantFrom('@', '#', '"ab"', '"a.b"', '()', '(a|b)', '.*', '.+'),
)
const repeat = fc.constantFrom(
  '',
  '',
  '',
  '',
  '*',
  '+',
  '?',
  '{2}',
  '{0,1}',
  '{1,}',
  '{0}',
  '{2,1}',
  '{,2}',
  '??',
  '*+',
)
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    atom,
    fc.tuple(atom, repeat).map(([inner, times]) => inner + (inner === '#' ? '' : times)),
    fc.array(tie('expression'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
    fc.tuple(tie('expression'), fc.constantFrom('|', '&'), tie('expression')).map((parts) => parts.join('')),
    fc.tuple(tie('expression'), repeat).map(([inner, times]) => `(${inner})${/[&#~]/.test(inner) ? '' : times}`),
    tie('expression').map((inner) => `~(${inner})`),
    tie('expression').map((inner) => `~${inner}`),
  ),
}))

describe.skipIf(url === '')('regular expressions on a real node', () => {
  beforeAll(async () => {
    await client.request('PUT', `/${index}`, { mappings: { properties: { text: { type: 'keyword' } } } })
    await client.index(
      index,
      TEXTS.map((text) => ({ text })),
    )
  })
  afterAll(() => client.request('DELETE', `/${index}`))

  it('match what the engine finds, and are refused where it refuses them', async () => {
    let refused = 0
    let found = 0
    const drawn = fc.sample(fc.tuple(expression, fc.boolean()), { numRuns: EXPRESSIONS, seed: SEED })
    for (const [text, drawnFolds] of drawn) {
      const folds = drawnFolds && !text.includes('()')
      const expected = await onNode(text, folds)
      const ours = inEngine(text, folds)
      expect({ text, folds, found: ours }).toEqual({ text, folds, found: expected })
      if (expected === 'refused') refused++
      else found += expected.length
    }
    expect(refused).toBeGreaterThan(EXPRESSIONS / 20)
    expect(found).toBeGreaterThan(EXPRESSIONS)
  })
})

function inEngine(text: string, folds: boolean): 'refused' | string[] {
  const compiled = compileRegex(text, folds)
  return 'matches' in compiled ? TEXTS.filter(compiled.matches) : 'refused'
}

async function onNode(text: string, folds: boolean): Promise<'refused' | string[]> {
  const answer = await fetch(`${url}/${index}/_search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      size: 1000,
      _source: ['text'],
      query: { regexp: { text: { value: text, case_insensitive: folds } } },
    }),
  })
  if (answer.status === 400) return 'refused'
  if (!answer.ok) throw new Error(`${text}: ${answer.status} ${await answer.text()}`)
  const { hits } = (await answer.json()) as { hits: { hits: { _source: { text: string } }[] } }
  const found = new Set(hits.hits.map((hit) => hit._source.text))
  return TEXTS.filter((one) => found.has(one))
}
