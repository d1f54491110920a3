import type { Span } from '../../diagnostic/source.ts'
import { nestsWithin, type Predicate } from '../../ir/predicate.ts'
import type { Scope } from './scope.ts'
import { ALWAYS, emitTest, NEVER } from './value-test.ts'

const DEEPEST = 60

/** A condition for `where` and `eval`; every part of it is true or false, never null. */
export function emitCondition(predicate: Predicate, span: Span, scope: Scope): string {
  if (nestsWithin(predicate, DEEPEST)) return emit(predicate, scope)
  scope.refuse(`a condition nested more than ${DEEPEST} levels deep`, span, 'split it into several rules')
  return NEVER
}

/** Everything but a single test stands in parentheses: `where` and `search` differ in what binds tighter. */
function emit(predicate: Predicate, scope: Scope): string {
  switch (predicate.op) {
    case 'all':
      return joined(predicate.of, ' AND ', ALWAYS, scope)
    case 'any':
      return joined(predicate.of, ' OR ', NEVER, scope)
    case 'not':
      return `NOT (${emit(predicate.of, scope)})`
    case 'test':
      return emitTest(predicate, scope)
  }
}

function joined(of: readonly Predicate[], operator: string, none: string, scope: Scope): string {
  const [only] = of
  if (only === undefined) return none
  if (of.length === 1) return emit(only, scope)
  return `(${of.map((each) => emit(each, scope)).join(operator)})`
}
