import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import { any, one, pattern, text, type Pattern, type PatternPart } from '../../../src/ir/pattern.ts'
import { field, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'
import type { Rewriting } from '../../../src/mapping/log-source.ts'
import { account } from '../../../src/mapping/rewrite/account.ts'
import { hashes } from '../../../src/mapping/rewrite/hashes.ts'
import { registryData } from '../../../src/mapping/rewrite/registry-data.ts'
import { eventRule, program } from '../../backend/program.ts'

function holds(where: Predicate, event: JsonObject): boolean {
  const rule = eventRule('r', where)
  const fields = { '@timestamp': '2026-01-01T00:00:00Z', ...event }
  return evaluate(program(rule), [toRecord(fields, 1)]).alerts.length > 0
}

/** Whatever can be asked of the stored fields has the same answer as the question asked of the field itself. */
function agrees(rewriting: Rewriting, stored: (value: string) => JsonObject, value: string, of: Pattern): boolean {
  const test: ValueTest = { is: 'text', pattern: of, cased: false }
  const rewritten = rewriting.rewrite(test)
  if (rewritten === undefined) return false
  expect(holds(rewritten, stored(value))).toBe(holds(field('Value', test), { Value: value }))
  return true
}

/** Patterns made of pieces of the value itself, so that many of them match. */
function patternOver(value: string, letters: readonly string[]): fc.Arbitrary<Pattern> {
  const piece = fc
    .tuple(fc.nat(value.length), fc.nat(value.length))
    .map(([a, b]) => text(value.slice(Math.min(a, b), Math.max(a, b))))
  const part: fc.Arbitrary<PatternPart> = fc.oneof(
    { weight: 4, arbitrary: piece },
    { weight: 3, arbitrary: fc.constant(any) },
    { weight: 1, arbitrary: fc.constant(one) },
    { weight: 1, arbitrary: fc.constantFrom(...letters).map(text) },
  )
  const whole = fc.constantFrom(pattern(text(value)), pattern(any, text(value), any), pattern(any))
  return fc.oneof({ weight: 5, arbitrary: fc.array(part, { maxLength: 4 }).map((of) => pattern(...of)) }, whole)
}

const WORD = fc.constantFrom('NT AUTHORITY', 'SYSTEM', 'CORP', 'anna', 'a', 'AUTORITE NT', 'x$')

test('an account in two fields', () => {
  const of = account('domain', 'name')
  const stored = (value: string): JsonObject => {
    const [domain = '', name = ''] = value.split('\\')
    return { domain, name }
  }
  const cases = fc
    .tuple(WORD, WORD)
    .map(([domain, name]) => `${domain}\\${name}`)
    .chain((value) => fc.tuple(fc.constant(value), patternOver(value, ['\\', 'A', 'S'])))
  fc.assert(
    fc.property(cases, ([value, each]) => {
      expect(agrees(of, stored, value, each)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('hashes in a field each', () => {
  const of = hashes({ MD5: 'md5', SHA1: 'sha1', SHA256: 'sha256', IMPHASH: 'imphash' })
  const digits = (length: number): fc.Arbitrary<string> =>
    fc
      .stringMatching(/^[0-9A-F]$/)
      .chain((first) => fc.constantFrom(first.repeat(length), `${first}1A2B`.repeat(length).slice(0, length)))
  const stored = (value: string): JsonObject =>
    Object.fromEntries(
      value
        .toLowerCase()
        .split(',')
        .map((each) => each.split('='))
        .filter(([, hash]) => !/^0*$/.test(hash ?? '')),
    ) as JsonObject
  const cases = fc.tuple(digits(32), digits(64), digits(32)).chain(([md5, sha256, imphash]) => {
    const value = `MD5=${md5},SHA256=${sha256},IMPHASH=${imphash}`
    const asked = fc.constantFrom(
      `MD5=${md5}`,
      `IMPHASH=${imphash.slice(0, 9)}`,
      `SHA256=${md5}`,
      sha256.slice(3, 30),
      md5,
    )
    return fc.tuple(
      fc.constant(value),
      asked.map((each) => pattern(any, text(each), any)),
    )
  })
  let answered = 0
  fc.assert(
    fc.property(cases, ([value, each]) => {
      if (agrees(of, stored, value, each)) answered++
    }),
    { numRuns: 300 },
  )
  expect(answered).toBeGreaterThan(200)
})

test('data of the registry, numbers in decimal', () => {
  const of = registryData('strings', 'type')
  const stored = (value: string): JsonObject => {
    const number = /^DWORD \(0x([0-9a-f]{8})\)$/i.exec(value)?.[1]
    return number === undefined
      ? { strings: value, type: 'REG_SZ' }
      : { strings: String(parseInt(number, 16)), type: 'SZ_DWORD' }
  }
  const VALUES = [
    'DWORD (0x00000001)',
    'DWORD (0x0000002a)',
    'C:\\Temp\\a.exe',
    '1',
    '42',
    'Binary Data',
    'the DWORD (0x00000001)',
  ]
  const cases = fc
    .constantFrom(...VALUES)
    .chain((value) => fc.tuple(fc.constantFrom(...VALUES), patternOver(value, ['1', 'x'])))
  let answered = 0
  fc.assert(
    fc.property(cases, ([value, each]) => {
      if (agrees(of, stored, value, each)) answered++
    }),
    { numRuns: 1000 },
  )
  expect(answered).toBeGreaterThan(200)
})
