import type { Diagnostic } from '../diagnostic/diagnostic.ts'

/** A target that does not let itself be opened: refused, not reached, or not made ready. Ends with what the codes mean. */
export class TargetProblem extends Error {
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((one) => one.message).join('; '))
    this.diagnostics = diagnostics
  }
}
