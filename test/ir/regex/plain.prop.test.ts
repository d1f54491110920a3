import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRegex } from '../../../src/ir/regex/compile.ts'
import { isPlainRegex } from '../../../src/ir/regex/plain.ts'

const PIECES = [
  ...Array.from('abXk0_ -,.:/ßK\n'),
  ...['.', '^', '$', '|', '(', ')', '(?:', '(?i)', '(?s:', '(?-i:', '(?)', '(?:)', '(?P<n>', '(?<n>', '(?=', '(?U)'],
  ...['*', '+', '?', '*?', '+?', '{2}', '{2,}', '{2,5}', '{,3}', '{100}', '{1000}', '{1001}', '{0}', '{5,2}', '{', '}'],
  ...['[', ']', '[^', '[]', '[a-z]', '[z-a]', '[[:alpha:]]', '[[:^digit:]]', '[[:nope:]]', '[\\d-x]', '-', '^'],
  ...[
    '\\d',
    '\\W',
    '\\b',
    '\\B',
    '\\A',
    '\\z',
    '\\Z',
    '\\Q',
    '\\E',
    '\\C',
    '\\pL',
    '\\p{Greek}',
    '\\x41',
    '\\x{10ffff}',
  ],
  ...['\\x{110000}', '\\x4', '\\1', '\\.', '\\\\', '\\', '\\t', '\\v', '\\e', '\\07', '\\_', '\\ ', '\u{1f600}'],
]
const expression = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(''))
const flags = fc.record({ ignoreCase: fc.boolean(), multiline: fc.boolean(), dotAll: fc.boolean() })

describe('an expression that is taken without asking RE2', () => {
  it('is one that RE2 takes', () => {
    fc.assert(
      fc.property(fc.oneof(expression, fc.string()), flags, (source, given) => {
        if (isPlainRegex(source, given)) expect(compileRegex(source, given)).toHaveProperty('run')
      }),
      { numRuns: 20_000 },
    )
  })

  it.each([
    ['a name that stands twice', '(?P<n>a)(?P<n>b)'],
    ['more repetitions in one another than RE2 makes', '(?:a{40}){40}'],
    ['look-around', 'a(?=b)'],
  ])('is not one with %s', (_what, source) => {
    const given = { ignoreCase: false, multiline: false, dotAll: false }
    expect(isPlainRegex(source, given)).toBe(false)
    expect(compileRegex(source, given)).toHaveProperty('problem')
  })

  it('is most of what rules have', () => {
    const given = { ignoreCase: true, multiline: false, dotAll: false }
    for (const source of ['^/tmp/[^/]+\\.sh$', '(?i)https?://(?:\\d{1,3}\\.){3}\\d{1,3}', 'a.*b|c\\s+d'])
      expect(isPlainRegex(source, given)).toBe(true)
  })
})
