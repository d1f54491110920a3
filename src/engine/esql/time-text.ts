/** `strict_date_optional_time` of Elasticsearch: a day with as much of a time as is wanted; UTC where no zone stands. */
const DATE_TIME =
  /^(-?\d{4,9})(?:-(\d\d)(?:-(\d\d)(?:T(?:(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$/

/** Epoch milliseconds, finer digits cut; undefined when the text is no such time. */
export function parseDateTime(text: string): number | undefined {
  const match = DATE_TIME.exec(text)
  if (!match) return undefined
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone] = match
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3))
  const parts = [Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)] as const
  const date = new Date(0)
  date.setUTCFullYear(parts[0], parts[1], parts[2])
  date.setUTCHours(parts[3], parts[4], parts[5], milliseconds)
  const same = date.getUTCMonth() === parts[1] && date.getUTCDate() === parts[2] && date.getUTCHours() === parts[3]
  if (!same || parts[4] > 59 || parts[5] > 59) return undefined
  return date.getTime() - offset(zone)
}

function offset(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', ''))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}

/** RFC 3339 in UTC with milliseconds. */
export function formatDateTime(time: number): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString().replace(/^\+0*(\d{5,})/, '+$1')
}
