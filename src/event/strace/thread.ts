import type { SplitLine } from '../recording/line-splitter.ts'
import type { TracedProcess } from '../recording/traced-process.ts'

/** One thread of a recording, by the id in front of its lines. */
export interface Thread {
  readonly id: number
  readonly process: TracedProcess
  /** Its exit was seen; a later line with this id is of another thread. */
  ended: boolean
  /** A call that has begun and not returned. */
  pending: Pending | undefined
}

export interface Pending {
  readonly name: string
  readonly text: string
  readonly began: number
  readonly line: SplitLine
  /** The thread that this fork or clone made, when its lines came before the call returned. */
  child: Thread | undefined
  /** What this write or send gives away is already known to those who read it. */
  anticipated: boolean
}
