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
  if (!text.startsWith(knownSecond)) return readMicros(text)
  const fraction = fractionBeforeZ(text)
  return fraction === undefined ? readMicros(text) : knownMicros + fraction
}

const SECOND = 'yyyy-mm-ddThh:mm:ss'.length
/** The second that was read last, in UTC: times that come one after the other mostly share it. */
let knownSecond = 'none'
let knownMicros = 0

function readMicros(text: string): number | undefined {
  const dot = text.charCodeAt(SECOND) === DOT
  const digits = dot ? (/^\d{1,9}/.exec(text.slice(SECOND + 1, SECOND + 10))?.[0] ?? '') : ''
  const zone = text.slice(dot ? SECOND + 1 + digits.length : SECOND)
  const millis = parseTime(`${text.slice(0, SECOND)}.${digits.slice(0, 3).padEnd(3, '0')}${zone}`)
  if (millis === undefined) return undefined
  const fraction = Number(digits.slice(0, 6).padEnd(6, '0'))
  const micros = millis * 1000 + (fraction % 1000)
  if (micros < 0 || micros > LATEST) return undefined
  // At 24 o'clock a day has no fractions of a second, and behind the latest second there is nothing.
  if (zone === 'Z' && text.slice(11, 13) !== '24' && micros - fraction < LATEST) {
    knownSecond = text.slice(0, SECOND)
    knownMicros = micros - fraction
  }
  return micros
}

const DOT = 0x2e
const ZERO = 0x30

/** Microseconds of `.123456789Z` behind the second; undefined where something else stands there. */
function fractionBeforeZ(text: string): number | undefined {
  const end = text.length - 1
  if (text.charCodeAt(end) !== 0x5a) return undefined
  if (end === SECOND) return 0
  if (text.charCodeAt(SECOND) !== DOT || end > SECOND + 10) return undefined
  let micros = 0
  let unit = 100_000
  for (let at = SECOND + 1; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) return undefined
    if (unit < 1) continue
    micros += digit * unit
    unit /= 10
  }
  return micros
}
