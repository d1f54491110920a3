/** The first and last millisecond that a time in a query means: `2026-01` is the whole month. */
export type DateRange = readonly [first: number, last: number]

const FORM =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$/

/** `strict_date_optional_time||epoch_millis`; undefined for anything else, date math among it. */
export function dateRange(text: string): DateRange | undefined {
  const found = FORM.exec(text)
  if (!found) return /^-?\d{1,16}$/.test(text) ? [Number(text), Number(text)] : undefined
  const [, year = '', month, day, hour, minute, second, fraction, zone = 'Z'] = found
  const given = [month, day, hour, minute, second].filter((part) => part !== undefined).length
  const parts = [
    Number(year),
    Number(month ?? 1),
    Number(day ?? 1),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
  ]
  const offset = offsetOf(zone)
  const first = timeOf(parts)
  if (first === undefined || offset === undefined) return undefined
  if (fraction !== undefined) {
    const exact = first + Number(fraction.padEnd(3, '0').slice(0, 3)) - offset
    return [exact, exact + (fraction.length < 3 ? 10 ** (3 - fraction.length) - 1 : 0)]
  }
  const next = parts.map((part, at) => (at === given ? part + 1 : part))
  return [first - offset, utc(next).getTime() - 1 - offset]
}

/** Undefined for a day or hour that there is not. */
function timeOf(parts: readonly number[]): number | undefined {
  const time = utc(parts)
  const read = [
    time.getUTCFullYear(),
    time.getUTCMonth() + 1,
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
    time.getUTCSeconds(),
  ]
  return read.every((part, at) => part === parts[at]) ? time.getTime() : undefined
}

/** Year, month from 1, day, hour, minute, second; what is too much runs over into the next. */
function utc([year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0]: readonly number[]): Date {
  const time = new Date(0)
  time.setUTCFullYear(year, month - 1, day)
  time.setUTCHours(hour, minute, second)
  return time
}

function offsetOf(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || 0)
  if (hours > 18 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
