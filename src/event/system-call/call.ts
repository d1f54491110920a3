import type { Result } from './result.ts'
import type { Value } from './value.ts'

/** One system call with its outcome. */
export interface Call {
  readonly name: string
  readonly args: readonly Value[]
  readonly result: Result
  /** The program after an exec, where the source tells it apart from the path that was run. */
  readonly program?: { readonly executable: string | undefined; readonly name: string | undefined }
}

export function outcomeOf(result: Result): 'success' | 'failure' | 'unknown' {
  switch (result.kind) {
    case 'error':
      // A connection in progress has no outcome yet (event contract §6).
      return result.errno === 'EINPROGRESS' ? 'unknown' : 'failure'
    case 'untold':
      return 'unknown'
    case 'value':
    case 'restart':
    case 'none':
      return 'success'
  }
}
