import type { TimeSpan } from './value.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Parts of a time in UTC. */
export const CHRONO_FIELDS: ReadonlyMap<string, (date: Date) => number> = new Map<string, (date: Date) => number>([
  ['milli_of_second', (date) => date.getUTCMilliseconds()],
  ['second_of_minute', (date) => date.getUTCSeconds()],
  ['minute_of_hour', (date) => date.getUTCMinutes()],
  ['hour_of_day', (date) => date.getUTCHours()],
  ['hour_of_ampm', (date) => date.getUTCHours() % 12],
  ['ampm_of_day', (date) => Number(date.getUTCHours() >= 12)],
  ['minute_of_day', (date) => date.getUTCHours() * 60 + date.getUTCMinutes()],
  ['second_of_day', (date) => Math.floor(intoDay(date) / SECOND)],
  ['milli_of_day', intoDay],
  ['day_of_week', (date) => date.getUTCDay() || 7],
  ['day_of_month', (date) => date.getUTCDate()],
  ['day_of_year', (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY) + 1],
  ['epoch_day', (date) => Math.floor(date.getTime() / DAY)],
  ['month_of_year', (date) => date.getUTCMonth() + 1],
  ['year', (date) => date.getUTCFullYear()],
])

function intoDay(date: Date): number {
  return ((date.getTime() % DAY) + DAY) % DAY
}

/** Units that DATE_DIFF counts, by all their names. */
export const UNIT_LENGTHS: ReadonlyMap<string, TimeSpan> = new Map(
  [
    { names: 'millisecond milliseconds ms', months: 0, milliseconds: 1 },
    { names: 'second seconds ss s', months: 0, milliseconds: SECOND },
    { names: 'minute minutes mi n', months: 0, milliseconds: MINUTE },
    { names: 'hour hours hh', months: 0, milliseconds: HOUR },
    { names: 'day days dd d', months: 0, milliseconds: DAY },
    { names: 'week weeks wk ww', months: 0, milliseconds: 7 * DAY },
    { names: 'month months mm m', months: 1, milliseconds: 0 },
    { names: 'quarter quarters qq q', months: 3, milliseconds: 0 },
    { names: 'year years yyyy yy', months: 12, milliseconds: 0 },
  ].flatMap(({ names, ...length }) => names.split(' ').map((name) => [name, length] as const)),
)

/** How many whole units lie between, negative when the end is before the start. */
export function countUnits({ months, milliseconds }: TimeSpan, start: number, end: number): number {
  if (months === 0) return Math.trunc((end - start) / milliseconds)
  const [from, to] = [new Date(start), new Date(end)]
  const apart = monthsOf(to) - monthsOf(from)
  // Into its month, a day has come when its time has.
  const intoMonth = (date: Date): number => date.getTime() - Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
  const early = intoMonth(to) - intoMonth(from)
  const whole = apart > 0 && early < 0 ? apart - 1 : apart < 0 && early > 0 ? apart + 1 : apart
  return Math.trunc(whole / months)
}

function monthsOf(date: Date): number {
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/** The start of the unit in which a time lies: of months by the calendar from year 1 on, of one week from Monday, else by the epoch. */
export function truncated(time: number, { months, milliseconds }: TimeSpan): number {
  if (months > 0) {
    const date = new Date(time)
    const all = monthsOf(date) - 12
    const start = new Date(0)
    start.setUTCFullYear(1, Math.floor(all / months) * months, 1)
    return start.getTime()
  }
  const origin = milliseconds === 7 * DAY ? -3 * DAY : 0
  return Math.floor((time - origin) / milliseconds) * milliseconds + origin
}
