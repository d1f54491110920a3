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

const packedOrder = `TO_STRING(TO_LONG(@timestamp) + ${TIME_OFFSET}), TO_STRING(COALESCE(event.sequence, 0) + ${SEQUENCE_OFFSET})`

export const packedEvent = `CONCAT(${packedOrder}, event.id)`

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

/**
 * The same with the life of the host between order and id: digests of host and boot, and the clock epoch. A chain never
 * spans two boots or clock epochs of one host (event contract §1); an event that does not say which contradicts none.
 */
export const packedWithLife =
  `CONCAT(${packedOrder}, MD5(COALESCE(host.id, "")), COALESCE(MD5(host.boot.id), "${'-'.repeat(32)}"), ` +
  `COALESCE(TO_STRING(detpack.clock.epoch + ${SEQUENCE_OFFSET}), "${'-'.repeat(19)}"), event.id)`

/** The fields that a life is made from. */
export const lifeFields = ['host.id', 'host.boot.id', 'detpack.clock.epoch'] as const

const HOST = { at: ORDER_DIGITS + 1, length: 32 }
const BOOT = { at: HOST.at + HOST.length, length: 32 }
const EPOCH = { at: BOOT.at + BOOT.length, length: 19 }

/** Whether two events, packed with their lives, may stand in one chain. */
export function sameLife(one: string, two: string): string {
  const part = (of: string, { at, length }: typeof HOST): string => `SUBSTRING(${of}, ${at}, ${length})`
  const agree = (of: typeof HOST): string => {
    const unknown = `"${'-'.repeat(of.length)}"`
    return `(${part(one, of)} == ${part(two, of)} OR ${part(one, of)} == ${unknown} OR ${part(two, of)} == ${unknown})`
  }
  return `(${part(one, HOST)} != ${part(two, HOST)} OR (${agree(BOOT)} AND ${agree(EPOCH)}))`
}

/** A packed event without the life that was packed in it. */
export function withoutLife(packed: string): string {
  return `CONCAT(${orderOf(packed)}, SUBSTRING(${packed}, ${EPOCH.at + EPOCH.length}))`
}
