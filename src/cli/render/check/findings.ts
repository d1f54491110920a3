import type { Diagnostic } from '../../../diagnostic/diagnostic.ts'
import { sourceDiagnostics, type SourceFindings } from './source.ts'

/** What `check` found, for each format to print. */
export interface Findings {
  /** In order of place. */
  readonly diagnostics: readonly Diagnostic[]
  /** How many files and rules were read. */
  readonly files: number
  readonly rules: number
  /** Where a source of events was named. */
  readonly source?: SourceFindings
}

export interface FindingCounts {
  readonly errors: number
  readonly warnings: number
  readonly infos: number
}

export function countFindings(diagnostics: readonly Diagnostic[]): FindingCounts {
  const of = (severity: Diagnostic['severity']): number => diagnostics.filter((one) => one.severity === severity).length
  return { errors: of('error'), warnings: of('warning'), infos: of('info') }
}

/** Also what a source lacks, for formats that know only findings with a place. */
export function allDiagnostics({ diagnostics, source }: Findings): readonly Diagnostic[] {
  return source ? [...diagnostics, ...sourceDiagnostics(source)] : diagnostics
}
