import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { asTask, FROM } from './drafting.ts'

const WORDS = [
  'tools permissions allow deny ask sandbox filesystem network allowWrite allowedDomains additionalDirectories name',
  'inputSchema properties path repo_path annotations readOnlyHint Bash(git:*) Read(//etc/**) Edit(./a) WebFetch(domain:a.b)',
  'mcp__x__y Bash Read(~/../x) acceptEdits yes null ~ - : # true 192.0.2.1 *.example.org ro rw connect 443 LL_FS_RO /usr:/lib',
]
  .join(' ')
  .split(' ')

const word = fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'binary', maxLength: 12 }))
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    word,
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(word, tie('value'), { maxKeys: 4 }),
  ),
})).value

const text: Readonly<Record<string, fc.Arbitrary<string>>> = {
  mcp: fc
    .array(json)
    .map((tools) => JSON.stringify({ tools: tools.map((one) => ({ name: 'a', inputSchema: { properties: one } })) })),
  claude: fc
    .record({ permissions: fc.record({ allow: fc.array(word), deny: fc.array(word), ask: json }), sandbox: json })
    .map((settings) => JSON.stringify(settings)),
  skill: fc.array(word).map((words) => `---\nname: a\nallowed-tools: ${JSON.stringify(words.join(' '))}\n---\n`),
  paths: fc.array(fc.tuple(word, word)).map((lines) => lines.map((line) => line.join(' ')).join('\n')),
  systemd: fc
    .array(
      fc.tuple(fc.constantFrom('ExecStart', 'ReadWritePaths', 'IPAddressAllow', 'StateDirectory', 'BindPaths'), word),
    )
    .map((lines) => `[Service]\n${lines.map((line) => line.join('=')).join('\n')}\n`),
}

describe.each(Object.entries(FROM))('drafts from %s', (format, draftFrom) => {
  test('are tasks without mistakes, whatever the source says', () => {
    fc.assert(
      fc.property(fc.oneof(text[format] ?? fc.string(), fc.string()), (source) => {
        const drafted = draftFrom(new Source('x', source))
        const wrong = 'draft' in drafted ? asTask(drafted.draft).wrong : []
        expect(wrong).toEqual([])
        expect('draft' in drafted || drafted.diagnostics.length > 0).toBe(true)
        expect(draftFrom(new Source('x', source))).toEqual(drafted)
      }),
      { numRuns: 150 },
    )
  })
})
