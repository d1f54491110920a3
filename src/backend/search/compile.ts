import type { Span } from '../../diagnostic/source.ts'
import { nestsWithin, type Predicate } from '../../ir/predicate.ts'
import type { Program, RuleId } from '../../ir/rule.ts'
import type { Compilation, CompileContext } from '../backend.ts'
import { compilation, elsewhere, refused } from '../refusal.ts'
import { and, measure, negate, no, or } from '../condition-tree.ts'
import { writeCondition, type Condition } from './condition.ts'
import type { Dialect } from './dialect.ts'
import { Scope } from './scope.ts'
import { emitTest } from './value-test.ts'

/** Elasticsearch allows 30 levels of boolean queries (`indices.query.bool.max_nested_depth`), some of them its own. */
const DEEPEST = 20

/** An event rule as a search string. Events are told one by one, so a correlation is refused. */
export function compileSearch(dialect: Dialect, program: Program, id: RuleId, context: CompileContext): Compilation {
  const rule = program.rules.get(id)
  if (rule === undefined) throw new Error(`no rule ${id} in the program`)
  const { language } = dialect
  if (rule.kind === 'correlation') {
    const hint = `compile this rule to EQL, ES|QL or SPL, or ${elsewhere.spl.replace('this rule', 'it')}`
    return { kind: 'refused', diagnostics: [refused(language, 'events that belong together', rule.span, hint)] }
  }
  const scope = new Scope(dialect, context.mapping, rule)
  const condition = emitCondition(rule.where, rule.span, scope)
  return compilation(scope.diagnostics, () => ({
    language,
    rule: id,
    text: writeCondition(condition, dialect),
    identity: { of: 'event', column: 'event.id' },
    approximations: [],
  }))
}

function emitCondition(predicate: Predicate, span: Span, scope: Scope): Condition {
  const tooDeep = (): Condition =>
    scope.refuse(`a condition nested more than ${DEEPEST} levels deep`, span, 'split it into several rules')
  if (!nestsWithin(predicate, DEEPEST * 4)) return tooDeep()
  const condition = lower(predicate, scope)
  const { depth, terms } = measure(condition)
  if (depth > DEEPEST) return tooDeep()
  const { mostTerms } = scope.dialect
  if (terms > mostTerms)
    return scope.refuse(`more than ${mostTerms} values in one condition`, span, 'split it into several rules')
  return condition
}

function lower(predicate: Predicate, scope: Scope): Condition {
  switch (predicate.op) {
    case 'all':
      return and(predicate.of.map((each) => lower(each, scope)))
    case 'any':
      return predicate.of.length === 0 ? no : or(predicate.of.map((each) => lower(each, scope)))
    case 'not':
      return negate(lower(predicate.of, scope))
    case 'test':
      return emitTest(predicate, scope)
  }
}
