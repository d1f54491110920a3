import type { Result } from './result.ts'
import { ValueReader, Unreadable } from './value-reader.ts'
import type { Value } from './value.ts'

/** One call with its outcome. */
export interface Call {
  readonly name: string
  readonly args: readonly Value[]
  readonly result: Result
  /** Whole microseconds in the call, where strace ran with -T. */
  readonly duration: number | undefined
}

/** Where and why a text is no call. */
export interface CallProblem {
  readonly at: number
  readonly message: string
}

/** Reads `name(args) = result`. */
export function parseCall(text: string): Call | CallProblem {
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

export function isProblem(call: Call | CallProblem): call is CallProblem {
  return 'at' in call
}
