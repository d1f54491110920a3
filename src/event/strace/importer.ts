import { createHash } from 'node:crypto'
import { error, warning, type Diagnostic, type DiagnosticCode } from '../../diagnostic/diagnostic.ts'
import { Source } from '../../diagnostic/source.ts'
import type { Action } from '../action.ts'
import { FlowTracker, type FlowObject } from '../flow.ts'
import type { ResourceTable } from '../resource.ts'
import type { UseEvent, UsePart } from '../use-event.ts'
import { isProblem, parseCall, type Call } from './call.ts'
import type { TracedObject } from './descriptor.ts'
import { DESCRIPTOR_CALLS } from './descriptor-call.ts'
import { FILE_CALLS } from './file-call.ts'
import { parseLine, type End, type Line } from './line.ts'
import { PROCESS_CALLS } from './process-call.ts'
import { SOCKET_CALLS } from './socket-call.ts'
import { changeNamespaces, SYSTEM_CALLS } from './system-call.ts'
import { Trace } from './trace.ts'
import type { TracedProcess } from './traced-process.ts'
import { TRANSFER_CALLS } from './transfer-call.ts'
import type { CallHandler, Moment, Use } from './use.ts'
import { eventOf, type Frame, NEVER_KNOWN, outcomeOf, type Unnumbered } from './use-event.ts'

const HANDLERS: ReadonlyMap<string, CallHandler> = new Map(
  [FILE_CALLS, TRANSFER_CALLS, SOCKET_CALLS, DESCRIPTOR_CALLS, PROCESS_CALLS, SYSTEM_CALLS].flatMap((calls) =>
    Object.entries(calls),
  ),
)

export interface StraceOptions {
  /** How the user knows the recording: a path as they gave it, or `<stdin>`. */
  readonly name: string
  readonly resources: ResourceTable
  /** The task that all recorded processes were started for; `id` is the name and `run` the import unless given. */
  readonly task?: { readonly name: string; readonly id?: string; readonly run?: string }
  readonly agent?: { readonly id?: string; readonly name?: string }
  /** The host it was recorded on; `unknown` unless given. */
  readonly host?: { readonly id?: string; readonly name?: string; readonly boot?: string }
}

/** What was read and what became of it. */
export interface StraceCounts {
  readonly lines: number
  readonly events: number
  /** Lines that could not be read; the first of each kind have a diagnostic. */
  readonly skipped: number
  /** Calls that came to nothing: EAGAIN, EINTR, restarted later, or still open at the end. */
  readonly withoutOutcome: number
  /** Calls of which the importer makes no event. */
  readonly ignored: ReadonlyMap<string, number>
}
