import { error, type Diagnostic, type DiagnosticCode } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'

/** Leaves parser and binder with what is wrong with the text; caught where a query is run, and nowhere else. */
export class Refusal extends Error {
  readonly diagnostic: Diagnostic

  constructor(code: DiagnosticCode, message: string, span: Span, hint?: string) {
    super(message)
    this.diagnostic = error(code, message, span, { hint })
  }
}

/** `esql/unsupported`: ES|QL has it, and this engine does not run it. @param what begins the message */
export function unsupported(what: string, span: Span, hint?: string): Refusal {
  return new Refusal('esql/unsupported', `${what} cannot be run offline`, span, hint)
}

/** `esql/type`: a value of another type is needed at the place. */
export function typeRefusal(message: string, span: Span, hint?: string): Refusal {
  return new Refusal('esql/type', message, span, hint)
}
