import type { JsonObject } from './field.ts'

/** Whole milliseconds since 1970, UTC; what rules compare (event contract §1). */
export type Time = number & { readonly __brand: 'Time' }

/** One event as engines take it: the JSON object and what order and identity need of it, read once. */
export interface EventRecord {
  /** Where it came from: line numbers from 1. */
  readonly line: number
  /** Null when the event has no time that can be read: it can match single rules only. */
  readonly time: Time | null
  /** `event.sequence`, else null: then the line decides ties of time. */
  readonly sequence: number | null
  /** `event.id`, else null: such events are all different. */
  readonly id: string | null
  readonly fields: JsonObject
}

/**
 * Milliseconds of an ISO 8601 time with zone (`…Z`, `…+02:00`; finer digits are cut, not rounded), or of a number of
 * epoch milliseconds. Undefined for anything else.
 */
export function parseTime(value: unknown): Time | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value) && Math.abs(value) <= 8.64e15 ? (Math.floor(value) as Time) : undefined
  if (typeof value !== 'string') return undefined
  if (PLAIN.test(value)) return plainTime(value)
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)$/i.exec(value)
  if (!match) return undefined
  const [, day, clock, fraction = '', zone = 'Z'] = match
  const iso = `${day}T${clock}.${fraction.padEnd(3, '0').slice(0, 3)}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()}`
  return timeOf(iso)
}

/** As most events have it, and `Date.parse` takes it as it stands. */
const PLAIN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d\.\d{3}Z$/
const MINUTE = 'yyyy-mm-ddThh:mm'.length

/** The minute that was read last, as text and as time: events that come one after the other mostly share it. */
let lastMinute = 'none'
let lastMinuteTime = 0

function plainTime(text: string): Time | undefined {
  if (!text.startsWith(lastMinute)) {
    const time = timeOf(`${text.slice(0, MINUTE)}:00.000Z`)
    // Hour 24 is read as well, but only with no minutes, seconds or milliseconds.
    if (time === undefined || text.startsWith('24', MINUTE - 5)) return timeOf(text)
    lastMinute = text.slice(0, MINUTE)
    lastMinuteTime = time
  }
  const seconds = 10 * digit(text, MINUTE + 1) + digit(text, MINUTE + 2)
  const thousandths = 100 * digit(text, MINUTE + 4) + 10 * digit(text, MINUTE + 5) + digit(text, MINUTE + 6)
  return (lastMinuteTime + 1000 * seconds + thousandths) as Time
}

function digit(text: string, at: number): number {
  return text.charCodeAt(at) - 0x30
}

function timeOf(iso: string): Time | undefined {
  const time = Date.parse(iso)
  return Number.isNaN(time) ? undefined : (time as Time)
}

/** RFC 3339, UTC, milliseconds. */
export function formatTime(time: Time): string {
  const minute = Math.floor(time / 60_000)
  if (minute !== formattedMinute) {
    formattedStart = new Date(minute * 60_000).toISOString().slice(0, -'00.000Z'.length)
    formattedMinute = minute
  }
  const rest = time - minute * 60_000
  const thousandths = rest % 1000
  const seconds = (rest - thousandths) / 1000
  const zeros = thousandths < 10 ? '00' : thousandths < 100 ? '0' : ''
  return `${formattedStart}${seconds < 10 ? '0' : ''}${seconds}.${zeros}${thousandths}Z`
}

/** The minute that was written last, and how times in it begin: times that come one after the other mostly share it. */
let formattedMinute = Number.NaN
let formattedStart = ''
