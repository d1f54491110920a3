import { formatTime, type Time } from '../event/record.ts'
import { DAY, formatDay, parseDay } from './day.ts'

/** A stretch of time that is reviewed and reported as one, UTC. */
export interface Period {
  /** As written: it is the name of files and of entries in the log. */
  readonly name: string
  readonly from: Time
  /** The first moment after it. */
  readonly to: Time
}

/**
 * Reads `2026`, `2026-Q4`, `2026-11`, `2026-W48` (ISO 8601: weeks begin on Monday, the first holds the year's first
 * Thursday) or `2026-11-29`. Undefined for anything else, such as a fifth quarter.
 */
export function parsePeriod(written: string): Period | undefined {
  const match = /^(\d{4})(?:-(?:Q([1-4])|W(\d\d)|(\d\d)(?:-(\d\d))?))?$/.exec(written)
  if (match === null) return undefined
  const [, digits = '', quarter, week, month, day] = match
  const year = Number(digits)
  if (week !== undefined) return weekOf(written, year, Number(week))
  if (day !== undefined) {
    const from = parseDay(written)
    return from === undefined ? undefined : { name: written, from, to: (from + DAY) as Time }
  }
  const first = quarter !== undefined ? 3 * (Number(quarter) - 1) : month !== undefined ? Number(month) - 1 : 0
  if (first < 0 || first > 11) return undefined
  const months = quarter !== undefined ? 3 : month !== undefined ? 1 : 12
  return { name: written, from: start(year, first), to: start(year, first + months) }
}

function weekOf(name: string, year: number, week: number): Period | undefined {
  const fourth = start(year, 0) + 3 * DAY
  const from = (fourth - weekday(fourth) * DAY + (week - 1) * 7 * DAY) as Time
  // The Thursday decides which year a week is of.
  const thursday = new Date(from + 3 * DAY).getUTCFullYear()
  return week >= 1 && thursday === year ? { name, from, to: (from + 7 * DAY) as Time } : undefined
}

/** 0 on Mondays. */
function weekday(time: number): number {
  return (new Date(time).getUTCDay() + 6) % 7
}

function start(year: number, month: number): Time {
  return Date.UTC(year, month, 1) as Time
}

/** Whether a time lies in the period. */
export function isWithin(time: Time | null, { from, to }: Period): boolean {
  return time !== null && time >= from && time < to
}

/** The days of a period, `YYYY-MM-DD`. */
export function daysOf({ from, to }: Period): readonly string[] {
  return Array.from({ length: Math.round((to - from) / DAY) }, (_, i) => formatDay((from + i * DAY) as Time))
}

/** `2026-10-01T00:00:00.000Z/2027-01-01T00:00:00.000Z`, an interval of ISO 8601. */
export function intervalOf({ from, to }: Period): string {
  return `${formatTime(from)}/${formatTime(to)}`
}
