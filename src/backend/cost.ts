import { warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'

/**
 * `backend/costly`: a query that is right and may ruin the target.
 *
 * @param what says what it does, without a full stop @param cost what that comes to
 */
export function costly(what: string, cost: string, span: Span | undefined, hint: string): Diagnostic {
  return warning('backend/costly', `${what}; cost: ${cost}`, span, { hint })
}
