/**
 * Time, sequence and id of an event in one text, so that MIN, MAX and VALUES carry all three, and texts sort as the
 * events do: by time in whole milliseconds, then by `event.sequence` (semantics §1). Both numbers are raised by a power
 * of ten that gives every one of them the same number of digits, times before 1970 included.
 *
 * The index stores `@timestamp` as `date`, which cuts it to milliseconds.
 */
const TIME_OFFSET = '20000000000000000'
const TIME_DIGITS = 17
const SEQUENCE_OFFSET = '1000000000000000000'
const ORDER_DIGITS = TIME_DIGITS + 19

/** The fields it is made from. */
export const packedFields = ['@timestamp', 'event.sequence', 'event.id'] as const

export const packedEvent =
  `CONCAT(TO_STRING(TO_LONG(@timestamp) + ${TIME_OFFSET}), ` +
  `TO_STRING(COALESCE(event.sequence, 0) + ${SEQUENCE_OFFSET}), event.id)`

/** Time and sequence: equal for two events that neither puts before the other. */
export function orderOf(packed: string): string {
  return `SUBSTRING(${packed}, 1, ${ORDER_DIGITS})`
}

/** Milliseconds, to be compared with one another only. */
export function timeOf(packed: string): string {
  return `TO_LONG(SUBSTRING(${packed}, 1, ${TIME_DIGITS}))`
}

export function idOf(packed: string): string {
  return `SUBSTRING(${packed}, ${ORDER_DIGITS + 1})`
}

export function dateOf(packed: string): string {
  return `TO_DATETIME(${timeOf(packed)} - ${TIME_OFFSET})`
}
