import type { Call } from '../system-call/call.ts'
import { ValueReader, Unreadable } from './value-reader.ts'

/** A call as strace tells it. */
export interface StraceCall extends Call {
  /** Whole microseconds in the call, where strace ran with -T. */
  readonly duration: number | undefined
}

/** Where and why a text is no call. */
export interface CallProblem {
  readonly at: number
  readonly message: string
}

/** Reads `name(args) = result`. */
export function parseCall(text: string): StraceCall | CallProblem {
  const reader = new ValueReader(text)
  try {
    const name = reader.name()
    const args = reader.args()
    return { name, args, ...reader.outcome() }
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem
    return { at: problem.at, message: problem.message }
  }
}

export function isProblem(call: StraceCall | CallProblem): call is CallProblem {
  return 'at' in call
}
