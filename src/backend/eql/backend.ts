import { hasErrors, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Correlation, EventRule, Program, Rule } from '../../ir/rule.ts'
import type { Backend, Compilation, CompileContext } from '../backend.ts'
import { compilation, refused } from '../refusal.ts'
import { emitCondition } from './condition.ts'
import { costsOf } from './cost.ts'
import { emitCount } from './count.ts'
import { lifeKeys } from './life.ts'
import { emitSample } from './sample.ts'
import { Scope } from './scope.ts'
import { emitSequence, type Sequence } from './sequence.ts'

/**
 * Rules in EQL, Elastic's event query language.
 *
 * The queries are run with `timestamp_field: @timestamp` and `tiebreaker_field: event.sequence`; without the second,
 * events of one millisecond have no order. Both the API (`size`, 10 by default, `result_position: tail`) and a Kibana
 * rule (`max_signals`) cut the results, so whoever runs a query must ask for enough. `event.category` is not used: our
 * events carry a list of them, and every rule names its actions itself.
 *
 * A single rule is `any where …`. Of correlations `temporal_ordered` and `event_count` exist in EQL; `sample` knows no
 * timespan, and nothing counts values.
 */
export const eqlBackend: Backend = {
  language: 'eql',
  compile(program, rule, context) {
    const found = program.rules.get(rule)
    if (!found) throw new Error(`no rule ${rule} in the program`)
    return found.kind === 'event' ? compileEvent(found, context) : compileCorrelation(found, program, context)
  },
}

function compileEvent(rule: EventRule, context: CompileContext): Compilation {
  const scope = new Scope(context.mapping)
  const text = `any where ${emitCondition(rule.where, rule.span, scope)}`
  return compilation(said(rule, scope), () => ({
    language: 'eql',
    rule: rule.id,
    text,
    identity: { of: 'event', column: 'event.id' },
    approximations: [],
  }))
}

function compileCorrelation(rule: Correlation, program: Program, context: CompileContext): Compilation {
  const scope = new Scope(context.mapping, lifeKeys(rule, context.mapping))
  const sequence = emitCorrelation(rule, program, context, scope)
  return compilation(said(rule, scope), () => {
    if (!sequence) throw new Error(`nothing was said and nothing refused of ${rule.id}`)
    return { language: 'eql', rule: rule.id, ...sequence }
  })
}

/** What a query costs is told where there is one. */
function said(rule: Rule, { diagnostics, openPatterns }: Scope): readonly Diagnostic[] {
  return hasErrors(diagnostics) ? diagnostics : [...diagnostics, ...costsOf(rule, openPatterns)]
}

function emitCorrelation(
  rule: Correlation,
  program: Program,
  context: CompileContext,
  scope: Scope,
): Sequence | undefined {
  const { body } = rule
  switch (body.type) {
    case 'ordered':
      return emitSequence(rule, body, program, context, scope)
    case 'count':
      return emitCount(rule, body, program, context, scope)
    case 'unordered':
      return emitSample(rule, body, program, context, scope)
    case 'value':
      scope.refuse(refused('eql', 'a condition on the values of a field', rule.span, VALUE_HINT))
      return undefined
  }
}

const VALUE_HINT = 'compile this rule to ES|QL or SPL, or deploy it to the target "local"'
