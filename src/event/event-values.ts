import type { Scalar } from './field.ts'

/**
 * The values of one event in the fields that somebody wants, by the place of each field among those. Whoever gives them
 * fills the same object anew for each event.
 */
export interface EventValues {
  /** How many there are. */
  readonly count: number
  /** The field of each; -1 for those in no wanted field, which are there only when every value is wanted. */
  readonly fields: ArrayLike<number>
  valueOf(value: number): Scalar
  /** Its `exactText`, to be used now: it may hold on to the text of many events in memory. */
  textOf(value: number): string
  /** The same by itself in memory, and mostly the same object for texts that come soon after one another. */
  ownTextOf(value: number): string
  /** The first value of a field, -1 when it has none. */
  firstOf(field: number): number
  /** The next value of the same field, -1 behind the last. */
  nextOf(value: number): number
  /** The field is there, with whatever value. */
  isStated(field: number): boolean
  /** The field is there with something but null and empty lists. */
  isPresent(field: number): boolean
}
