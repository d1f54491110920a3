import { error, info, warning, type Diagnostic, type DiagnosticCode } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import type { Row } from './row.ts'
import type { Tables } from './tables.ts'

/** What all commands of one run share. */
export interface Run {
  /** Seconds since 1970; the same for the whole run. */
  readonly now: number
  /** The span of time that is searched, as `addinfo` tells it: seconds as text, or `+Infinity`. */
  readonly earliest: string
  readonly latest: string
  /** The events, newest first, each time as new rows. */
  events(): readonly Row[]
  readonly tables: Tables
  readonly report: Report
}

/** Makes one list of rows into another. Rows may be changed in place: nobody else holds them. */
export type Operator = (rows: readonly Row[], run: Run) => readonly Row[]

/** What a run has to tell. A limit that cut something is told once for each place. */
export class Report {
  readonly diagnostics: Diagnostic[] = []
  readonly #told = new Set<string>()

  get failed(): boolean {
    return this.diagnostics.some((one) => one.severity === 'error')
  }

  warn(code: DiagnosticCode, message: string, span: Span, hint?: string): void {
    this.#tell(warning(code, message, span, { hint }))
  }

  /** The run goes on, and its rows do not count. */
  fail(code: DiagnosticCode, message: string, span: Span, hint?: string): void {
    this.#tell(error(code, message, span, { hint }))
  }

  /** Worth knowing. */
  tell(code: DiagnosticCode, message: string, span: Span): void {
    this.#tell(info(code, message, span))
  }

  /** A documented limit of Splunk cut something off. */
  truncated(message: string, span: Span, hint?: string): void {
    this.warn('spl/truncated', message, span, hint)
  }

  #tell(one: Diagnostic): void {
    const key = `${one.code} ${one.span?.start ?? -1}`
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.diagnostics.push(one)
  }
}
