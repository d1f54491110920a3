import fc from 'fast-check'
import { RE2JS } from 're2js'
import { expect, test } from 'vitest'
import { emitLuceneRegex } from '../../../src/backend/regex/lucene.ts'
import { parseRegex } from '../../../src/ir/regex/parse.ts'
import { emitPcre } from '../../../src/backend/regex/pcre.ts'
import type { RegexNode } from '../../../src/ir/regex/tree.ts'
import type { RegexFlags } from '../../../src/ir/predicate.ts'

/**
 * What is emitted uses only constructs that JavaScript shares with the dialect, but for `\A` and `\z`; so JavaScript
 * stands in for Lucene (whole value, `.` is anything) and for PCRE (anywhere), and RE2 is the judge.
 */
function luceneFinds(node: RegexNode, value: string): boolean | undefined {
  const emitted = emitLuceneRegex(node)
  return 'text' in emitted ? new RegExp(`^(?:${emitted.text})$`, 's').test(value) : undefined
}

function pcreFinds(node: RegexNode, value: string): boolean | undefined {
  const emitted = emitPcre(node)
  if (!('text' in emitted)) return undefined
  return new RegExp(emitted.text.replaceAll('\\A', '^').replaceAll('\\z', '$')).test(value)
}

const atom = fc.constantFrom(
  'a',
  'b',
  'K',
  's',
  'é',
  '.',
  '\\.',
  '\\d',
  '\\W',
  '[ab]',
  '[^a]',
  '[a-c.]',
  '[^\\s\\d]',
  '[[:alpha:]_-]',
  '\\x41',
  '\\n',
  '/',
  '"',
  '#',
  '\\Qa.b\\E',
)
const expression: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    atom,
    fc.constantFrom('^', '$', '\\A', '\\z', '\\b', '(?i)'),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => a + b),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a}|${b})`),
    fc.tuple(atom, fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '*?')).map(([a, b]) => a + b),
    fc.tuple(tie('node'), fc.constantFrom('*', '+', '?')).map(([a, b]) => `(?:${a})${b}`),
  ),
})).node
const flags: fc.Arbitrary<RegexFlags> = fc.record({
  ignoreCase: fc.boolean(),
  multiline: fc.boolean(),
  dotAll: fc.boolean(),
})
const value = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    'A',
    'B',
    'k',
    'K',
    '\u212a',
    's',
    'ſ',
    'é',
    'É',
    '.',
    '1',
    '_',
    '-',
    '\n',
    '/',
    '"',
    '#',
    ' ',
  ),
  maxLength: 6,
})

test('an emitted expression finds what RE2 finds, in Lucene and in PCRE', () => {
  let compared = 0
  fc.assert(
    fc.property(expression, flags, fc.array(value, { minLength: 8, maxLength: 8 }), (source, flag, values) => {
      const parsed = parseRegex(source, flag)
      if (!('node' in parsed)) return
      const judge = RE2JS.compile(
        source,
        (flag.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) |
          (flag.multiline ? RE2JS.MULTILINE : 0) |
          (flag.dotAll ? RE2JS.DOTALL : 0),
      )
      for (const each of values) {
        const found = judge.matcher(each).find()
        for (const said of [luceneFinds(parsed.node, each), pcreFinds(parsed.node, each)]) {
          if (said === undefined) continue
          compared++
          expect({ source, each, found: said }).toEqual({ source, each, found })
        }
      }
    }),
    { numRuns: 3000 },
  )
  expect(compared).toBeGreaterThan(10_000)
})
