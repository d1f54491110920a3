import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import { nestsWithin, type Predicate } from '../../ir/predicate.ts'
import { refused } from '../refusal.ts'
import { and, measure, negate, or } from '../condition-tree.ts'
import { emitExpression, type Expression } from './expression.ts'
import type { Scope } from './scope.ts'
import { emitTest } from './value-test.ts'

/** Elasticsearch allows 30 levels of boolean queries (`indices.query.bool.max_nested_depth`), some of them its own. */
const DEEPEST = 20
/** Below 1,024 clauses, the least that any node allows, with room for what it adds. */
const MOST_TERMS = 500

/** What stands after `where`. */
export function emitCondition(predicate: Predicate, span: Span, scope: Scope): string {
  const expression = nestsWithin(predicate, DEEPEST * 4) ? lower(predicate, scope) : undefined
  if (!expression) {
    scope.refuse(tooDeep(span))
    return 'false'
  }
  const { depth, terms } = measure(expression)
  if (depth > DEEPEST) scope.refuse(tooDeep(span))
  if (terms > MOST_TERMS)
    scope.refuse(
      refused('eql', `more than ${MOST_TERMS} comparisons in one condition`, span, 'split it into several rules'),
    )
  scope.notePatterns(expression)
  return emitExpression(expression)
}

function tooDeep(span: Span): Diagnostic {
  return refused('eql', `a condition nested more than ${DEEPEST} levels deep`, span, 'split it into several rules')
}

function lower(predicate: Predicate, scope: Scope): Expression {
  switch (predicate.op) {
    case 'all':
      return and(predicate.of.map((each) => lower(each, scope)))
    case 'any':
      return or(predicate.of.map((each) => lower(each, scope)))
    case 'not':
      return negate(lower(predicate.of, scope))
    case 'test':
      return emitTest(predicate, scope)
  }
}
