import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMicros } from '../../../src/event/recording/told-time.ts'

const SECOND = Date.UTC(2026, 0, 1) * 1000

describe('a time of a log', () => {
  test.each([
    ['2026-01-01T00:00:00Z', SECOND],
    ['2026-01-01T00:00:00.5Z', SECOND + 500_000],
    ['2026-01-01T00:00:00.123456789Z', SECOND + 123_456],
    ['2026-01-01T01:00:00.000001+01:00', SECOND + 1],
    ['2026-01-01 00:00:00.25Z', SECOND + 250_000],
    ['2026-01-01T24:00:00Z', SECOND + 86_400e6],
    ['9999-12-31T23:59:59Z', 253_402_300_799e6],
    ['1970-01-01T00:00:00.000001Z', 1],
  ])('%s', (text, micros) => {
    expect(parseMicros(text)).toBe(micros)
    // By what is remembered of the second.
    expect(parseMicros(text)).toBe(micros)
  })

  test.each([
    '2026-01-01T00:00:00.12x4Z',
    '2026-01-01T00:00:00,5Z',
    '2026-01-01T00:00:00.5',
    '2026-01-01T24:00:00.5Z',
    '9999-12-31T23:59:59.5Z',
    '1969-12-31T23:59:59.999999Z',
    '2026-01-01T00:00:60Z',
  ])('%s is none, also after its second was read', (text) => {
    parseMicros(`${text.slice(0, 19)}Z`)
    expect(parseMicros(text)).toBeUndefined()
  })

  test('is read the same whatever was read before it', () => {
    const fraction = fc.array(fc.nat(9), { maxLength: 9 }).map((digits) => digits.join(''))
    const time = fc.tuple(fc.nat(2), fraction, fc.constantFrom('Z', '+00:00', '-01:30'))
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 8 }), (times) => {
        for (const [second, digits, zone] of times) {
          const text = `2026-01-01T00:00:0${second}${digits === '' ? '' : `.${digits}`}${zone}`
          const offset = zone === '-01:30' ? 5400e6 : 0
          const micros = Number(digits.slice(0, 6).padEnd(6, '0'))
          expect(parseMicros(text)).toBe(SECOND + second * 1e6 + offset + micros)
        }
      }),
    )
  })
})
