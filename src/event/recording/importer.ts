import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Binding } from '../binding.ts'
import type { ResourceTable } from '../resource.ts'
import type { ToolTable } from '../tool/tool-table.ts'
import type { UseEvent } from '../use-event.ts'

export interface ImportOptions {
  /** How the user knows the recording: a path as they gave it, or `<stdin>`. */
  readonly name: string
  readonly resources: ResourceTable
  /** What tools mean; only logs of agents need it. */
  readonly tools?: ToolTable | undefined
  /** The task that the recorded processes were started for; `id` is its name and `run` the import unless given. */
  readonly task?: { readonly name: string; readonly id?: string; readonly run?: string } | undefined
  /** What the parameters of the task were bound to when the recorded processes were started. */
  readonly bindings?: readonly Binding[] | undefined
  readonly agent?: { readonly id?: string; readonly name?: string } | undefined
  /** The host it was recorded on; `unknown` unless given or told by the recording. */
  readonly host?: { readonly id?: string; readonly name?: string; readonly boot?: string } | undefined
  /**
   * 32 hex digits that make the ids of this import. Without it they are made from the first MiB, so that the same
   * recording always gives the same ids; events then come once that much was read.
   */
  readonly run?: string | undefined
}

/** What was read and what became of it. */
export interface ImportCounts {
  readonly lines: number
  readonly events: number
  /** Lines that could not be read. */
  readonly skipped: number
  /** Calls that came to nothing: EAGAIN, EINTR, restarted, or still open at the end. */
  readonly withoutOutcome: number
  /** What is no use of a capability, or none that is known: name → how often. */
  readonly ignored: ReadonlyMap<string, number>
  /** Events that the recording itself lost, as far as it says so. */
  readonly lost: number
}

/** Makes events of a recording that is fed in chunks, which may end anywhere. Never throws on what it reads. */
export interface Importer {
  /** Takes the next chunk and gives the events that are complete and in order. */
  push(chunk: Uint8Array | string): UseEvent[]
  /** Says that nothing came for a while: gives what was held back for something earlier to come. */
  settle(): UseEvent[]
  /** Says that nothing more comes. */
  end(): UseEvent[]
  readonly diagnostics: readonly Diagnostic[]
  readonly counts: ImportCounts
}

/** A whole recording at once. */
export interface Imported {
  readonly events: readonly UseEvent[]
  readonly diagnostics: readonly Diagnostic[]
  readonly counts: ImportCounts
}

export function importWhole(importer: Importer, text: string | Uint8Array): Imported {
  const events = [...importer.push(text), ...importer.end()]
  return { events, diagnostics: importer.diagnostics, counts: importer.counts }
}
