import type { Emission } from './emission.ts'
import { column } from './literal.ts'

/**
 * An item is what a correlation works on, an event or the alert of another correlation. In a query it is one text: time,
 * sequence and id, so that MIN, MAX, VALUES and MV_SORT carry all three, and texts sort as the items do: by time in whole
 * milliseconds, then by `event.sequence` (semantics §1), then by id. Both numbers are raised by a power of ten that gives
 * every one of them the same number of digits, times before 1970 included.
 *
 * The index stores `@timestamp` as `date`, which cuts it to milliseconds.
 */
const TIME_OFFSET = '20000000000000000'
const TIME_DIGITS = 17
const SEQUENCE_OFFSET = '1000000000000000000'
export const ORDER_DIGITS = TIME_DIGITS + 19

/**
 * The item of an event. Where the mapping does not know `event.id` or `event.sequence`, the document's id stands for the
 * first and nothing for the second; both are approximations.
 */
export function eventItem(emission: Emission): { readonly text: string; readonly needsDocumentId: boolean } {
  const known = (name: string): boolean => emission.context.mapping.field(name) !== undefined
  const { span } = emission.rule
  const time = emission.field('@timestamp', undefined).assumed ? 'TO_DATETIME(@timestamp)' : '@timestamp'
  if (!known('event.sequence'))
    emission.approximate(
      { node: 'order', why: 'the mapping does not know event.sequence, so events of one millisecond have no order' },
      span,
    )
  const documentId = !known('event.id')
  if (documentId)
    emission.approximate(
      { node: 'identity', why: 'the mapping does not know event.id: documents are told apart by their _id' },
      span,
    )
  const sequence = known('event.sequence') ? `COALESCE(event.sequence, 0) + ${SEQUENCE_OFFSET}` : SEQUENCE_OFFSET
  const order = `TO_STRING(TO_LONG(${time}) + ${TIME_OFFSET}), TO_STRING(${sequence})`
  return { text: `CONCAT(${order}, ${documentId ? '_id' : 'event.id'})`, needsDocumentId: documentId }
}

/** Time and sequence: equal for two items that neither puts before the other. */
export function orderOf(item: string): string {
  return `SUBSTRING(${item}, 1, ${ORDER_DIGITS})`
}

/** Milliseconds, to be compared with one another only. */
export function timeOf(item: string): string {
  return `TO_LONG(SUBSTRING(${item}, 1, ${TIME_DIGITS}))`
}

/** Now, as `timeOf` counts. */
export const NOW = `TO_LONG(NOW()) + ${TIME_OFFSET}`

export function idOf(item: string): string {
  return `SUBSTRING(${item}, ${ORDER_DIGITS + 1})`
}

export function dateOf(item: string): string {
  return `TO_DATETIME(${timeOf(item)} - ${TIME_OFFSET})`
}

const UNKNOWN_BOOT = '-'.repeat(32)
const UNKNOWN_EPOCH = '-'.repeat(19)
export const LIFE_LENGTH = 32 + UNKNOWN_BOOT.length + UNKNOWN_EPOCH.length

/**
 * The life of the host that an item is of: digests of host and boot, and the clock epoch, `LIFE_LENGTH` characters. A
 * chain never spans two boots or clock epochs of one host (event contract §1); an event that does not say which
 * contradicts none. Undefined where no event can say.
 */
export function eventLife(emission: Emission): string | undefined {
  const stored = (name: string): string | undefined =>
    emission.context.mapping.field(name) === undefined ? undefined : column(name)
  const [host, boot, epoch] = ['host.id', 'host.boot.id', 'detpack.clock.epoch'].map(stored)
  if (boot === undefined && epoch === undefined) return undefined
  return lifeOf(host, boot, epoch === undefined ? undefined : `${epoch} + ${SEQUENCE_OFFSET}`)
}

/** The life of an alert, as far as the group says it. */
export function alertLife(keyOf: (name: string) => string | undefined): string {
  return lifeOf(
    keyOf('host.id'),
    keyOf('host.boot.id'),
    `TO_LONG(${keyOf('detpack.clock.epoch') ?? 'null'}) + ${SEQUENCE_OFFSET}`,
  )
}

function lifeOf(host: string | undefined, boot: string | undefined, epoch: string | undefined): string {
  const parts = [
    `MD5(${host === undefined ? '""' : `COALESCE(${host}, "")`})`,
    boot === undefined ? `"${UNKNOWN_BOOT}"` : `COALESCE(MD5(${boot}), "${UNKNOWN_BOOT}")`,
    epoch === undefined ? `"${UNKNOWN_EPOCH}"` : `COALESCE(TO_STRING(${epoch}), "${UNKNOWN_EPOCH}")`,
  ]
  return `CONCAT(${parts.join(', ')})`
}

/** Whether two items may stand in one chain, given texts that have their lives from these places on. */
export function sameLife(one: string, two: string, oneAt: number, twoAt = oneAt): string {
  const part = (of: string, at: number, length: number): string => `SUBSTRING(${of}, ${at}, ${length})`
  const parts = (offset: number, length: number): readonly [string, string] => [
    part(one, oneAt + offset, length),
    part(two, twoAt + offset, length),
  ]
  const agree = ([a, b]: readonly [string, string], unknown: string): string =>
    `(${a} == ${b} OR ${a} == "${unknown}" OR ${b} == "${unknown}")`
  const [host, otherHost] = parts(0, 32)
  const boots = agree(parts(32, UNKNOWN_BOOT.length), UNKNOWN_BOOT)
  const epochs = agree(parts(32 + UNKNOWN_BOOT.length, UNKNOWN_EPOCH.length), UNKNOWN_EPOCH)
  return `(${host} != ${otherHost} OR (${boots} AND ${epochs}))`
}
