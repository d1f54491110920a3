import type { Action } from '../action.ts'
import type { OBJECT_IDENTITIES, ROUTES } from '../own-field.ts'
import type { UsePart } from '../use-event.ts'
import type { Slot, TracedObject } from './descriptor.ts'
import type { Endpoint } from './node.ts'
import type { TracedProcess } from './traced-process.ts'

/** When something was used, by whom, and how it ended. */
export interface Occasion {
  readonly process: TracedProcess
  /** Undefined where the source does not tell threads apart. */
  readonly thread: number | undefined
  /** When it began and ended, whole microseconds; `ended` is undefined where the source does not tell. */
  readonly began: number
  readonly ended: number | undefined
  /** Undefined where the use was no system call, or the source names none. */
  readonly syscall: string | undefined
  readonly outcome: 'success' | 'failure' | 'unknown'
  /** Name of the errno of a failure, where the source tells. */
  readonly reason: string | undefined
}

/** What a system call was used for. Absent parts are unknown or have no meaning for the action. */
export interface Use {
  readonly action: Action
  readonly descriptor?: number | undefined
  readonly slot?: Slot | undefined
  /** When it is not the slot's. */
  readonly object?: TracedObject | undefined
  /** How sure the object is, when that is less than the object itself says. */
  readonly identity?: (typeof OBJECT_IDENTITIES)[number]
  readonly route?: (typeof ROUTES)[number]
  readonly bytes?: number | undefined
  /** How many equal uses it stands for; one unless given. */
  readonly count?: number
  /** Where sendfile, splice and copy_file_range took the data. */
  readonly taken?: { readonly descriptor: number | undefined; readonly slot: Slot } | undefined
  /** The socket a descriptor came on. */
  readonly carrier?: TracedObject | undefined
  /** Object id of the other end of a UNIX socket. */
  readonly sink?: string | undefined
  readonly child?: TracedProcess | undefined
  /** The other process, where the object is a process. */
  readonly target?: Target | undefined
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
  readonly destination?: UsePart<'destination'>
  /** The agent and its tool, where the source tells of calls. */
  readonly genAi?: UsePart<'gen_ai'>
  /** It took from `began` to `ended`, and its event says so. */
  readonly lasting?: boolean
  /** Fields that this use should have and the recording does not tell. */
  readonly unknown?: readonly string[]
}

export interface Target {
  readonly pid: number
  readonly process: TracedProcess | undefined
  /** Where only the source tells, since the process was not met. */
  readonly name?: string | undefined
}
