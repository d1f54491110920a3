import { describe, expect, test } from 'vitest'
import { compileRegex } from '../../../src/engine/spl/regex.ts'

function found(source: string, text: string): boolean {
  const regex = compileRegex(source)
  if ('problem' in regex) throw new Error(regex.problem)
  return regex.run.test(text)
}

describe('an expression of PCRE', () => {
  const cases: readonly [string, string, boolean][] = [
    ['^a$', 'a\n', true],
    ['^a\\z', 'a\n', false],
    ['^a\\Z', 'a\n', true],
    ['a\\sb', 'a\u000bb', true],
    ['[\\s]b', '\u000bb', true],
    ['^[\\s\\S]b$', '\u{1f600}b', true],
    ['^[^\\S]b$', ' b', true],
    ['^[^\\S]b$', 'ab', false],
    ['\\h+x', '\t x', true],
    ['a\\Rb', 'a\r\nb', true],
    ['\\Qa.b\\E+', 'a.bb', true],
    ['(?i)ABC', 'abc', true],
    ['(?s)a.b', 'a\nb', true],
    ['[[:digit:]]x', '1x', true],
    ['[]a]b', ']b', true],
    ['[^]a]b', 'cb', true],
    ['[a[]b', '[b', true],
    ["(?'n'a)(?P<m>b)(?<o>c)", 'abc', true],
    ['a(?#comment)b', 'ab', true],
    ['\\x41\\x{42}\\e?', 'AB', true],
    ['\\/\\"\\-', '/"-', true],
    // As compiled searches write them.
    ['(?is)^/a(?>.*?b.)(?>.*?c).*d\\*\\z', '/aXbYcZcd*', true],
    ['(?:(?<![0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<=[0-9A-Za-z_])(?![0-9A-Za-z_]))sh', 'a sh', true],
    ['(?:(?<![0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<=[0-9A-Za-z_])(?![0-9A-Za-z_]))sh', 'ash', false],
    ['(?:\\A|(?<=\\n))b(?=\\n|\\z)', 'a\nb', true],
    ['a(?!)', 'a', false],
  ]
  for (const [source, text, expected] of cases)
    test(`${source} on ${JSON.stringify(text)}`, () => expect(found(source, text)).toBe(expected))
})

describe('what cannot be run in linear time is told with its place', () => {
  const cases: readonly [string, string, number][] = [
    ['ab(?=c)', 'look-around', 2],
    ['(?<!a)b', 'look-around', 0],
    ['(a)\\1', 'a back-reference', 3],
    ['(?<n>a)\\k<n>', 'a back-reference', 7],
    ['a(?>b|bc)d', 'an atomic group', 1],
    ['a++', 'a possessive repetition', 1],
    ['a\\Kb', '\\K', 1],
    ['(?|a|b)', 'groups that share their numbers', 0],
    ['(?(1)a|b)', 'a condition', 0],
    ['(?R)', 'a reference to a group', 0],
    ['(?x) a', 'the flag x', 0],
    ['[a', 'a class that is not closed', 2],
    ['(a', 'missing closing ): `(a`', 0],
    ['a\\', 'a backslash at the end', 1],
  ]
  for (const [source, problem, at] of cases) test(source, () => expect(compileRegex(source)).toEqual({ problem, at }))
})
