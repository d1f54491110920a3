/** A unit of Splunk's time modifiers and spans. */
export type Unit = 'us' | 'ms' | 'cs' | 'ds' | 's' | 'm' | 'h' | 'd' | 'w' | 'mon' | 'q' | 'y'

/** Units of one length, in seconds. */
const SECONDS: Readonly<Partial<Record<Unit, number>>> = {
  us: 1e-6,
  ms: 1e-3,
  cs: 1e-2,
  ds: 0.1,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
}

const NAMES: Readonly<Record<string, Unit>> = {
  us: 'us',
  ms: 'ms',
  cs: 'cs',
  ds: 'ds',
  s: 's',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  m: 'm',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  h: 'h',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  d: 'd',
  day: 'd',
  days: 'd',
  w: 'w',
  week: 'w',
  weeks: 'w',
  mon: 'mon',
  month: 'mon',
  months: 'mon',
  q: 'q',
  qtr: 'q',
  qtrs: 'q',
  quarter: 'q',
  quarters: 'q',
  y: 'y',
  yr: 'y',
  yrs: 'y',
  year: 'y',
  years: 'y',
}

export function unitOf(name: string): Unit | undefined {
  return Object.hasOwn(NAMES, name) ? NAMES[name] : undefined
}

/** A length of time such as `5m`; a number alone counts seconds. */
export interface TimeSpan {
  readonly count: number
  readonly unit: Unit
}

export function parseTimeSpan(text: string): TimeSpan | undefined {
  const [, count, name = ''] = /^(\d+)([a-z]*)$/i.exec(text) ?? []
  if (count === undefined) return undefined
  const unit = name === '' ? 's' : unitOf(name.toLowerCase())
  return unit === undefined ? undefined : { count: Number(count), unit }
}

/** Seconds; undefined for months, quarters and years, whose lengths differ. */
export function secondsOf({ count, unit }: TimeSpan): number | undefined {
  const seconds = SECONDS[unit]
  return seconds === undefined ? undefined : count * seconds
}

/** Adds units to a time in seconds; months and more keep the day as far as the month has it. All in UTC. */
export function addUnits(time: number, count: number, unit: Unit): number {
  const seconds = SECONDS[unit]
  if (seconds !== undefined) return time + count * seconds
  const months = count * (unit === 'mon' ? 1 : unit === 'q' ? 3 : 12)
  const whole = Math.floor(time)
  const date = new Date(whole * 1000)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, last))
  return date.getTime() / 1000 + (time - whole)
}

/** The start of the unit that a time lies in. @param weekday where weeks begin, 0 for Sunday */
export function snapTo(time: number, unit: Unit, weekday = 0): number {
  const seconds = SECONDS[unit]
  if (seconds !== undefined && unit !== 'w') {
    // Fractions of a second are counted from the second, where they are whole numbers of units.
    const base = seconds < 1 ? Math.floor(time) : 0
    const size = Math.round(1 / seconds)
    return seconds < 1 ? base + Math.floor((time - base) * size + 1e-6) / size : Math.floor(time / seconds) * seconds
  }
  const date = new Date(Math.floor(time) * 1000)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  switch (unit) {
    case 'w': {
      const back = (date.getUTCDay() - (weekday % 7) + 7) % 7
      return Date.UTC(year, month, date.getUTCDate() - back) / 1000
    }
    case 'mon':
      return Date.UTC(year, month, 1) / 1000
    case 'q':
      return Date.UTC(year, month - (month % 3), 1) / 1000
    default:
      return Date.UTC(year, 0, 1) / 1000
  }
}

/** The start of the span that a time lies in; spans begin with 1970, weeks on a Thursday then, as Splunk's do. */
export function spanStart(time: number, { count, unit }: TimeSpan): number {
  if (count < 1) return time
  if (unit === 'mon' || unit === 'q' || unit === 'y') {
    const start = snapTo(time, unit)
    const date = new Date(start * 1000)
    const months = unit === 'y' ? 12 : unit === 'q' ? 3 : 1
    const index = Math.floor(((date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()) / months)
    return Date.UTC(1970, (index - (((index % count) + count) % count)) * months, 1) / 1000
  }
  const seconds = (SECONDS[unit] ?? 1) * count
  if (seconds >= 1) return Math.floor(time / seconds) * seconds
  const base = Math.floor(time)
  return base + Math.floor((time - base) / seconds + 1e-6) * seconds
}
