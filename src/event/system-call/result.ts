import type { Value } from './value.ts'

/** How a call ended. */
export type Result =
  /** `= 3`, `= 0x7f…`, `= 3</path>`; `number` is absent where a double cannot carry it. */
  | { readonly kind: 'value'; readonly value: Value; readonly number: number | undefined }
  /** `= -1 ENOENT (No such file or directory)`. */
  | { readonly kind: 'error'; readonly errno: string }
  /** `= ? ERESTARTSYS (To be restarted…)`: no outcome, the call comes again. */
  | { readonly kind: 'restart' }
  /** `= ?`: the call did not return, as with exit. */
  | { readonly kind: 'none' }
  /** The source tells that the call was made, and not how it ended. */
  | { readonly kind: 'untold' }
