import type { Action } from '../action.ts'
import type { ROUTES } from '../own-field.ts'
import type { UsePart } from '../use-event.ts'
import type { Call } from './call.ts'
import type { Slot, TracedObject } from './descriptor.ts'
import type { Endpoint } from './node.ts'
import type { Trace } from './trace.ts'
import type { TracedProcess } from './traced-process.ts'

/** A call at the moment it returned, and whose it was. */
export interface Moment {
  readonly trace: Trace
  readonly process: TracedProcess
  readonly thread: number
  readonly call: Call
  /** The line as it stands, both halves joined. */
  readonly text: string
  /** When the call began and ended, whole microseconds; `ended` is undefined where the recording does not tell. */
  readonly began: number
  readonly ended: number | undefined
  /** Takes the uses and makes events of them. */
  readonly sink: (moment: Moment, use: Use) => void
  /** What the call gives away was made known when it began. */
  readonly anticipated: boolean
}

/** What a system call was used for. Absent parts are unknown or have no meaning for the action. */
export interface Use {
  readonly action: Action
  readonly descriptor?: number | undefined
  readonly slot?: Slot | undefined
  /** When it is not the slot's. */
  readonly object?: TracedObject | undefined
  readonly route?: (typeof ROUTES)[number]
  readonly bytes?: number | undefined
  /** Where sendfile, splice and copy_file_range took the data. */
  readonly taken?: { readonly descriptor: number; readonly slot: Slot } | undefined
  /** The socket a descriptor came on. */
  readonly carrier?: TracedObject | undefined
  /** Object id of the other end of a UNIX socket. */
  readonly sink?: string | undefined
  readonly child?: TracedProcess | undefined
  /** The other process, where the object is a process. */
  readonly target?: { readonly pid: number; readonly process: TracedProcess | undefined } | undefined
  /** Where data comes from and goes to. */
  readonly from?: Endpoint | undefined
  readonly to?: Endpoint | undefined
  readonly inward?: boolean
  /** Path of the object at this use, when it is not the current one. */
  readonly path?: string | undefined
  /** Flags of an opening that failed: there is no slot to have them. */
  readonly flags?: readonly string[] | undefined
  readonly detpack?: Partial<UsePart<'detpack'>>
  readonly file?: Partial<UsePart<'file'>>
  readonly ownProcess?: Partial<UsePart<'process'>>
  readonly user?: UsePart<'user'>
  /** Fields that this use should have and the recording does not tell. */
  readonly unknown?: readonly string[]
}

/** Tells a use that the call was. */
export function tell(moment: Moment, use: Use): void {
  moment.sink(moment, use)
}

/** What a handler of a system call does: change the state of the trace, and tell the uses. */
export type CallHandler = (moment: Moment) => void
