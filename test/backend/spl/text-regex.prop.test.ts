import fc from 'fast-check'
import type { RE2JS } from 're2js'
import { expect, test } from 'vitest'
import { textRegex } from '../../../src/backend/spl/text-regex.ts'
import { any, one, pattern, text, type Pattern } from '../../../src/ir/pattern.ts'
import { compileRegex } from '../../../src/engine/spl/regex.ts'

// Few letters, so that stretches between wildcards occur more than once.
const alphabet = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'B') },
  { weight: 1, arbitrary: fc.constantFrom('.', '\\', '$', '\n', 'é', 'É', '"') },
)
const patterns = fc
  .array(
    fc.oneof({ weight: 3, arbitrary: fc.constant(any) }, fc.constant(one), {
      weight: 3,
      arbitrary: alphabet.map(text),
    }),
    { maxLength: 7 },
  )
  .map((parts) => pattern(...parts))

/** By trying every way; the order of tries does not matter. */
function matches(parts: Pattern, value: string, cased: boolean): boolean {
  const fold = (from: string) => (cased ? from : from.toLowerCase())
  const [first, ...rest] = parts
  if (!first) return value === ''
  if (first.kind === 'text') {
    const head = value.slice(0, first.text.length)
    return fold(head) === fold(first.text) && matches(rest, value.slice(first.text.length), cased)
  }
  if (first.kind === 'one') return value !== '' && matches(rest, value.slice(1), cased)
  for (let at = 0; at <= value.length; at++) if (matches(rest, value.slice(at), cased)) return true
  return false
}

test('a pattern becomes an expression that is true of the same values', () => {
  let found = 0
  fc.assert(
    fc.property(patterns, fc.string({ unit: alphabet, maxLength: 7 }), fc.boolean(), (parts, value, cased) => {
      const expected = matches(parts, value, cased)
      if (expected) found++
      expect(pcre(textRegex(parts, cased)).test(value)).toBe(expected)
    }),
    { numRuns: 5000 },
  )
  expect(found).toBeGreaterThan(50)
})

function pcre(source: string): RE2JS {
  const regex = compileRegex(source)
  if ('run' in regex) return regex.run
  throw new Error(regex.problem)
}
