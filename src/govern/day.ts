import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { MapReader } from '../diagnostic/map-reader.ts'
import { formatTime, parseTime, type Time } from '../event/record.ts'

/** Milliseconds of a day. */
export const DAY = 86_400_000

/** The start of a day written `YYYY-MM-DD`, UTC; undefined for anything else, such as a day that no month has. */
export function parseDay(written: string): Time | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(written)) return undefined
  const time = parseTime(`${written}T00:00:00.000Z`)
  return time !== undefined && formatDay(time) === written ? time : undefined
}

/** `YYYY-MM-DD`, UTC. */
export function formatDay(time: Time): string {
  return formatTime(time).slice(0, 10)
}

/** The day that a key holds, or undefined and a `govern/wrong-type`. */
export function decodeDay(reader: MapReader, key: string, diagnostics: Diagnostic[]): Time | undefined {
  const written = reader.text(key)
  const day = written === undefined ? undefined : parseDay(written)
  if (written !== undefined && day === undefined)
    diagnostics.push(error('govern/wrong-type', `"${key}" must be a day such as 2026-12-31`, reader.node(key)?.span))
  return day
}
