import type { Time } from '../../event/record.ts'
import type { TimePart } from '../../ir/predicate.ts'

const DAY = 86_400_000

/** A part of a time, in UTC: minute 0–59, hour 0–23, day of the month 1–31, ISO 8601 week 1–53, month 1–12, year. */
export function timePart(time: Time, part: TimePart): number {
  const date = new Date(time)
  switch (part) {
    case 'minute':
      return date.getUTCMinutes()
    case 'hour':
      return date.getUTCHours()
    case 'day':
      return date.getUTCDate()
    case 'week':
      return isoWeek(date)
    case 'month':
      return date.getUTCMonth() + 1
    case 'year':
      return date.getUTCFullYear()
  }
}

/** The week belongs to the year that holds its Thursday; week 1 is the one with the year's first Thursday. */
function isoWeek(date: Date): number {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * DAY)
  const first = new Date(0)
  first.setUTCFullYear(thursday.getUTCFullYear(), 0, 1)
  return Math.floor((thursday.getTime() - first.getTime()) / DAY / 7) + 1
}
