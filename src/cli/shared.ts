import type { ColorChoice } from './terminal.ts'

/** What every command is given besides its own arguments. */
export interface Shared {
  readonly color: ColorChoice
  /** The folder the pack is looked for in. */
  readonly directory: string
}
