import type { CommandReader } from './command-reader.ts'
import type { Operator } from './run.ts'

/** One command of the language. */
export interface Command {
  /**
   * `generating`: makes rows and stands first. `streaming`: works on each row alone, so that it may stand in a leg of
   * `multisearch`. `whole`: has to see other rows too.
   */
  readonly kind: 'generating' | 'streaming' | 'whole'
  /** Reads the arguments up to the end of the command. */
  readonly read: (reader: CommandReader) => Operator
}

export type Commands = Readonly<Record<string, Command>>
