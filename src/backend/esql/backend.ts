import type { Correlation, Program, RuleId } from '../../ir/rule.ts'
import type { Backend, Compilation, CompileContext, NativeQuery } from '../backend.ts'
import { compilation } from '../refusal.ts'
import { emitCountQuery } from './count-query.ts'
import { Emission } from './emission.ts'
import { emitEventQuery } from './event-query.ts'
import { emitOrderedQuery } from './ordered-query.ts'
import { emitUnorderedQuery } from './unordered-query.ts'
import { emitValueQuery } from './value-query.ts'

/**
 * Elasticsearch's ES|QL as release 8.19 reads it, over an index made from detpack's template.
 *
 * Exact: rules on single events, two steps in order with absence before and between them, all of some rules in any
 * order, counts and sums of values. Refused: three or more steps, absence after the last, correlations of correlations,
 * medians and percentiles, keywords without a field, and tests named where they stand.
 *
 * The cost of a correlation grows with the square of the events in one group; a node that runs out of memory gives an
 * error, not a part of the answer.
 */
export const esqlBackend: Backend = { language: 'esql', compile }

function compile(program: Program, id: RuleId, context: CompileContext): Compilation {
  const rule = program.rules.get(id)
  if (rule === undefined) throw new Error(`no rule "${id}" in the program`)
  const emission = new Emission(rule, context)
  const emitted = rule.kind === 'event' ? emitEventQuery(rule, emission) : emitCorrelation(rule, program, emission)
  return compilation(emission.diagnostics, () => {
    if (emitted === undefined) throw new Error(`nothing was said of "${id}", and nothing refused`)
    return { language: 'esql', rule: id, ...emitted, approximations: emission.approximations }
  })
}

function emitCorrelation(
  rule: Correlation,
  program: Program,
  emission: Emission,
): Pick<NativeQuery, 'text' | 'identity'> | undefined {
  const { body } = rule
  switch (body.type) {
    case 'ordered':
      return emitOrderedQuery(rule, body, program, emission)
    case 'unordered':
      return emitUnorderedQuery(rule, body, program, emission)
    case 'count':
      return emitCountQuery(rule, body, program, emission)
    case 'value':
      return emitValueQuery(rule, body, program, emission)
  }
}
