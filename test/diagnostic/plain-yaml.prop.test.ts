import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { readPlainYaml } from '../../src/diagnostic/plain-yaml.ts'
import { Source } from '../../src/diagnostic/source.ts'
import { parseAnyYaml } from '../../src/diagnostic/yaml.ts'

/** Whether it was read here; if so, it must be just what the library says, without a word of complaint. */
function agrees(text: string): boolean {
  const source = new Source('rule.yml', text)
  const plain = readPlainYaml(source)
  if (plain === undefined) return false
  const { documents, diagnostics } = parseAnyYaml(source)
  expect({ text, roots: documents.map(({ root }) => root), diagnostics }).toEqual({
    text,
    roots: [plain],
    diagnostics: [],
  })
  expect(documents[0]?.span).toEqual(plain.span)
  return true
}

const value = fc.constantFrom(
  ...[
    'a',
    'a b',
    '1',
    '01',
    '0o17',
    '0x1f',
    '1.5',
    '.5',
    '1e3',
    '-1',
    '+1',
    '1_000',
    '2024-01-02',
    'null',
    'True',
    '~',
    'no',
  ],
  ...[
    "'x'",
    "'it''s'",
    "''",
    "'a",
    "'a' b",
    "'a'b",
    "'# a'",
    '"x"',
    '"a\\\\b" # c',
    '"a\\"b\'"',
    '"\\\\"',
    '"a\\n"',
    '"\\"',
    '"a" b',
    '""',
    'true',
    'false',
    'null # c',
    'NULL',
    'a: b',
    'a:',
    'a:b',
    'a #b',
    'a#b',
    'x    y',
    '.inf',
    '.NaN',
  ],
  ...[
    '- a',
    '-a',
    '-(a)',
    ':a',
    '?a',
    ': a',
    '-',
    '?',
    '? a',
    '*a',
    '&a b',
    '!t a',
    '[a, b]',
    '[a/b.c]',
    '[1, true, 0x1] # c',
    '[-, a]',
    '[a,b]',
    '[]',
    '{a: b}',
    '|',
    '|-',
    '>',
    '%a',
    '@a',
    '`a',
    ',a',
    '#a',
    'é',
    '\u00a0a',
    'a\u00a0',
  ],
  ...[
    'a b # c',
    "'a' # c",
    "'a'# c",
    'e',
    '12e',
    '7a3f-1',
    '/a/*',
    '(?i)a',
    '\\\\a',
    '_',
    '...',
    '---',
    '--- a',
    'a\tb',
    '\tb',
    '\ud83d\ude00',
    'a\r',
  ],
)
/** Lists and maps in one line, mostly of what is read of them. */
const { flow } = fc.letrec<{ flow: string; inner: string }>((tie) => {
  const separator = fc.constantFrom(...new Array<string>(12).fill(', '), ',', ',  ', ' , ')
  const pad = fc.constantFrom('', '', '', ' ')
  const joined = (parts: fc.Arbitrary<string>) =>
    fc.tuple(fc.array(parts, { maxLength: 3 }), separator, pad).map(([all, by, edge]) => edge + all.join(by) + edge)
  const name = fc.constantFrom('a', 'b', 'c', 'd_e', 'd.e_f', 'a.', 'true', "'a'", '1', 'a b')
  const colon = fc.constantFrom(...new Array<string>(12).fill(': '), ':', ' : ', ':  ')
  return {
    inner: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      fc.constantFrom('a', 'b c', '1', '01', 'true', "'x, y'", "'it''s'", '"x"', 'a: b', '', '-', '*a', 'a/b.c', '1.5'),
      tie('flow'),
    ),
    flow: fc.oneof(
      joined(tie('inner')).map((text) => `[${text}]`),
      joined(fc.tuple(name, colon, tie('inner')).map((all) => all.join(''))).map((text) => `{${text}}`),
    ),
  }
})
const usual = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a', 'a b', '1', "'x'", "'# a'", 'a # b') },
  { weight: 2, arbitrary: flow },
  value,
)
const key = fc.constantFrom(
  'a',
  'b',
  'c',
  'd',
  'e',
  'f',
  'a|b',
  'd.e',
  'a-b',
  ...Array.from({ length: 20 }, (_, i) => `k${i}`),
  'null',
  "'q'",
  "'|all'",
  "'a b'",
  "'a'",
  "'*'",
  "'null'",
)
const tail = fc.constantFrom('', '', '', '', ' ', '  # note')
const gap = fc.constantFrom<readonly string[]>(
  ...new Array<string[]>(12).fill([]),
  ['# note'],
  [''],
  ['# a', '# b'],
  ['  # a'],
  ['', '# a', ''],
  ['    # a'],
  ['    # a', '    # b'],
  ['  # a', '# b', '    # c'],
)

