import type { Span } from '../../diagnostic/source.ts'
import { folded, single, type Bound, type Failures } from './bound.ts'
import { implicitly } from './conversion.ts'
import { typeRefusal } from './refusal.ts'
import type { Arithmetic } from './tree.ts'
import type { TimeSpan } from './value.ts'

/** A time plus or minus a length of time. */
export function shiftTime(operator: Arithmetic, left: Bound, right: Bound, span: Span, failures: Failures): Bound {
  const length = right.length ?? (operator === '+' ? left.length : undefined)
  const of = right.length ? left : right
  const time = of.type === 'datetime' || of.type === 'null' ? of : implicitly(of, 'datetime')
  if ((operator !== '+' && operator !== '-') || !length || !time || (left.length && right.length))
    throw typeRefusal('a length of time can only be added to a time or taken from it', span)
  const sign = operator === '+' ? 1 : -1
  const evaluate = single([time], span, failures, (value) => shifted(value as number, length, sign))
  return folded({ type: 'datetime', span, evaluate }, [time])
}

/** Months first, the day held within the month that results; then days and less. */
export function shifted(time: number, { months, milliseconds }: TimeSpan, sign: 1 | -1): number {
  return addMonths(time, sign * months) + sign * milliseconds
}

function addMonths(time: number, months: number): number {
  if (months === 0) return time
  const date = new Date(time)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, last))
  return date.getTime()
}
