import type { Correlation, Value } from '../../ir/rule.ts'
import type { Emission } from './emission.ts'

/** Values over a window. */
export function emitValueQuery(rule: Correlation, body: Value, emission: Emission): void {
  emission.refuse(`the ${body.measure.of} of values`, rule.span)
}
