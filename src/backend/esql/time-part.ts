import type { TimePart, ValueTest } from '../../ir/predicate.ts'
import { comparison, no, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { column, number } from './literal.ts'
import type { TestedField } from './tested-field.ts'

/** Names of java.time.temporal.ChronoField, which DATE_EXTRACT takes; the time zone is UTC unless a request sets one. */
const CHRONO: Readonly<Record<Exclude<TimePart, 'week'>, string>> = {
  minute: 'minute_of_hour',
  hour: 'hour_of_day',
  day: 'day_of_month',
  month: 'month_of_year',
  year: 'year',
}

const DAY = 86_400_000

/** A part of a time in UTC. ChronoField has no ISO week: it is that of the Thursday of the same week. */
export function emitTimePart(
  field: TestedField,
  test: Extract<ValueTest, { is: 'time-part' }>,
  emission: Emission,
): Condition {
  if ((field.info.type !== 'date' && !field.info.assumed) || field.info.multi) {
    emission.refuse(`the ${test.part} of "${field.name}", which is not stored as one time`, field.span)
    return no
  }
  const name = field.info.assumed ? `TO_DATETIME(${column(field.name)})` : column(field.name)
  if (test.part !== 'week') return comparison(`DATE_EXTRACT("${CHRONO[test.part]}", ${name}) == ${number(test.value)}`)
  const thursday = `TO_DATETIME(TO_LONG(${name}) + (4 - DATE_EXTRACT("day_of_week", ${name})) * ${DAY})`
  return comparison(`(DATE_EXTRACT("day_of_year", ${thursday}) - 1) / 7 + 1 == ${number(test.value)}`)
}
