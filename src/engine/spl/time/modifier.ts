import { addUnits, snapTo, unitOf } from './unit.ts'

const PART = /\s*(?:([+-])(\d*)([a-z]+)|@([a-z]+)([0-7])?)\s*/iy

/**
 * Applies a time modifier such as `-1d@d`, `@w1+3h`, `now` or `1700000000` to a time; undefined for what is none. Times
 * in seconds, all in UTC: Splunk takes the time zone of the user, which nobody has here.
 */
export function relativeTime(time: number, modifier: string): number | undefined {
  const text = modifier.trim()
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  let result = time
  let at = /^now(?:\(\))?/i.exec(text)?.[0].length ?? 0
  if (text === '') return undefined
  while (at < text.length) {
    PART.lastIndex = at
    const found = PART.exec(text)
    if (!found) return undefined
    at = PART.lastIndex
    const [, sign, count = '', name = '', snap, weekday] = found
    const written = (snap ?? name).toLowerCase()
    const unit = unitOf(written)
    if (unit === undefined || (weekday !== undefined && unit !== 'w')) return undefined
    if (snap === undefined)
      result = addUnits(result, (sign === '-' ? -1 : 1) * (count === '' ? 1 : Number(count)), unit)
    else result = snapTo(result, unit, weekday === undefined ? 0 : Number(weekday))
  }
  return Number.isFinite(result) ? result : undefined
}
