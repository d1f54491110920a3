import { error, type Diagnostic, type DiagnosticCode } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'

/** Carries a diagnostic up out of the reading of a query; it never leaves this folder. */
export class Problem extends Error {
  readonly diagnostic: Diagnostic

  constructor(code: DiagnosticCode, message: string, span: Span, hint?: string) {
    super(message)
    this.diagnostic = error(code, message, span, { hint })
  }
}
