import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { renderYaml } from '../../src/diagnostic/yaml-text.ts'

/** Texts with characters that steer a terminal, or turn what is behind them around. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('\u009b31m', '\u202e', '\u2028', '\u001b[2J', "'", '"', '\\', '#', '\n'),
    ),
  )
  .map((parts) => parts.join(''))
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      text.filter((key) => key !== '__proto__' && key !== '<<'),
      tie('value'),
      { maxKeys: 3 },
    ),
  ),
}))

it('says what it was given, in characters that are seen', () => {
  fc.assert(
    fc.property(value, (given) => {
      const yaml = renderYaml({ given })
      expect(yaml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/)
      expect(parse(yaml, { maxAliasCount: 0 })).toEqual({ given })
    }),
    { numRuns: 2000 * Number(process.env.PROPERTY_RUNS ?? 1) },
  )
})
