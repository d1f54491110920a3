import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { formatDuration } from '../../ir/duration.ts'
import type { Correlation, Program, RuleId } from '../../ir/rule.ts'
import type { Backend, Compilation, CompileContext } from '../backend.ts'
import { costOfWindow } from '../long-window.ts'
import { compilation } from '../refusal.ts'
import { emitCorrelation } from './correlation-query.ts'
import { Emission } from './emission.ts'
import { emitEventQuery } from './event-query.ts'

/**
 * Elasticsearch's ES|QL as release 8.19 reads it.
 *
 * Exact: rules on single events, keywords too; two steps in order with absence before, between and after them; rules in
 * any order under any condition; counts, distinct values, sums, averages, percentiles and medians of whole numbers; and
 * correlations of those. Windows slide. Refused: three or more steps, sums of numbers with decimals, and tests named
 * where they stand.
 *
 * Two steps in order and `event_count` with `gte` cost as much as sorting. What else is correlated costs the square of
 * the events that one group has in two timespans; a node that runs out of memory gives an error, not a part of the
 * answer.
 */
export const esqlBackend: Backend = { language: 'esql', compile }

function compile(program: Program, id: RuleId, context: CompileContext): Compilation {
  const rule = program.rules.get(id)
  if (rule === undefined) throw new Error(`no rule "${id}" in the program`)
  const emission = new Emission(rule, context)
  if (rule.kind === 'event') {
    const emitted = emitEventQuery(rule, emission)
    emission.tellAssumed()
    return compilation(emission.diagnostics, () => ({
      language: 'esql',
      rule: id,
      ...emitted,
      approximations: emission.approximations,
    }))
  }
  const emitted = emitCorrelation(rule, program, emission)
  emission.tellAssumed()
  if (emitted !== undefined) emission.diagnostics.push(...costOf(rule, emitted.pairs))
  return compilation(emission.diagnostics, () => {
    if (emitted === undefined) throw new Error(`nothing was said of "${id}", and nothing refused`)
    const { text, identity } = emitted
    return { language: 'esql', rule: id, text, identity, approximations: emission.approximations }
  })
}

/** Up to here the pairs of a group stay few, for most rules. */
const LONG = 3_600_000

/** `backend/cost` (warning): pairs of all events, or of those of a long time; a long time. */
function costOf(rule: Correlation, pairs: boolean): readonly Diagnostic[] {
  if (!pairs || (rule.group.length > 0 && rule.timespan <= LONG)) return costOfWindow('ES|QL', rule.timespan, rule.span)
  const among = rule.group.length === 0 ? 'all events that match' : 'the events of one group'
  const length = formatDuration(rule.timespan)
  const message = `ES|QL compares each event with ${among} within twice ${length}: 1,000 of them make 1,000,000 pairs, and some thousand more than a node can hold`
  const hint = 'group by a field that few events share, shorten the timespan, or compile this rule to SPL'
  return [warning('backend/cost', message, rule.span, { hint })]
}
