import type { Row } from './row.ts'
import type { Run } from './run.ts'

/** The commands of a search or subsearch, ready to be run. */
export interface Pipeline {
  /** Whether each of its commands may stand in a leg of `multisearch`. */
  readonly streaming: boolean
  /** @param rows what goes in where it does not begin with a command that makes rows */
  run(rows: readonly Row[], run: Run): readonly Row[]
}
