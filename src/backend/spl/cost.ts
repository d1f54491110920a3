import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { formatDuration } from '../../ir/duration.ts'
import type { FieldName, Predicate } from '../../ir/predicate.ts'
import { keyField, steppedRules, type Correlation, type Program } from '../../ir/rule.ts'
import { costOfWindow } from '../long-window.ts'
import { prefilter } from './prefilter.ts'
import type { Scope } from './scope.ts'
import { reachOf } from './window.ts'

/** So many values a list is taken to have; detpack's own lists have no more. */
const VALUES = 8

/**
 * `backend/cost` (warning): what is exact and may be too much for Splunk to do again at each run.
 *
 * - What matched in a long reach is read again.
 * - Nothing of a correlation's conditions can be asked of the index, so each run reads every event of its whole reach.
 * - An event becomes a row for each combination of the values of several lists.
 */
export function costs(
  rule: Correlation,
  program: Program,
  predicates: readonly Predicate[],
  scope: Scope,
): readonly Diagnostic[] {
  const reach = reachOf(rule, program)
  const found: Diagnostic[] = [...costOfWindow('SPL', reach, rule.span)]
  if (prefilter(predicates, scope) === '')
    found.push(
      warning(
        'backend/cost',
        `each run in SPL reads every event of ${formatDuration(reach)}: no condition can be asked of the index`,
        rule.span,
        { hint: 'test a field of one value, such as event.action, for a whole word in each of its rules' },
      ),
    )
  const lists = multiplied(rule).filter((field) => scope.info(field)?.multi === true)
  if (lists.length > 1)
    found.push(
      warning(
        'backend/cost',
        `in SPL an event becomes a row for each combination of ${lists.join(', ')}: with ${VALUES} values each, ${VALUES ** lists.length} rows`,
        rule.span,
        { hint: 'group by one list, or count the values of one' },
      ),
    )
  return found
}

/** The fields whose values are combined. */
function multiplied(rule: Correlation): readonly FieldName[] {
  const { body } = rule
  const keys = rule.group.map((key) => keyField(key, steppedRules(rule)[0] ?? rule.id))
  return [...new Set([...keys, ...(body.type === 'value' ? body.fields : [])])]
}
