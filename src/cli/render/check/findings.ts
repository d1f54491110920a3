import type { Diagnostic } from '../../../diagnostic/diagnostic.ts'

/** What `check` found, for each format to print. */
export interface Findings {
  /** In order of place. */
  readonly diagnostics: readonly Diagnostic[]
  /** How many files and rules were read. */
  readonly files: number
  readonly rules: number
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
