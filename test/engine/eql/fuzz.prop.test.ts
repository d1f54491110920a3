import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/event/field.ts'
import { compileRegex } from '../../../src/engine/eql/regex/regex.ts'
import { TooComplex } from '../../../src/engine/eql/regex/derivative.ts'
import { keywords, signs } from '../../../src/engine/eql/syntax/token.ts'
import { run } from './query.ts'

const numRuns = 2000 * Number(process.env.PROPERTY_RUNS ?? 1)

const VALID = [
  'process where process.name : ("a*", "b?") and not length(process.name) > 3 | head 5',
  'sequence by host.id, ?user.name with maxspan=1h [any where a == 1] with runs=3 ![file where b like~ "x"] [any where true] by c until [any where d in (1, 2.5, -3)] | tail 2',
  'sample by `odd-name`.x [any where cidrMatch(source.ip, "10.0.0.0/8")] [any where x regex "[a-z]{2,}~(b)"] by y',
  'any where substring(a, -4, -1) == """raw "x" """ or between~(a, "b", "c", true) != null // end',
  'any where (a + 2 * -b) / 3 % 2 == number("0x1f", 16) or ?c == "\\u{1f600}\\n" /* c */',
]
const EVENTS: readonly JsonObject[] = [
  {
    a: 'x',
    b: 1,
    c: [1, 'two', null],
    d: 2,
    'host.id': 'h',
    process: { name: ['abc', 'b'] },
    source: { ip: '10.0.0.1' },
    event: { category: 'file' },
  },
  { a: 'y', b: 2.5, c: true, x: '', y: '😀', user: { name: 'u' }, event: { category: ['process', 'file'] } },
]

const word = fc.constantFrom(
  ...keywords,
  ...signs,
  'a',
  'b',
  '?c',
  '"x"',
  '1',
  '2.5',
  '10s',
  'length(',
  'concat(',
  'process',
  '[any where true]',
  '\n',
)
const mutated = fc
  .tuple(
    fc.constantFrom(...VALID),
    fc.array(fc.tuple(fc.nat(250), fc.nat(6), fc.oneof(word, fc.string({ unit: 'binary', maxLength: 2 }))), {
      maxLength: 4,
    }),
  )
  .map(([text, changes]) =>
    changes.reduce((now, [at, taken, put]) => now.slice(0, at) + put + now.slice(at + taken), text),
  )

/** Anything but a bug: a result, or mistakes each with a place inside the text. */
function ends(text: string): boolean {
  const result = run(text, EVENTS)
  for (const { span, severity } of result.diagnostics) {
    if (severity === 'error') expect(span).toBeDefined()
    expect(span === undefined || (span.start <= span.end && span.end <= text.length)).toBe(true)
  }
  return result.of !== 'refused'
}

describe('a query of any text ends', () => {
  it('of characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => void ends(text)),
      { numRuns },
    )
  })

  it('of words', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 25 }), (words) => void ends(words.join(' '))),
      { numRuns },
    )
  })

  it('that was one before it was changed', () => {
    let ran = 0
    fc.assert(
      fc.property(mutated, (text) => {
        if (ends(text)) ran++
      }),
      { numRuns },
    )
    expect(ran).toBeGreaterThan(numRuns / 20)
  })

  it('with the deepest nesting', () => {
    for (const [open, close] of [
      ['(', ')'],
      ['not ', ''],
      ['-', ''],
      ['length(', ')'],
      ['a in (', ')'],
      ['a == 1 and (', ')'],
    ])
      ends(`any where ${open?.repeat(5000)}1${close?.repeat(5000)}`)
    ends(`any where ${'a == 1 and '.repeat(20_000)}true`)
  })
})

it('a regular expression of any text ends, in time that grows with the value only', () => {
  const part = fc.constantFrom(
    'a',
    'b',
    '.',
    '*',
    '+',
    '?',
    '{2,5}',
    '(',
    ')',
    '|',
    '&',
    '~',
    '@',
    '#',
    '[a-c]',
    '[^',
    ']',
    '<1-99>',
    '"x"',
    '\\d',
    '\\',
    '😀',
  )
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 20 }),
      fc.boolean(),
      fc.string({ unit: fc.constantFrom('a', 'b', '1', '😀'), maxLength: 200 }),
      (parts, folds, value) => {
        const compiled = compileRegex(parts.join(''), folds)
        if ('problem' in compiled) return
        try {
          compiled.matches(value)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TooComplex)
        }
      },
    ),
    { numRuns },
  )
  const slow = compileRegex('(a*)*(a|aa)+(a{0,50}){0,50}b', false)
  expect('matches' in slow && slow.matches('a'.repeat(30_000))).toBe(false)
})
