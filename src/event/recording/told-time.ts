import { parseTime } from '../record.ts'

/** The latest time that RFC 3339 can say, microseconds. */
const LATEST = 253_402_300_799_000_000

/**
 * Whole microseconds of a time as logs write it: RFC 3339, or seconds, milliseconds, microseconds or nanoseconds since
 * 1970, told apart by their size.
 */
export function anyMicros(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^\d{9,19}(?:\.\d{1,9})?$/.test(value)) return parseMicros(value)
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number !== 'number' || !(number >= 0)) return undefined
  const scale = number < 1e11 ? 1e6 : number < 1e14 ? 1e3 : number < 1e17 ? 1 : 1e-3
  const micros = Math.floor(number * scale)
  return micros <= LATEST ? micros : undefined
}

/** Whole microseconds of an RFC 3339 time, finer digits cut; undefined for what is none, or before 1970. */
export function parseMicros(text: string | undefined): number | undefined {
  if (text === undefined || text.length < 20 || text.length > 40) return undefined
  const dot = text.charCodeAt(19) === 0x2e
  const digits = dot ? (/^\d{1,9}/.exec(text.slice(20, 29))?.[0] ?? '') : ''
  const zone = text.slice(dot ? 20 + digits.length : 19)
  const millis = parseTime(`${text.slice(0, 19)}.${digits.slice(0, 3).padEnd(3, '0')}${zone}`)
  if (millis === undefined) return undefined
  const micros = millis * 1000 + Number(digits.slice(3, 6).padEnd(3, '0'))
  return micros >= 0 && micros <= LATEST ? micros : undefined
}
