import fc from 'fast-check'
import type { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { foldCase } from '../../../src/engine/stream/fold.ts'
import { regexLiterals } from '../../../src/engine/stream/regex-literal.ts'
import { compileRegex } from '../../../src/ir/regex/compile.ts'

describe('the texts of which an expression needs one', () => {
  it.each([
    ['abc', 'abc'],
    ['ab.cde', 'cde'],
    ['ab+cd', 'ab'],
    ['abc?de', 'ab'],
    ['xabc*', 'xab'],
    ['abc{0,3}', 'ab'],
    ['abc{2}de', 'abc'],
    ['a\\.b\\-c', 'a.b-c'],
    ['(x|y)abc[de|]f', 'xabc | yabc'],
    ['-(W|R)\\s?(a|bc)', '-W | -R'],
    ['a[bc]d', 'abd | acd'],
    ['a[b-d]e[fg]?', 'a'],
    ['(a|b)*cd', 'cd'],
    ['(a|b){2}cd', 'cd'],
    ['(?:ab|cd)', 'ab | cd'],
    ['(?i)curl\\s+https?://', 'curl'],
    ['a(b(c|\\)d)[)]e)fgh', 'fgh'],
    ['[]a]bc', 'bc'],
    ['[^]a]bc', 'bc'],
    ['[[:alpha:]]bc', 'bc'],
    ['^abc$', 'abc'],
    ['äbc', 'bc'],
    ['a{b', 'a{b'],
  ])('of %s is %s', (source, literal) => expect(regexLiterals(source)).toEqual(literal.split(' | ')))

  it.each(['', 'abc|def', 'ab.\\x41|c', 'a*', '(abc)', 'abc\\Q|\\E|d', '[abc', 'a(?i){0,1}', 'a(?i)*'])(
    'of %s is none',
    (source) => expect(regexLiterals(source)).toEqual([]),
  )

  it('is in every text in which the expression is found', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        'b',
        'k',
        's',
        'A',
        'ab',
        '.',
        '^',
        '$',
        '|',
        '(',
        ')',
        '(?:',
        '(?i)',
        '[',
        ']',
        '[^',
        '[a]',
        '[ab]',
        '(a|b)',
        '(?:ab|k)',
        '[]a]',
        '-',
      ],
      ...['*', '+', '?', '{2}', '{0,1}', '{', '}', '\\.', '\\d', '\\b', '\\x41', '\\Q', '\\E', '\\|', '\\(', 'ä', '1'],
    )
    const sources = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
    const texts = fc.array(
      fc.constantFrom('a', 'b', 'k', 's', 'A', 'B', '\u212a', 'ſ', '1', '.', '|', '(', 'ä', '{', '}', ']'),
      { maxLength: 8 },
    )
    const flags = fc.record({ ignoreCase: fc.boolean(), multiline: fc.boolean(), dotAll: fc.boolean() })
    fc.assert(
      fc.property(sources, fc.array(texts, { maxLength: 6 }), flags, (source, all, of) => {
        const expression = compiled(source, of)
        const literals = regexLiterals(source).map(foldCase)
        for (const text of all.map((letters) => letters.join('')))
          if (expression?.test(text) === true)
            expect([
              source,
              text,
              literals.length === 0 || literals.some((one) => foldCase(text).includes(one)),
            ]).toEqual([source, text, true])
      }),
      { numRuns: 3000 * Number(process.env.PROPERTY_RUNS ?? 1) },
    )
  })
})

function compiled(...of: Parameters<typeof compileRegex>): RE2JS | undefined {
  const found = compileRegex(...of)
  return 'run' in found ? found.run : undefined
}
