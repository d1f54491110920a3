import type { Occasion, Use } from '../recording/use.ts'
import { outcomeOf, type Call } from './call.ts'
import type { Trace } from './trace.ts'

/** A call at the moment it returned, and whose it was. */
export interface Moment extends Occasion {
  readonly trace: Trace
  readonly call: Call
  /** The line as it stands, both halves joined; empty where there is none. */
  readonly text: string
  /** Takes the uses and makes events of them. */
  readonly sink: (moment: Moment, use: Use) => void
  /** What the call gives away was made known when it began. */
  readonly anticipated: boolean
}

/** What a handler of a system call does: change the state of the trace, and tell the uses. */
export type CallHandler = (moment: Moment) => void

/** Tells a use that the call was. */
export function tell(moment: Moment, use: Use): void {
  moment.sink(moment, use)
}

/** Field by field: a spread would cost more than all that a call is read for. */
export function momentOf(call: Call, about: Omit<Moment, 'call' | 'syscall' | 'outcome' | 'reason'>): Moment {
  return {
    process: about.process,
    thread: about.thread,
    began: about.began,
    ended: about.ended,
    trace: about.trace,
    text: about.text,
    sink: about.sink,
    anticipated: about.anticipated,
    call,
    syscall: call.name === '' ? undefined : call.name,
    outcome: outcomeOf(call.result),
    reason: call.result.kind === 'error' ? call.result.errno : undefined,
  }
}
