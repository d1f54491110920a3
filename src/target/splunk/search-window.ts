import type { Json, JsonObject } from '../../event/field.ts'
import { valueOf } from '../difference.ts'

const MINUTE = 60_000

/** By how many minutes two runs of a saved search overlap; NaN for a schedule of a form that detpack does not write. */
export function overlapOf(content: JsonObject): number {
  return minutesOf(content) - periodOf(valueOf(content, 'cron_schedule'))
}

/** How much event time one run looks at, ms; NaN as above. */
export function windowOf(content: JsonObject): number {
  return minutesOf(content) * MINUTE
}

/** For how long what was told once is not told again, ms; 0 where nothing is held back, NaN as above. */
export function suppressionOf(content: JsonObject): number {
  if (valueOf(content, 'alert.suppress') !== '1') return 0
  const value = valueOf(content, 'alert.suppress.period')
  const found = typeof value === 'string' ? /^(\d{1,9})([smhd])$/.exec(value) : null
  if (found === null) return NaN
  return Number(found[1]) * ({ s: 1000, m: MINUTE, h: 60 * MINUTE, d: 1440 * MINUTE }[found[2] ?? ''] ?? NaN)
}

function minutesOf(content: JsonObject): number {
  return minutesBack(valueOf(content, 'dispatch.earliest_time')) - minutesBack(valueOf(content, 'dispatch.latest_time'))
}

function minutesBack(value: Json | undefined): number {
  const found = typeof value === 'string' ? /^-(\d{1,7})([mh])(?:@m)?$/.exec(value) : null
  if (found === null) return value === 'now' ? 0 : NaN
  return Number(found[1]) * (found[2] === 'h' ? 60 : 1)
}

function periodOf(value: Json | undefined): number {
  const cron = typeof value === 'string' ? value : ''
  if (cron === '* * * * *') return 1
  const minutes = /^\*\/(\d{1,2}) \* \* \* \*$/.exec(cron)?.[1]
  if (minutes !== undefined) return Number(minutes)
  const hours = /^\d{1,2} \*\/(\d{1,2}) \* \* \*$/.exec(cron)?.[1]
  if (hours !== undefined) return Number(hours) * 60
  return /^\d{1,2} \* \* \* \*$/.test(cron) ? 60 : /^\d{1,2} \d{1,2} \* \* \*$/.test(cron) ? 1440 : NaN
}
