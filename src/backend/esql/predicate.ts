import type { Predicate, Test } from '../../ir/predicate.ts'
import { and, no, not, or, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { emitTest } from './value-test.ts'

/** A predicate as a condition that is true of the same events; what cannot be said is refused and stands as `false`. */
export function emitPredicate(of: Predicate, emission: Emission): Condition {
  switch (of.op) {
    case 'all':
      return and(of.of.map((each) => emitPredicate(each, emission)))
    case 'any':
      return or(of.of.map((each) => emitPredicate(each, emission)))
    case 'not':
      return not(emitPredicate(of.of, emission))
    case 'test':
      return emitSubject(of, emission)
  }
}

function emitSubject(of: Test, emission: Emission): Condition {
  if (of.subject.kind === 'message') {
    const hint = 'name the field; or compile this rule to SPL, or deploy it to the target "local"'
    emission.refuse('a keyword that may stand in any field', of.span, hint)
    return no
  }
  const { name } = of.subject
  const info = emission.field(name, of.span)
  return info === undefined ? no : emitTest({ name, info, span: of.span }, of.test, emission)
}
