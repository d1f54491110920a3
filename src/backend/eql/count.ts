import { anyOf, all } from '../../ir/predicate.ts'
import { formatDuration } from '../../ir/duration.ts'
import { keyField, type Correlation, type Count, type Program } from '../../ir/rule.ts'
import { decideApproximation } from '../acceptance.ts'
import type { Approximation, CompileContext } from '../backend.ts'
import { elsewhere, refused } from '../refusal.ts'
import { emitCondition } from './condition.ts'
import type { Scope } from './scope.ts'
import { checkedSpan, type Sequence } from './sequence.ts'
import { checkKeyField, keysThere } from './stage.ts'

/** Indices that a rollover has split can hold one event twice (event contract §7); EQL would count it twice. */
const DUPLICATES: Approximation = {
  node: 'event-count',
  why: 'an event that is stored twice counts twice',
}

/** EQL's limit on `runs`. */
const MOST_RUNS = 100

/**
 * `event_count` with `gte: N` as a sequence of N equal steps. EQL starts a new partial sequence at each event, so it
 * slides: each N-th event within the timespan completes one that began N − 1 events before, as semantics §2 say.
 */
export function emitCount(
  of: Correlation,
  body: Count,
  program: Program,
  context: CompileContext,
  scope: Scope,
): Sequence {
  const [bound] = body.bounds
  const count = bound?.operator === 'gte' && body.bounds.length === 1 ? bound.value : undefined
  if (count === undefined || !Number.isInteger(count) || count < 2 || count > MOST_RUNS)
    scope.refuse(
      refused(
        'eql',
        'an event count other than "gte" with a whole number from 2 to 100',
        of.span,
        `write it as "gte", or ${elsewhere.eql}`,
      ),
    )
  for (const key of of.group) {
    const fields = new Set(body.of.map((use) => keyField(key, use.rule)))
    for (const field of fields) checkKeyField(field, key.span, scope)
    if (fields.size > 1)
      scope.refuse(refused('eql', `a count whose group key "${key.name}" is read from different fields`, key.span))
  }
  const rules = body.of.flatMap((use) => {
    const rule = program.rules.get(use.rule)
    if (rule?.kind === 'event') return [rule.where]
    scope.refuse(refused('eql', 'a correlation of correlations', use.span))
    return []
  })
  scope.refuse(decideApproximation(DUPLICATES, 'eql', of, context, of.span))
  const [first] = body.of
  const keys = first ? of.group.map((key) => keyField(key, first.rule)) : []
  const by = keys.length > 0 ? ` by ${keys.map((name) => scope.field(name)).join(', ')}` : ''
  checkedSpan(of.timespan, of, scope)
  const where = emitCondition(all(anyOf(...rules), of.guard, ...keysThere(keys, scope)), of.span, scope)
  return {
    text: `sequence${by} with maxspan=${formatDuration(of.timespan)}\n  [any where ${where}] with runs=${count ?? 0}`,
    identity: { of: 'sequence', keys: of.group.map((key) => key.name) },
    approximations: [DUPLICATES],
  }
}