/** Lines of a map or list, without the indentation of the whole. */
const { block } = fc.letrec<{ block: readonly string[]; map: readonly string[]; list: readonly string[] }>((tie) => {
  const below = fc
    .tuple(fc.constantFrom(2, 2, 4, 1, 0), gap, tie('block'))
    .map(([width, before, lines]) => [...before, ...lines].map((line) => ' '.repeat(width) + line))
  const lines = fc
    .tuple(
      fc.constantFrom(2, 4),
      fc.array(fc.constantFrom('text', 'text', '  more', '# none', 'a: b', "'", 'end ', '', ' '), {
        minLength: 1,
        maxLength: 4,
      }),
    )
    .map(([width, all]) => all.map((line) => (line === '' ? '' : ' '.repeat(width) + line)))
  const header = fc.constantFrom('|', '>-', '>', '|-', '>+', '|2', '> ', '| # a')
  const entry = fc.oneof(
    { maxDepth: 3 },
    fc.tuple(key, usual, tail, gap).map(([name, of, end, after]) => [`${name}: ${of}${end}`, ...after]),
    fc.tuple(key, header, lines).map(([name, mark, all]) => [`${name}: ${mark}`, ...all]),
    fc.tuple(key, tail, below, gap).map(([name, end, lines, after]) => [`${name}:${end}`, ...lines, ...after]),
  )
  const item = fc.oneof(
    { maxDepth: 3 },
    fc.tuple(usual, tail, gap).map(([of, end, after]) => [`- ${of}${end}`, ...after]),
    fc
      .tuple(fc.constantFrom(1, 1, 3), tie('map'))
      .map(([width, lines]) =>
        lines.map((line, i) => (i === 0 ? `-${' '.repeat(width)}${line}` : ' '.repeat(width + 1) + line)),
      ),
  )
  return {
    map: fc
      .uniqueArray(entry, { minLength: 1, maxLength: 4, selector: ([first]) => first?.split(':')[0] })
      .map((all) => all.flat()),
    list: fc.array(item, { minLength: 1, maxLength: 3 }).map((all) => all.flat()),
    block: fc.oneof(tie('map'), tie('list')),
  }
})

/** Now and then a character is lost or put in, so that mistakes are met as well. */
const texts = fc
  .tuple(
    block,
    fc.constantFrom('\n', '\n', '\n', '\n', '', '\n\n', '\n# end\n'),
    fc.option(fc.tuple(fc.nat(200), fc.constantFrom('', ' ', '\n', "'", ':', '#', '-', '|', ': ', ' #')), { freq: 2 }),
  )
  .map(([lines, end, change]) => {
    const text = lines.join('\n') + end
    return change === null ? text : text.slice(0, change[0]) + change[1] + text.slice(change[0] + 1)
  })

it('says of any text what the library says, or nothing', () => {
  let read = 0
  fc.assert(
    fc.property(texts, (text) => {
      if (agrees(text)) read++
    }),
    { numRuns: 20_000 * Number(process.env.PROPERTY_RUNS ?? 1) },
  )
  expect(read).toBeGreaterThan(500)
})

const root = path.resolve(import.meta.dirname, '../..')

it.each(['test/sigma/corpus', 'rules/tasks'])('reads every file of %s itself', (folder) => {
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.yml'),
  )
  expect(files.length).toBeGreaterThan(0)
  expect(files.filter((file) => !agrees(readFileSync(path.join(root, folder, file), 'utf8')))).toEqual([])
})
