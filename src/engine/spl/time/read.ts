import { MONTHS } from './format.ts'

interface Parts {
  year?: number
  month?: number
  day?: number
  dayOfYear?: number
  hour?: number
  twelve?: number
  afternoon?: boolean
  minute?: number
  second?: number
  fraction?: number
  /** Seconds east of UTC. */
  zone?: number
  epoch?: number
}

type Taker = (text: string, parts: Parts) => number

/**
 * `strptime`: seconds since 1970; null when the text does not have the form. Zones are read as numbers, `Z`, `UTC` and
 * `GMT`; without one the time is UTC. Without a date there is no time.
 */
export function readTime(text: string, format: string): number | null {
  const parts: Parts = {}
  let at = 0
  for (const [token] of format.matchAll(/%(?:[1-9][NQ]|:{0,2}z|[\s\S])|\s+|[^%]/g)) {
    const rest = text.slice(at)
    const length = token.startsWith('%') && token !== '%%' ? take(token, rest, parts) : literal(token, rest)
    if (length < 0) return null
    at += length
  }
  return timeOf(parts)
}

function literal(token: string, rest: string): number {
  if (/^\s+$/.test(token)) return /^\s*/.exec(rest)?.[0].length ?? 0
  const written = token === '%%' ? '%' : token
  return rest.startsWith(written) ? written.length : -1
}

function take(token: string, rest: string, parts: Parts): number {
  const letter = token.at(-1) ?? ''
  if (token.length > 2 && letter !== 'z') return fraction(rest, parts, Number(token[1]))
  const taker = TAKERS[letter]
  return taker ? taker(rest, parts) : -1
}

function number(least: number, most: number, set: (value: number, parts: Parts) => void): Taker {
  const form = new RegExp(`^\\s*\\d{1,${String(most).length}}`)
  return (text, parts) => {
    const found = form.exec(text)?.[0]
    if (found === undefined) return -1
    const value = Number(found)
    if (value < least || value > most) return -1
    set(value, parts)
    return found.length
  }
}

function form(format: string): Taker {
  return (text, parts) => {
    let at = 0
    for (const [token] of format.matchAll(/%.|[^%]/g)) {
      const rest = text.slice(at)
      const length = token.startsWith('%') ? take(token, rest, parts) : literal(token, rest)
      if (length < 0) return -1
      at += length
    }
    return at
  }
}

function month(text: string, parts: Parts): number {
  const at = MONTHS.findIndex((name) => text.toLowerCase().startsWith(name.slice(0, 3).toLowerCase()))
  if (at < 0) return -1
  parts.month = at
  const whole = MONTHS[at] ?? ''
  return text.toLowerCase().startsWith(whole.toLowerCase()) ? whole.length : 3
}

function weekday(text: string): number {
  return /^(?:sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)(?:day)?/i.exec(text)?.[0].length ?? -1
}

function fraction(text: string, parts: Parts, digits: number): number {
  const found = new RegExp(`^\\d{1,${digits}}`).exec(text)?.[0]
  if (found === undefined) return -1
  parts.fraction = Number(`0.${found}`)
  return found.length
}

function zone(text: string, parts: Parts): number {
  const [found, sign, hours, minutes = '0'] = /^(?:Z|UTC|GMT|([+-])(\d\d):?(\d\d)?)/i.exec(text) ?? []
  if (found === undefined) return -1
  parts.zone = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60)
  return found.length
}

const TAKERS: Readonly<Record<string, Taker>> = {
  a: weekday,
  A: weekday,
  b: month,
  B: month,
  h: month,
  d: number(1, 31, (value, parts) => (parts.day = value)),
  e: number(1, 31, (value, parts) => (parts.day = value)),
  m: number(1, 12, (value, parts) => (parts.month = value - 1)),
  Y: number(0, 9999, (value, parts) => (parts.year = value)),
  y: number(0, 99, (value, parts) => (parts.year = value < 69 ? 2000 + value : 1900 + value)),
  j: number(1, 366, (value, parts) => (parts.dayOfYear = value)),
  H: number(0, 24, (value, parts) => (parts.hour = value)),
  k: number(0, 24, (value, parts) => (parts.hour = value)),
  I: number(1, 12, (value, parts) => (parts.twelve = value)),
  l: number(1, 12, (value, parts) => (parts.twelve = value)),
  M: number(0, 59, (value, parts) => (parts.minute = value)),
  S: number(0, 60, (value, parts) => (parts.second = value)),
  N: (text, parts) => fraction(text, parts, 9),
  Q: (text, parts) => fraction(text, parts, 3),
  p: (text, parts) => {
    const found = /^(?:am|pm)/i.exec(text)?.[0]
    if (found === undefined) return -1
    parts.afternoon = found.toLowerCase() === 'pm'
    return 2
  },
  s: (text, parts) => {
    const found = /^\d+(?:\.\d+)?/.exec(text)?.[0]
    if (found === undefined) return -1
    parts.epoch = Number(found)
    return found.length
  },
  z: zone,
  Z: zone,
  F: form('%Y-%m-%d'),
  T: form('%H:%M:%S'),
  X: form('%H:%M:%S'),
  D: form('%m/%d/%y'),
  x: form('%m/%d/%y'),
  c: form('%a %b %d %H:%M:%S %Y'),
  n: (text) => /^\s*/.exec(text)?.[0].length ?? 0,
  t: (text) => /^\s*/.exec(text)?.[0].length ?? 0,
}

function timeOf(parts: Parts): number | null {
  const { epoch, year, month = 0, day = 1, dayOfYear, fraction: part = 0 } = parts
  if (epoch !== undefined) return epoch + part
  if (year === undefined) return null
  let hour = parts.hour ?? 0
  if (parts.twelve !== undefined) hour = (parts.twelve % 12) + (parts.afternoon === true ? 12 : 0)
  const days = dayOfYear === undefined ? [month, day] : [0, dayOfYear]
  const time = Date.UTC(year, days[0] ?? 0, days[1], hour, parts.minute ?? 0, parts.second ?? 0) / 1000
  if (dayOfYear === undefined && new Date(Date.UTC(year, month, day)).getUTCDate() !== day) return null
  return time - (parts.zone ?? 0) + part
}
