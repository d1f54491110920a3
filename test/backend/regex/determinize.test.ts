import { describe, expect, it } from 'vitest'
import { emitLuceneRegex } from '../../../src/backend/regex/lucene.ts'
import { parseRegex } from '../../../src/ir/regex/parse.ts'
import { isPatternDeterminable } from '../../../src/backend/regex/pattern-tree.ts'
import { any, one, pattern, text } from '../../../src/ir/pattern.ts'

const flags = { ignoreCase: false, multiline: false, dotAll: false }

function isEmitted(source: string): boolean {
  const parsed = parseRegex(source, flags)
  if (!('node' in parsed)) throw new Error(source)
  return 'text' in emitLuceneRegex(parsed.node)
}

// Each pair stands on both sides of the limit, as a node of 8.19 said.
describe('an expression that Elasticsearch gives up on is not emitted', () => {
  it.each([
    ['a.{11}', 'a.{12}'],
    ['x[^\\n]{1,11}y', 'x[^\\n]{1,12}y'],
    ['(a|bc) .{2,12} d .{1,3}', '(a|bc) .{2,14} d .{1,3}'],
    ['(.){300,}', '(.){400,}'],
    ['^[ab]*a[ab]{11}$', '^[ab]*a[ab]{13}$'],
    ['^a.{500}$', 'a.{500}$'],
    ['^(x|y.{300})', '(x|y.{300})'],
    // As one whole it costs 36,786; but the alternative, made free of choices before, has twice as many states.
    ['(a*|.{3})b(([^b]){3,16}){4}', '(a*|.{9})b(([^b]){3,16}){4}'],
  ])('%s, %s', (taken, refused) => {
    expect([taken, refused].map(isEmitted)).toEqual([true, false])
  })

  it('a text that repeats itself', () => {
    expect([50, 100].map((times) => isEmitted('abcabc'.repeat(times)))).toEqual([true, false])
  })

  it('so is one that has too many places to look at', () => {
    expect(isEmitted('^(a{99}){99}$')).toBe(false)
  })
})

describe('so is a pattern', () => {
  const ones = (count: number) => Array.from({ length: count }, () => one)

  it.each([
    [
      'of single characters behind a "*"',
      pattern(any, text('a'), ...ones(11), any),
      pattern(any, text('a'), ...ones(12), any),
    ],
    ['that repeats itself', pattern(any, text('a'.repeat(310)), any), pattern(any, text('a'.repeat(320)), any)],
  ])('%s', (_, taken, refused) => {
    expect([taken, refused].map((each) => isPatternDeterminable(each, true))).toEqual([true, false])
  })

  it('but not what is long in front of a "*", or does not repeat itself', () => {
    const long = Array.from({ length: 700 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('')
    expect(isPatternDeterminable(pattern(text('a'.repeat(3000)), any), true)).toBe(true)
    expect(isPatternDeterminable(pattern(any, text(long), any), true)).toBe(true)
  })
})
