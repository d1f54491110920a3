import type { Call } from './call.ts'
import { DESCRIPTOR_CALLS } from './descriptor-call.ts'
import { FILE_CALLS } from './file-call.ts'
import type { CallHandler } from './moment.ts'
import { PROCESS_CALLS } from './process-call.ts'
import { SOCKET_CALLS } from './socket-call.ts'
import { SURROUNDINGS_CALLS } from './surroundings-call.ts'
import { TRANSFER_CALLS } from './transfer-call.ts'

/** Every system call that is a use of a capability or changes the state of descriptors; fork and exit are the source's. */
export const CALLS: ReadonlyMap<string, CallHandler> = new Map(
  [FILE_CALLS, TRANSFER_CALLS, SOCKET_CALLS, DESCRIPTOR_CALLS, PROCESS_CALLS, SURROUNDINGS_CALLS].flatMap((calls) =>
    Object.entries(calls),
  ),
)

/** Not an outcome (event contract §6): nothing happened, and the call comes again. */
const WITHOUT_OUTCOME: ReadonlySet<string> = new Set(['EAGAIN', 'EWOULDBLOCK', 'EINTR'])

/** The call came to nothing, and is no use. Linux closes a descriptor also where close was interrupted. */
export function isWithoutOutcome({ name, result }: Call): boolean {
  if (result.kind === 'restart' || result.kind === 'none') return true
  return result.kind === 'error' && WITHOUT_OUTCOME.has(result.errno) && name !== 'close'
}
