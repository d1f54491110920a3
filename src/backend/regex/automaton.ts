/**
 * An automaton as Lucene puts them together: state 0 is where it begins. Without empty steps, since `concatenate` and
 * `repeat` of `Operations` copy the steps of the next beginning to what ends before it.
 */
export interface Automaton {
  /** For each state and each letter the states that follow, at `state * letters + letter`. */
  readonly next: readonly (readonly number[])[]
  /** For each state whether what was read until there matches. */
  readonly accepts: readonly boolean[]
}
