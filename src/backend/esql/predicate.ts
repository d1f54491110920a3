import { all, anyOf, not as opposite, type Predicate, type Test } from '../../ir/predicate.ts'
import { and, not, or, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { emitMessageTest } from './message-test.ts'
import { emitTest } from './value-test.ts'

/** A predicate as a condition that is true of the same events; what cannot be said is refused and stands as `false`. */
export function emitPredicate(of: Predicate, emission: Emission): Condition {
  switch (of.op) {
    case 'all':
      return and(of.of.map((each) => emitPredicate(each, emission)))
    case 'any':
      return or(of.of.map((each) => emitPredicate(each, emission)))
    case 'not':
      return of.of.op !== 'test' && searches(of.of)
        ? emitPredicate(turned(of.of), emission)
        : not(emitPredicate(of.of, emission))
    case 'test':
      return emitSubject(of, emission)
  }
}

function emitSubject(of: Test, emission: Emission): Condition {
  if (of.subject.kind === 'message') return emitMessageTest(of, emission)
  const { name } = of.subject
  return emitTest({ name, info: emission.field(name, of.span), span: of.span }, of.test, emission)
}

/** A search cannot stand inside COALESCE, which a negation may need: it is turned round down to single tests. */
function searches(of: Predicate): boolean {
  switch (of.op) {
    case 'all':
    case 'any':
      return of.of.some(searches)
    case 'not':
      return searches(of.of)
    case 'test':
      return of.subject.kind === 'message'
  }
}

function turned(of: Exclude<Predicate, Test>): Predicate {
  switch (of.op) {
    case 'all':
      return anyOf(...of.of.map(opposite))
    case 'any':
      return all(...of.of.map(opposite))
    case 'not':
      return of.of
  }
}
