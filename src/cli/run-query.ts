import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import type { QueryContext } from '../engine/query-run.ts'
import type { Macros } from '../engine/spl/text/macro.ts'
import type { Scalar } from '../event/field.ts'
import type { EventRecord } from '../event/record.ts'
import type { Answer } from './render/answer/answer.ts'

/** Runs the text of one language; a query that is refused for its text alone takes no events. */
export type RunQuery = (source: Source, events: Iterable<EventRecord>, context: EngineContext) => EngineResult

/** What a query is run with from the command line. */
export interface EngineContext extends QueryContext {
  readonly categoryField?: string | undefined
  readonly tiebreakerField?: string | undefined
  readonly nullValues?: ReadonlyMap<string, Scalar> | undefined
  readonly macros?: Macros | undefined
}

export interface EngineResult {
  /** Undefined for a query that was refused. */
  readonly answer: Answer | undefined
  readonly diagnostics: readonly Diagnostic[]
}
